"""The bot's connection with nothing behind it: what it hears is taken down."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import nio

from adapters.matrix.gateway import Gateway
from adapters.matrix.line import Line
from adapters.matrix.news import News, RoomNews
from adapters.matrix.settings import MatrixSettings
from bot.ports.clock import Clock
from tests.servers.clock import SetClock
from tests.servers.listening_bot import Heard, QuietDesk
from tests.servers.matrix.synapse import Registered

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
WITHIN = 60.0  # seconds; a loaded machine is slow


@dataclass(slots=True)
class Taken:
    """A Listener. `fails`: what it raises, one after the other, before it takes anything."""

    all: list[News] = field(default_factory=list)
    fails: list[Exception] = field(default_factory=list)
    tries: int = 0
    ended: int = 0
    _more: asyncio.Event = field(default_factory=asyncio.Event)

    async def take(self, news: News) -> None:
        self.tries += 1
        if self.fails:
            raise self.fails.pop(0)
        self.all.append(news)
        self._more.set()

    async def end(self) -> None:
        self.ended += 1

    def rooms(self, room: str, *, history: bool = False) -> list[RoomNews]:
        """What was told of a room."""
        return [each for news in self.all for each in news.joined if (each.room_id, each.history) == (room, history)]

    def texts(self, room: str, *, history: bool = False) -> list[str]:
        """The messages of a room, as far as they could be read."""
        events = [event for each in self.rooms(room, history=history) for event in each.events]
        return [event.body for event in events if isinstance(event, nio.RoomMessageText)]

    async def until(self, holds: Callable[[], bool]) -> None:
        """Wait until enough was heard."""
        async with asyncio.timeout(WITHIN):
            while not holds():
                self._more.clear()
                await self._more.wait()

    async def says(self, room: str, *texts: str) -> None:
        """Wait until the newest messages of a room are these."""
        await self.until(lambda: tuple(self.texts(room)[-len(texts) :]) == texts)


@dataclass(slots=True)
class Bot:
    """A running connection."""

    line: Line
    taken: Taken
    heard: Heard
    desk: QuietDesk
    running: asyncio.Task[None]
    awaited: bool = False

    async def connected(self) -> None:
        """Wait until the bot has heard what there is."""
        await self.taken.until(lambda: bool(self.taken.all))

    async def breaks(self) -> None:
        """Wait until it ends by itself, and raise what it ends with."""
        self.awaited = True
        async with asyncio.timeout(WITHIN):
            await self.running

    async def ends(self) -> None:
        """Stop it; what has ended it before is raised, unless somebody has waited for that."""
        self.running.cancel()
        await asyncio.wait({self.running})
        if not self.running.cancelled() and not self.awaited:
            self.running.result()


def settings_of(address: str, bot: Registered, folder: Path, **more: Any) -> MatrixSettings:
    """What is configured for an account."""
    told = {"password": bot.password, "sync_for": 2.0, **more}
    return MatrixSettings(
        homeserver=address, user=bot.user, key="a long random text of the tests", store=folder / "matrix", **told
    )


@asynccontextmanager
async def running(
    settings: MatrixSettings,
    desk: QuietDesk | None = None,
    *,
    clock: Clock | None = None,
    looks_every: float = 0.1,
    fails: Sequence[Exception] = (),
) -> AsyncIterator[Bot]:
    """The bot, listening until the end of the body. What ends it before is raised."""
    clock, desk = clock or SetClock(NOW), desk or QuietDesk()
    line, taken, heard = Line(clock), Taken(fails=list(fails)), Heard()
    gateway = Gateway(line, settings, lambda _: taken, chat=desk, clock=clock, looks_every=looks_every)
    bot = Bot(line, taken, heard, desk, asyncio.create_task(gateway.run(heard.take)))
    try:
        yield bot
    finally:
        await bot.ends()
