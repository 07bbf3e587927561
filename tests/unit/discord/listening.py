"""A server on Discord in the same process, and the bot that listens to it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime

import simcord

from adapters.discord import DiscordNetwork, DiscordSettings
from bot.domain.events import Event, Joined, Missed, Outcome, Who
from bot.domain.model import CorrectionKind, Ref
from bot.ports.chat import BestComment, Place
from tests.servers.clock import SetClock
from tests.servers.commands import NotedCommands

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
SETTINGS = DiscordSettings(token="t", shards=1, identify_every=0.0, guilds_within=0.05)


class QuietDesk:
    """A ChatDesk that knows no place, and keeps notes."""

    def __init__(self) -> None:
        self.notes: dict[str, str] = {}

    async def place(self, server: Ref | None, *places: Ref) -> Place | None:
        return None

    async def best(self, place: Ref, limit: int) -> Sequence[BestComment]:
        return []

    async def report_error(self, who: Who, post: Ref, kind: CorrectionKind, *, excerpt: str, remark: str) -> Outcome:
        return Outcome()

    async def recall(self, name: str) -> str | None:
        return self.notes.get(name)

    async def note(self, name: str, value: str) -> None:
        self.notes[name] = value


@dataclass(slots=True)
class Heard:
    """Takes events down; `refused` is what servers are told that the bot comes into."""

    events: list[Event] = field(default_factory=list)
    refused: Outcome = field(default_factory=Outcome)

    async def take(self, event: Event) -> Outcome:
        self.events.append(event)
        return self.refused if isinstance(event, Joined) else Outcome()

    def since(self) -> list[Event]:
        """What came since this was asked the last time."""
        new, self.events = self.events, []
        return new


@dataclass(slots=True)
class Street:
    """A server with a text channel, and what the bot hears there. `thread` is one that the bot opened."""

    env: simcord.Env
    network: DiscordNetwork
    heard: Heard
    guild: simcord.GuildHandle
    news: simcord.ChannelHandle
    ann: simcord.MemberActor
    post: int
    thread: simcord.ChannelHandle


def network(settings: DiscordSettings = SETTINGS) -> DiscordNetwork:
    """The network as the app makes it."""
    return DiscordNetwork(settings, commands=NotedCommands(), chat=QuietDesk(), clock=SetClock(NOW))


@asynccontextmanager
async def listening(settings: DiscordSettings = SETTINGS) -> AsyncIterator[Street]:
    """A street where the bot has posted something and opened a thread; what was heard until then is not kept."""
    heard, bot = Heard(), network(settings)
    client = bot.client(heard.take)
    async with simcord.run(client) as env:
        guild = env.create_guild("Readers of the Gazette")
        news = guild.create_text_channel("news")
        ann = guild.add_member(env.create_user("ann"))
        await env.settle()
        channel = client.get_channel(news.id)
        assert channel is not None
        message = await channel.send("An article")  # type: ignore[union-attr]
        await message.create_thread(name="An article")
        await env.settle()
        (thread,) = news.threads
        heard.since()
        yield Street(env, bot, heard, guild, news, ann, message.id, thread)


def is_session(event: Event) -> bool:
    """Whether it tells of the beginning of a session."""
    return isinstance(event, Joined | Missed)
