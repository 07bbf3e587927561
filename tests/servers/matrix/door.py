"""The bot at its door alone: it hears what is said in rooms, and answers."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import nio

from adapters.matrix.asking import ask, path
from adapters.matrix.commands import Door
from adapters.matrix.directs import Directs
from adapters.matrix.finding import Finding
from adapters.matrix.line import Line
from adapters.matrix.powers import Powers
from adapters.matrix.redacting import Redacting
from adapters.matrix.seeds import Seeds
from adapters.matrix.sending import Sending
from adapters.matrix.showing import Showing
from adapters.matrix.spaces import Spaces
from bot.ports.clock import Clock
from bot.ports.commands import Commands
from tests.servers.chat_desk import NotedChat
from tests.servers.matrix.people import Person

_WITHIN = 60.0  # seconds; a loaded machine is slow


class Counting(Finding):
    """Counts the events that are asked for one by one."""

    fetched = 0

    async def event(self, room: str, event: str) -> nio.Event | None:
        self.fetched += 1
        return await super().event(room, event)


class Now:
    """The time of the day."""

    def now(self) -> datetime:
        return datetime.now(UTC)


@dataclass
class Bot:
    """The bot: the door, with a small loop that hands it what is said."""

    person: Person
    line: Line
    chat: NotedChat = field(default_factory=lambda: NotedChat(at=None))
    door: Door | None = None
    finding: Counting = field(init=False)
    showing: Showing = field(init=False)
    heard: dict[str, bool] = field(default_factory=dict)  # what the door made of each event
    _more: asyncio.Event = field(default_factory=asyncio.Event)

    def opens(self, commands: Commands, clock: Clock | None = None) -> Door:
        """Another door, which remembers nothing of the one before: as after a restart."""
        line = self.line
        powers, sending, self.finding = Powers(line), Sending(line), Counting(line)
        redacting = Redacting(line, self.finding, self.chat)
        self.showing = Showing(line, sending, Seeds(line, sending, redacting, self.finding))
        self.door = Door(
            line, sending, redacting, self.finding, Directs(line, sending, self.finding), powers=powers,
            spaces=Spaces(line, powers), commands=commands, chat=self.chat, clock=clock or Now(),
        )  # fmt: skip
        return self.door

    async def listens(self) -> None:
        """Hear what is said until cancelled."""
        while True:
            news = await self.person.sync(10)
            for room, there in news.rooms.join.items():
                for event in there.timeline.events:
                    self._hears(self.person.client.rooms[room], event)
            self._more.set()

    def _hears(self, room: nio.MatrixRoom, event: object) -> None:
        if self.door is not None and isinstance(event, nio.RoomMessageText):
            self.heard[event.event_id] = self.door.said(room, event)
        elif self.door is not None and isinstance(event, nio.ReactionEvent):
            self.heard[event.event_id] = self.door.reacted(room, event)

    async def answered(self, event: str) -> bool:
        """Return when an event was heard and all that follows is done: whether the door took it."""
        async with asyncio.timeout(_WITHIN):
            while event not in self.heard:
                self._more.clear()
                await self._more.wait()
            assert self.door is not None
            await self.door.turns.idle()
        return self.heard[event]


@asynccontextmanager
async def listening(person: Person) -> AsyncIterator[Bot]:
    """A bot that listens for the length of the body."""
    line = Line(Now())
    line.open(person.client, datetime.now(UTC))
    bot = Bot(person, line)
    task = asyncio.create_task(bot.listens())
    try:
        yield bot
    finally:
        task.cancel()
        await asyncio.wait([task])
        if not task.cancelled() and (broken := task.exception()) is not None:
            raise broken


async def said_on(person: Person, room: str, root: str) -> list[dict[str, Any]]:
    """What stands in the thread on a message, the oldest first, as it stood at first."""
    where = path("rooms", room, "relations", root, "m.thread", version="v1", dir="f", limit=100)
    found = await ask(person.client, "GET", where)
    return [each["content"] for each in found["chunk"] if each["content"]]
