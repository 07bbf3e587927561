"""The bot on Discord with nothing behind it: what it hears is taken down."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TypeVar

from adapters.discord import DiscordNetwork, DiscordSettings
from bot.domain.events import Event, Joined, Outcome, Who
from bot.domain.model import CommunityId, CorrectionKind, Ref
from bot.ports.chat import BestComment, Place
from tests.servers.clock import SetClock
from tests.servers.commands import NotedCommands

E = TypeVar("E", bound=Event)

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
SETTINGS = DiscordSettings(token="loopback", shards=1, identify_every=0.0, guilds_within=0.1)
WITHIN = 20.0


class QuietDesk:
    """A ChatDesk that is at home everywhere, and keeps notes."""

    def __init__(self) -> None:
        self.notes: dict[str, str] = {}
        self.noted = asyncio.Event()

    async def place(self, server: Ref | None, *places: Ref) -> Place | None:
        return Place(community_id=CommunityId(1), channel=None, language="en", zone="UTC")

    async def best(self, place: Ref, limit: int) -> Sequence[BestComment]:
        return []

    async def report_error(self, who: Who, post: Ref, kind: CorrectionKind, *, excerpt: str, remark: str) -> Outcome:
        return Outcome()

    async def recall(self, name: str) -> str | None:
        return self.notes.get(name)

    async def note(self, name: str, value: str) -> None:
        self.notes[name] = value
        self.noted.set()


@dataclass(slots=True)
class Heard:
    """Takes events down. `welcome` is what is answered where the bot comes into a server; `breaks` is raised instead
    of any answer."""

    events: list[Event] = field(default_factory=list)
    welcome: Outcome = field(default_factory=Outcome)
    breaks: Exception | None = None
    _more: asyncio.Event = field(default_factory=asyncio.Event)

    async def take(self, event: Event) -> Outcome:
        """See `bot.ports.network.Emit`."""
        if self.breaks is not None:
            raise self.breaks
        self.events.append(event)
        self._more.set()
        return self.welcome if isinstance(event, Joined) else Outcome()

    def since(self) -> list[Event]:
        """What came since this was asked the last time."""
        new, self.events = self.events, []
        return new

    def of(self, kind: type[E]) -> list[E]:
        """All of a kind, the oldest first."""
        return [each for each in self.events if isinstance(each, kind)]

    async def until(self, so: Callable[[], bool]) -> None:
        """Wait until enough was heard."""
        async with asyncio.timeout(WITHIN):
            while not so():
                self._more.clear()
                await self._more.wait()

    async def times(self, kind: type[E], number: int) -> list[E]:
        """Wait until a kind was heard so often."""
        await self.until(lambda: len(self.of(kind)) >= number)
        return self.of(kind)


def network(settings: DiscordSettings = SETTINGS, desk: QuietDesk | None = None) -> DiscordNetwork:
    """The network as the app makes it."""
    return DiscordNetwork(settings, commands=NotedCommands(), chat=desk or QuietDesk(), clock=SetClock(NOW))
