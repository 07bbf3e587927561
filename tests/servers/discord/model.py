"""What a Discord holds. Ids are snowflakes as integers."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from tests.servers.discord.refusal import refused

Json = dict[str, Any]
Emitted = Callable[[str, Json, int | None, int | None], None]

EPOCH = 1420070400000
TEXT, DM, NEWS, NEWS_THREAD, THREAD, FORUM = 0, 1, 5, 10, 11, 15
THREADS = (NEWS_THREAD, THREAD)


def iso(at: float) -> str:
    """A moment as Discord writes it."""
    return datetime.fromtimestamp(at, UTC).isoformat(timespec="microseconds")


@dataclass(kw_only=True)
class User:
    """Somebody. `refuses`: takes no direct messages."""

    id: int
    name: str
    bot: bool = False
    refuses: bool = False


@dataclass(kw_only=True)
class Role:
    """A role of a guild."""

    id: int
    name: str
    permissions: int
    position: int = 0
    managed: bool = False


@dataclass(kw_only=True)
class Member:
    """A user's membership."""

    user: int
    roles: list[int] = field(default_factory=list)
    joined: float = field(default_factory=time.time)


@dataclass(kw_only=True)
class Guild:
    """A guild; its @everyone role has its own id."""

    id: int
    name: str
    owner: int
    roles: dict[int, Role] = field(default_factory=dict)
    members: dict[int, Member] = field(default_factory=dict)
    available: bool = True


@dataclass(kw_only=True)
class Channel:
    """A channel of any type, threads included. `overwrites`: role or user -> (allow, deny)."""

    id: int
    type: int
    name: str
    guild: int | None = None
    parent: int | None = None
    topic: str | None = None
    overwrites: dict[int, tuple[int, int]] = field(default_factory=dict)
    tags: list[Json] = field(default_factory=list)
    requires_tag: bool = False
    recipients: list[int] = field(default_factory=list)
    owner: int | None = None
    applied_tags: list[int] = field(default_factory=list)
    archived: bool = False
    locked: bool = False
    auto_archive: int = 4320
    archived_at: float = field(default_factory=time.time)
    made: float = field(default_factory=time.time)
    members: list[int] = field(default_factory=list)
    sent: int = 0
    slowmode: int = 0
    renamed: list[float] = field(default_factory=list)
    messages: dict[int, Message] = field(default_factory=dict)

    @property
    def is_thread(self) -> bool:
        return self.type in THREADS


@dataclass(kw_only=True)
class Message:
    """A message. `reactions`: emoji -> (normal, burst) -> users. `pings`: whom it notified."""

    id: int
    channel: int
    author: int
    content: str = ""
    embeds: list[Json] = field(default_factory=list)
    components: list[Json] = field(default_factory=list)
    attachments: list[Json] = field(default_factory=list)
    type: int = 0
    flags: int = 0
    nonce: str | None = None
    reply_to: int | None = None
    reference: Json | None = None
    pings: list[str] = field(default_factory=list)
    at: float = field(default_factory=time.time)
    edited: float | None = None
    reactions: dict[str, tuple[list[int], list[int]]] = field(default_factory=dict)
    thread: int | None = None
    interaction: Json | None = None


@dataclass(kw_only=True)
class Settings:
    """What tests adjust. Times in seconds. `judges`: requests are held against the specification. `notes`: requests
    are kept for the dump. `shards`: how many the gateway recommends."""

    tokens: list[str] = field(default_factory=lambda: ["loopback"])
    nonces_last: float = 180.0
    active_threads: int = 1000
    renames: int = 2
    renames_within: float = 600.0
    interactions_last: float = 3.0
    refused_intents: int = 0
    session_starts: int = 1000
    heartbeat: float = 41.25
    acknowledges: bool = True
    gateway_away: bool = False
    limits: bool = False
    messages_limit: int = 5
    messages_within: float = 5.0
    reactions_within: float = 0.25
    a_second: int = 50
    via: bool = True
    judges: bool = True
    notes: bool = True
    shards: int = 1


@dataclass
class World:
    """All of it. `emit(event, data, guild, channel)` is the gateway's."""

    emit: Emitted = lambda event, data, guild, channel: None
    settings: Settings = field(default_factory=Settings)
    users: dict[int, User] = field(default_factory=dict)
    guilds: dict[int, Guild] = field(default_factory=dict)
    channels: dict[int, Channel] = field(default_factory=dict)
    commands: dict[int | None, dict[int, Json]] = field(default_factory=dict)
    nonces: dict[str, tuple[int, int, float]] = field(default_factory=dict)
    _last: int = 0
    bot: User = field(init=False)

    def __post_init__(self) -> None:
        self.bot = self.add_user("Tribune", bot=True)

    def snowflake(self) -> int:
        """A new id, later than all before."""
        self._last = max(self._last + 1, (int(time.time() * 1000) - EPOCH) << 22)
        return self._last

    def add_user(self, name: str, *, bot: bool = False) -> User:
        """A new user."""
        user = User(id=self.snowflake(), name=name, bot=bot)
        self.users[user.id] = user
        return user

    def guild(self, guild: int) -> Guild:
        """A guild that the bot is in. Raises 10004."""
        found = self.guilds.get(guild)
        if found is None or self.bot.id not in found.members:
            raise refused(10004)
        return found

    def channel(self, channel: int) -> Channel:
        """A channel or thread. Raises 10003."""
        if channel not in self.channels:
            raise refused(10003)
        return self.channels[channel]

    def message(self, channel: Channel, message: int) -> Message:
        """A message of a channel. Raises 10008."""
        if message not in channel.messages:
            raise refused(10008)
        return channel.messages[message]

    def parent(self, channel: Channel) -> Channel:
        """Where a channel's permissions are: itself, or a thread's parent."""
        return self.channels[channel.parent] if channel.is_thread and channel.parent else channel

    def threads(self, guild: int, *, archived: bool, parent: int | None = None) -> list[Channel]:
        """A guild's threads, or one channel's, the newest first."""
        found = [
            each
            for each in self.channels.values()
            if each.is_thread and each.guild == guild and each.archived == archived and parent in (None, each.parent)
        ]
        return sorted(found, key=lambda each: each.id, reverse=True)

    def say(self, event: str, data: Json, channel: Channel) -> None:
        """Emit what happened in a channel."""
        self.emit(event, data, channel.guild, channel.id)
