"""Work beside the loop: in order for each person, many at once, and what breaks comes out."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import pytest
from structlog.testing import capture_logs

from adapters.matrix.commands.turns import Turns
from bot.errors import NetworkRefused


def noting(done: list[str], name: str, after: asyncio.Event | None = None) -> Callable[[], Awaitable[None]]:
    async def work() -> None:
        if after is not None:
            await after.wait()
        done.append(name)

    return work


def failing(error: Exception) -> Callable[[], Awaitable[None]]:
    async def work() -> None:
        raise error

    return work


async def test_each_person_is_answered_in_order_and_waits_for_nobody_else() -> None:
    turns, done, gate = Turns(), list[str](), asyncio.Event()
    turns.take("anna", noting(done, "anna 1", gate))
    turns.take("anna", noting(done, "anna 2"))
    turns.take("bert", noting(done, "bert"))
    for _ in range(10):
        await asyncio.sleep(0)
    assert done == ["bert"]
    gate.set()
    await turns.idle()
    assert done == ["bert", "anna 1", "anna 2"]


async def test_no_more_run_at_once_than_may() -> None:
    turns, done, gate = Turns(at_once=1), list[str](), asyncio.Event()
    turns.take("anna", noting(done, "anna", gate))
    turns.take("bert", noting(done, "bert"))
    for _ in range(10):
        await asyncio.sleep(0)
    assert done == []
    gate.set()
    await turns.idle()
    assert done == ["anna", "bert"]


async def test_who_asks_for_too_much_at_once_is_not_heard() -> None:
    turns, done = Turns(waiting=2), list[str]()
    assert [turns.take("anna", noting(done, str(number))) for number in range(3)] == [True, True, False]
    await turns.idle()
    assert turns.take("anna", noting(done, "later"))
    await turns.idle()
    assert done == ["0", "1", "later"]


async def test_what_breaks_comes_out_once_and_the_next_is_done() -> None:
    turns, done = Turns(), list[str]()
    turns.take("anna", failing(ZeroDivisionError()))
    turns.take("anna", noting(done, "next"))
    with pytest.raises(ZeroDivisionError):
        await turns.idle()
    turns.raise_broken()
    assert done == ["next"]


async def test_whom_the_network_does_not_reach_is_noted() -> None:
    turns = Turns()
    with capture_logs() as logs:
        turns.take("anna", failing(NetworkRefused("the bot is not in the room")))
        await turns.end()
    assert [each["reason"] for each in logs] == ["the bot is not in the room"]


async def test_at_the_end_what_takes_long_is_left() -> None:
    turns, done = Turns(patience=0.01), list[str]()
    turns.take("anna", noting(done, "never", asyncio.Event()))
    await turns.end()
    assert done == []
