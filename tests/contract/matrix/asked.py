"""A registry whose commands only note that they were asked for, behind the door of a room."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass

from bot.commands import line as typed_line
from bot.domain.model import CommunityId, Role
from bot.errors import RequestError
from bot.ports.chat import Place
from bot.ports.commands import (
    Answer,
    Caller,
    Command,
    Kind,
    Line,
    Parameter,
    Progress,
    Unconfirmed,
    no_progress,
)
from tests.servers.commands import NotedCommands
from tests.servers.matrix.door import Bot, listening
from tests.servers.matrix.people import Crowd, Person

PLACE = Place(community_id=CommunityId(1), channel=None, language="en", zone="Europe/Paris")
QUESTION = "What is gone is gone. Do you want to be forgotten?"
NUMBER = Parameter(name="number", kind=Kind.NUMBER, help="Which.", placed=True)
PASSWORD = Parameter(name="password", kind=Kind.SECRET, help="What opens it.")
FILE = Parameter(name="file", kind=Kind.FILE, help="The file.", placed=True)
COMMANDS = (
    Command(name="thing list", help="List them.", role=Role.READER, parameters=(NUMBER,)),
    Command(name="thing drop", help="Drop it.", role=Role.MEMBER, parameters=(NUMBER, PASSWORD), confirm=QUESTION),
    Command(name="thing read", help="Read a file.", role=Role.MEMBER, parameters=(FILE,)),
    *(Command(name=f"mod {each}", help="Decide.", role=Role.MODERATOR) for each in ("agree", "claim")),
    Command(name="help", help="Help.", role=Role.READER),
)


class Lined(NotedCommands):
    """Reads lines as the registry does, and asks first what it asks. `goes_on`: what commands wait for."""

    def __init__(self, *commands: Command) -> None:
        super().__init__(*commands)
        self.goes_on: asyncio.Event | None = None
        self.breaks: Exception | None = None

    def addressed(self, message: str) -> str | None:
        return typed_line.addressed(message, self.prefix)

    def read_line(self, line: str) -> Line:
        return typed_line.parse(line, self.commands)

    async def run(
        self,
        caller: Caller,
        name: str,
        values: Mapping[str, str],
        *,
        confirmed: bool = False,
        progress: Progress = no_progress,
    ) -> Answer:
        if self.breaks is not None:
            raise self.breaks
        if self.goes_on is not None:
            await self.goes_on.wait()
        if self.find(name).confirm and not confirmed:
            raise Unconfirmed(self.find(name).confirm)
        return await super().run(caller, name, values, confirmed=confirmed, progress=progress)

    @property
    def names(self) -> list[str]:
        """What was done."""
        return [name for name, _ in self.done]


@dataclass
class Meeting:
    """Anna, whose room it is, and Bert are in a room with the bot."""

    bot: Bot
    anna: Person
    bert: Person
    room: str
    commands: Lined

    def restarts(self) -> None:
        """The bot begins anew, and knows nothing of what it was asked."""
        self.bot.opens(self.commands)

    async def asks(self, text: str, by: Person | None = None, **more: str) -> str:
        """Somebody writes something, and what follows is done; returns the message."""
        event = await (by or self.anna).write(self.room, text, **more)
        await self.bot.answered(event)
        return event

    async def reacts(self, event: str, emoji: str, by: Person | None = None) -> bool:
        """Somebody reacts, and what follows is done: whether the door took it."""
        return await self.bot.answered(await (by or self.anna).react(self.room, event, emoji))

    async def answers(self, event: str) -> list[str]:
        """What the bot said in the thread on a message."""
        return [each.body for each in await self.anna.thread(self.room, event)]


@asynccontextmanager
async def meeting(people: Crowd, *, encrypted: bool = False) -> AsyncIterator[Meeting]:
    """They meet, for the length of the body."""
    tribune, anna, bert = [await people.comes(name, encrypts=True) for name in ("Tribune", "Anna", "Bert")]
    room = await anna.room("News", encrypted=encrypted, invite=[tribune.user, bert.user])
    for each in (tribune, bert):
        await each.join(room)
    await anna.grant(room, tribune.user, 50)
    async with listening(tribune) as bot:
        bot.chat.at = PLACE
        commands = Lined(*COMMANDS)
        bot.opens(commands)
        yield Meeting(bot, anna, bert, room, commands)


def refusing(text: str) -> RequestError:
    """What the registry says to who may not."""
    return RequestError(text)
