"""How communities are run: roles, channels, communities, and what the outbox could not do.

Called by the commands; every method raises `RequestError` with a message for who asked.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from bot.domain.model import (
    Channel,
    ChannelId,
    Community,
    CommunityId,
    DiscussionId,
    MemberId,
    OutboxId,
    PostId,
    Ref,
    Role,
    Server,
    Visibility,
)
from bot.domain.orders import OutboxState
from bot.ports.moderation import Actor
from bot.ports.network import Inspected
from bot.ports.pages import Page


@dataclass(frozen=True, kw_only=True, slots=True)
class RoleLine:
    """Who was granted what."""

    member_id: MemberId
    name: str
    role: Role
    channel: Channel | None  # None: in the whole community


class RolesDesk(Protocol):
    """Who may do what. Nobody hands out more than they have, or changes who has as much; the operator may all."""

    async def grant(self, by: Actor, member_id: MemberId, role: Role, channel: Channel | None) -> None:
        """Give somebody a role, in a channel or (None) in the community: it holds whatever their network says."""
        ...

    async def revoke(self, by: Actor, member_id: MemberId, channel: Channel | None) -> None:
        """Take back what was granted: what their network says holds again."""
        ...

    async def granted(self, by: Actor, channel: Channel | None) -> Sequence[RoleLine]:
        """The highest roles first; those in a channel, or all."""
        ...

    async def invite(self, by: Actor, role: Role, *, name: str | None, lifetime: timedelta) -> str:
        """A link that signs somebody in once: who has registered the name, else somebody new; returns its address."""
        ...


@dataclass(frozen=True, kw_only=True, slots=True)
class ChannelChange:
    """What is to be set in a channel; None leaves it. Where `usual` stands for it: what holds everywhere."""

    name: str | None = None
    language: str | None = None
    zone: str | None = None
    visibility: Visibility | None = None
    sort: str | None = None
    up: str | None = None
    down: str | None = None
    flag: str | None = None
    hide_weight: str | None = None
    colour: str | None = None  # "#1f7a8c"
    cases: bool | None = None


class ChannelsDesk(Protocol):
    """What is set in channels."""

    async def set(self, by: Actor, channel_id: ChannelId, change: ChannelChange) -> Channel:
        """Change it, with all that follows; the channel as it is now."""
        ...

    async def adopt(self, by: Actor, ref: Ref, found: Inspected) -> Channel | None:
        """Store a channel that its network has found, for an admin; None where it is not in a server of their
        community."""
        ...

    async def place(self, channel: Channel, server: Ref) -> None:
        """Note which server a channel is in."""
        ...


@dataclass(frozen=True, kw_only=True, slots=True)
class CommunityLine:
    """A community with how much of everything there is."""

    community: Community
    channels: int
    feeds: int
    members: int
    discussions: int


class CommunitiesDesk(Protocol):
    """The communities of one Tribune; for the operator."""

    async def lines(self, by: Actor) -> Sequence[CommunityLine]: ...

    async def set(self, by: Actor, community_id: CommunityId, *, name: str | None, default: bool) -> None:
        """Rename it; make it the one at the root of the page."""
        ...

    async def join(self, by: Actor, other: CommunityId, into: CommunityId) -> None:
        """Make two communities one, with all that they have; the first one is gone afterwards."""
        ...


@dataclass(frozen=True, kw_only=True, slots=True)
class OutboxLine:
    """A row of the outbox as admins see it."""

    id: OutboxId
    kind: str
    state: OutboxState
    community_id: CommunityId | None  # None: of no single one
    place: str  # the name of the channel, else the lane
    post_id: PostId | None
    article: DiscussionId | None
    title: str | None
    since: datetime
    next_at: datetime
    attempts: int
    answer: str | None  # the network's


class OutboxDesk(Protocol):
    """What waits in the outbox, and what it could not do. Rows of no single community are the operator's."""

    async def lines(self, by: Actor, state: OutboxState, *, page: int, size: int) -> Page[OutboxLine]:
        """The oldest first."""
        ...

    async def retry(self, by: Actor, item_id: OutboxId | None) -> int:
        """Have one row tried again at once, or (None) all that are parked; how many."""
        ...

    async def drop(self, by: Actor, item_id: OutboxId) -> None:
        """Never do it."""
        ...


class ServersDesk(Protocol):
    """The servers of chat networks that the bot is in; for the operator."""

    async def servers(self, by: Actor) -> Sequence[Server]:
        """The longest known first."""
        ...

    async def admit(self, by: Actor, server: Ref, community_id: CommunityId | None) -> Server:
        """Have the bot work in a server: as part of a community, or (None) as one of its own."""
        ...

    async def refuse(self, by: Actor, server: Ref) -> Server:
        """Have the bot not work in a server; it leaves."""
        ...
