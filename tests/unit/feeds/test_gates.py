"""At most so many at once to a host."""

from __future__ import annotations

import asyncio

from feeds.gates import HostGates


async def test_two_at_once_first_come_first_served_and_then_forgotten() -> None:
    gates = HostGates(2)
    order: list[int] = []
    inside = most = 0

    async def visit(number: int) -> None:
        nonlocal inside, most
        async with gates.through("a.example"):
            inside += 1
            most = max(most, inside)
            order.append(number)
            await asyncio.sleep(0.001)
            inside -= 1

    await asyncio.gather(*(visit(number) for number in range(9)))
    assert most == 2
    assert order == list(range(9))
    assert len(gates) == 0


async def test_hosts_do_not_wait_for_each_other() -> None:
    gates = HostGates(1)
    async with gates.through("a.example"), gates.through("b.example"):
        assert len(gates) == 2
    assert len(gates) == 0


async def test_who_gives_up_waiting_leaves_no_trace() -> None:
    gates = HostGates(1)
    await gates.enter("a.example")
    waiting = [asyncio.create_task(gates.enter("a.example")) for _ in range(3)]
    await asyncio.sleep(0)
    waiting[0].cancel()
    await asyncio.sleep(0)
    gates.leave("a.example")
    waiting[1].cancel()  # in the very moment in which the place was handed over
    await asyncio.wait(waiting)
    assert not waiting[2].cancelled()
    gates.leave("a.example")
    assert len(gates) == 0
