"""Work in the order in which it came."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from adapters.discord.ordering import InOrder


class Work:
    """Pieces of work that end when they are let go."""

    def __init__(self) -> None:
        self.begun: list[str] = []
        self._ends: dict[str, asyncio.Event] = {}

    def piece(self, name: str) -> Callable[[], Awaitable[str]]:
        async def work() -> str:
            self.begun.append(name)
            await self._end(name).wait()
            return name

        return work

    def _end(self, name: str) -> asyncio.Event:
        return self._ends.setdefault(name, asyncio.Event())

    async def finish(self, *names: str) -> None:
        """Let pieces end, and what follows begin."""
        for each in names:
            self._end(each).set()
        await quiet()


async def quiet() -> None:
    """Let everything go as far as it can."""
    for _ in range(20):
        await asyncio.sleep(0)


async def test_alone_one_after_another_and_beside_together() -> None:
    order, work = InOrder(), Work()
    async with asyncio.TaskGroup() as group:
        for name in ("first", "second"):
            group.create_task(order.alone(work.piece(name)))
        for name in ("vote", "vote too"):
            group.create_task(order.beside(work.piece(name)))
        group.create_task(order.alone(work.piece("last")))
        group.create_task(order.beside(work.piece("vote after")))
        await quiet()
        assert work.begun == ["first"]
        await work.finish("first")
        assert work.begun == ["first", "second"]
        await work.finish("second")
        assert work.begun == ["first", "second", "vote", "vote too"]
        await work.finish("vote")
        assert work.begun[4:] == []
        await work.finish("vote too")
        assert work.begun[4:] == ["last"]
        await work.finish("last")
        assert work.begun[5:] == ["vote after"]
        await work.finish("vote after")


async def test_after_a_failure_nothing_is_begun() -> None:
    order, work = InOrder(), Work()

    async def fail() -> str:
        raise ValueError

    failing = asyncio.create_task(order.alone(fail))
    later = asyncio.create_task(order.beside(work.piece("later")))
    with pytest.raises(ValueError):
        await failing
    assert await later is None
    assert work.begun == []


async def test_who_is_cancelled_holds_up_nobody() -> None:
    order, work = InOrder(), Work()
    first = asyncio.create_task(order.alone(work.piece("first")))
    second = asyncio.create_task(order.alone(work.piece("second")))
    third = asyncio.create_task(order.alone(work.piece("third")))
    await quiet()
    second.cancel()
    await work.finish("first")
    assert await first == "first"
    assert work.begun == ["first", "third"]
    await work.finish("third")
    assert await third == "third"


async def test_at_the_end_nothing_is_left_running() -> None:
    order, work = InOrder(), Work()
    tasks = [asyncio.create_task(order.alone(work.piece(name))) for name in ("first", "second")]
    await quiet()
    await order.end()
    assert all(each.cancelled() for each in tasks)
    assert work.begun == ["first"]
    assert await order.alone(work.piece("third")) is None
