"""How far a command has come is shown while it is awaited, and never instead of its answer."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import pytest

from adapters.discord.interactions.answers import Shown
from adapters.discord.interactions.asking import Ticker
from adapters.discord.interactions.reply import Reply
from bot.domain.telling import Sentence
from bot.errors import NetworkUnavailable, RequestError
from bot.locale import translator
from bot.ports.commands import Answer

ANSWER = Answer(blocks=(Sentence(key="Done."),))


class Told(Reply):
    """Keeps what is shown."""

    def __init__(self, broken: Exception | None = None) -> None:
        self.shown: asyncio.Queue[str | None] = asyncio.Queue()
        self.broken = broken

    async def show(self, messages: Sequence[Shown]) -> None:
        self.shown.put_nowait(messages[0].embeds[0].description)
        if self.broken is not None:
            raise self.broken


def ticker(reply: Reply) -> Ticker:
    return Ticker(reply, translator("en"), 0.001)


async def test_what_was_told_last_is_shown() -> None:
    reply = Told()
    ticking = ticker(reply)

    async def work() -> Answer:
        for done in (3, 7):
            ticking.tell(done - 1, 10)
            ticking.tell(done, 10)
            assert await reply.shown.get() == f"{done} of 10 …"
        return ANSWER

    assert await ticking.beside(work()) == ANSWER
    assert reply.shown.empty()


async def test_a_lost_way_back_does_not_stop_the_work() -> None:
    reply = Told(NetworkUnavailable("down"))
    ticking = ticker(reply)

    async def work() -> Answer:
        ticking.tell(1, 2)
        await reply.shown.get()
        return ANSWER

    assert await ticking.beside(work()) == ANSWER


async def test_a_bug_surfaces() -> None:
    reply = Told(ZeroDivisionError("bug"))
    ticking = ticker(reply)

    async def work() -> Answer:
        ticking.tell(1, 2)
        await reply.shown.get()
        await asyncio.sleep(0)
        return ANSWER

    with pytest.raises(ZeroDivisionError, match="bug"):
        await ticking.beside(work())


async def test_what_is_refused_is_refused() -> None:
    async def work() -> Answer:
        raise RequestError("No.")

    with pytest.raises(RequestError, match="No"):
        await ticker(Told()).beside(work())
