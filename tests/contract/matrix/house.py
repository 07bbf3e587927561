"""The bot's ear on a real homeserver: it hears one sync after the other, when a test asks it to, and notes what it was
told."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TypeVar

import nio

from adapters.matrix import refs
from adapters.matrix.commands import Door
from adapters.matrix.guests import Guests
from adapters.matrix.inspecting import Inspecting
from adapters.matrix.leaving import Leaving
from adapters.matrix.line import Line
from adapters.matrix.listening import Listening
from adapters.matrix.news import News, RoomNews
from adapters.matrix.powers import Powers
from adapters.matrix.sending import Sending
from adapters.matrix.settings import MatrixSettings
from adapters.matrix.spaces import Spaces
from bot.domain.events import Event, Joined, Outcome
from bot.domain.model import CommunityId, Ref
from bot.ports.chat import Place
from tests.servers.chat_desk import NotedChat
from tests.servers.clock import SetClock
from tests.servers.matrix.people import WITHIN, Crowd, Person, crowd
from tests.servers.matrix.synapse import Synapse

E = TypeVar("E", bound=Event)
_GLANCE = 300  # milliseconds that a sync waits for news
_ANYWHERE = Place(community_id=CommunityId(1), channel=None, language="en", zone="UTC")


class QuietDoor(Door):
    """Takes messages that begin with "!", and reactions that are a tick."""

    def __init__(self) -> None:
        self.heard: list[str] = []

    def said(self, room: nio.MatrixRoom, event: nio.RoomMessageText) -> bool:
        return self._took(event.body, "!")

    def reacted(self, room: nio.MatrixRoom, event: nio.ReactionEvent) -> bool:
        return self._took(event.key, "✅")

    async def end(self) -> None:
        """Nothing is under way."""

    def _took(self, what: str, sign: str) -> bool:
        if what.startswith(sign):
            self.heard.append(what)
        return what.startswith(sign)


@dataclass
class Desk(NotedChat):
    """What the core knows: the references of channels and of servers."""

    known: set[Ref] = field(default_factory=set)

    async def place(self, server: Ref | None, *places: Ref) -> Place | None:
        return _ANYWHERE if {server, *places} & self.known else None


class House:
    """The parts of the bot that listen, over one client."""

    def __init__(self, person: Person, desk: Desk, invited_by: tuple[str, ...]) -> None:
        self.me = person
        self.desk = desk
        self.door = QuietDoor()
        self.clock = SetClock(datetime.now(UTC) + timedelta(hours=1))  # later than all that happens
        self.line = Line(self.clock)
        self.line.open(person.client, self.clock.now())
        self.powers = Powers(self.line)
        self.spaces = Spaces(self.line, self.powers)
        self.leaving = Leaving(self.line, self.spaces)
        self.inspecting = Inspecting(self.line, self.powers, self.spaces)
        settings = MatrixSettings(
            homeserver="", user=person.user, key="", store=Path("/nonexistent"), invited_by=invited_by
        )
        sending = Sending(self.line)
        self.guests = Guests(self.line, sending, self.leaving, self.spaces, settings, chat=desk, clock=self.clock)
        self.listening = Listening(
            self.line, self._emit, self.door, self.guests, self.powers, self.spaces, clock=self.clock
        )
        self.told: list[Event] = []
        self.unwanted: set[Ref] = set()  # servers that the operator does not want
        self._since: str | None = None

    async def hear(self, wait: int = 0) -> None:
        """Take what one sync brings; the first one brings history alone."""
        answer = await self.me.client.sync(timeout=wait, since=self._since, full_state=self._since is None)
        assert isinstance(answer, nio.SyncResponse), answer
        for room in answer.rooms.leave:
            self.me.client.rooms.pop(room, None)
        await self.listening.take(
            News(
                joined=[
                    part for room, each in answer.rooms.join.items() for part in self._room(room, each.timeline.events)
                ],
                invited={room: each.invite_state for room, each in answer.rooms.invite.items()},
                left={room: each.timeline.events for room, each in answer.rooms.leave.items()},
            )
        )
        self._since = answer.next_batch

    async def until(self, what: str, holds: Callable[[], bool]) -> None:
        """Listen until something holds."""
        deadline = time.monotonic() + WITHIN
        while not holds():
            assert time.monotonic() < deadline, f"{what}: not within {WITHIN:.0f} s"
            await self.hear(_GLANCE)

    async def hears(self, kind: type[E], times: int = 1) -> list[E]:
        """Listen until so many events of a kind were told since this was asked last; all that were told by then."""
        await self.until(f"{times} {kind.__name__}", lambda: len(self._of(kind)) >= times)
        found, self.told = self._of(kind), []
        return found

    async def settles(self) -> list[Event]:
        """What is told until all that has happened was heard."""
        await asyncio.sleep(0)
        since = None
        while since != self._since:
            since = self._since
            await self.hear()
            await self.guests.settle()
        found, self.told = self.told, []
        return found

    @contextmanager
    def refusing(self, *servers: Ref) -> Iterator[None]:
        """The operator does not want the bot there."""
        self.unwanted |= {*servers}
        yield
        self.unwanted -= {*servers}

    def _room(self, room: str, events: list[nio.Event]) -> list[RoomNews]:
        """What stands before the bot's own coming is history, and so is all that the first sync brings."""
        coming = [at for at, each in enumerate(events) if isinstance(each, nio.RoomMemberEvent)]
        mine = [at for at in coming if events[at].source.get("state_key") == self.me.user]
        start = len(events) if self._since is None else mine[-1] if mine else 0
        return [
            RoomNews(room_id=room, events=events[:start], history=True),
            RoomNews(room_id=room, events=events[start:]),
        ]

    def _of(self, kind: type[E]) -> list[E]:
        return [each for each in self.told if isinstance(each, kind)]

    async def _emit(self, event: Event) -> Outcome:
        self.told.append(event)
        if isinstance(event, Joined) and event.server in self.unwanted:
            return Outcome(refused="This is for moderators.")
        return Outcome()


@dataclass(frozen=True, kw_only=True)
class Scene:
    """People, and the bot among them."""

    people: Crowd
    house: House
    bot: Person

    async def restarted(self) -> House:
        """The bot after a restart, with what it wrote down."""
        await self.house.listening.end()
        self.bot.client.rooms.clear()
        return House(self.bot, self.house.desk, (self.bot.user.partition(":")[2],))

    async def room(self, owner: Person, name: str = "News", *, known: bool = True, **more: object) -> str:
        """A room with the bot in it, where articles are posted (`known`); what its coming was told by is not kept."""
        room = await owner.room(name, invite=[self.bot.user], **more)  # type: ignore[arg-type]
        if known:
            self.house.desk.known.add(refs.channel(room))
        await self.comes(room)
        return room

    async def comes(self, room: str) -> Joined:
        """The bot takes an invitation."""

        def there() -> bool:
            return any(isinstance(each, Joined) and room in self.bot.client.rooms for each in self.house.told)

        await self.house.until(f"the bot is in {room}", there)
        (joined,) = await self.house.hears(Joined)
        return joined


@asynccontextmanager
async def scene(synapse: Synapse, invited_by: tuple[str, ...] | None = None) -> AsyncIterator[Scene]:
    """People, and the bot, which listens already. `invited_by`: all of the homeserver where nothing is said."""
    async with crowd(synapse) as people:
        bot = await people.comes("tribune")
        house = House(bot, Desk(at=None), (synapse.name,) if invited_by is None else invited_by)
        await house.hear()
        yield Scene(people=people, house=house, bot=bot)
        await house.listening.end()
