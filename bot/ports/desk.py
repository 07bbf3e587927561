"""What admins do with feeds, and how the whole is doing: offered by the services, used by the doors."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol

from bot.domain.model import (
    AccountId,
    Channel,
    ChannelId,
    CommunityId,
    Credentials,
    Feed,
    FeedId,
    Rules,
    Spotted,
    Subscription,
)
from bot.domain.subscribing import RuleChanges
from bot.ports.moderation import Actor
from bot.ports.network import Card


@dataclass(frozen=True, kw_only=True, slots=True)
class HealthReport:
    """Whether the parts work."""

    database: bool
    late: timedelta  # how long the longest waiting due feed has waited
    feeds: int
    failing: int
    outbox_pending: int
    outbox_parked: int

    @property
    def healthy(self) -> bool:
        """The database answers and feeds are polled on time (within five minutes)."""
        return self.database and self.late <= timedelta(minutes=5)


@dataclass(frozen=True, kw_only=True, slots=True)
class Sought:
    """An address that somebody typed, with what opens it."""

    address: str
    credentials: Credentials = field(default_factory=Credentials, repr=False)


@dataclass(frozen=True, kw_only=True, slots=True)
class Wanted:
    """A subscription to be: the feed, the channel, its first posts, its rules."""

    feed: Spotted
    credentials: Credentials = field(default_factory=Credentials, repr=False)
    channel: Channel
    backlog: int
    since: datetime | None = None
    rules: RuleChanges = field(default_factory=RuleChanges)
    interval: timedelta | None = None  # None: the usual one


@dataclass(frozen=True, kw_only=True, slots=True)
class Amendment:
    """What is to be different at a feed and its subscriptions; None: nothing."""

    rules: RuleChanges = field(default_factory=RuleChanges)
    interval: timedelta | None = None
    credentials: Credentials | None = field(default=None, repr=False)


@dataclass(frozen=True, kw_only=True, slots=True)
class Judged:
    """An article with what a filter says to it."""

    title: str
    passes: bool
    because: str  # the part of the filter that decided


@dataclass(frozen=True, kw_only=True, slots=True)
class Trial:
    """What would become of a feed's articles by some rules."""

    failure: str | None = None  # why it cannot be read now
    card: Card | None = None  # the newest that passes, as it would be posted
    judged: tuple[Judged, ...] = ()  # the newest first


@dataclass(frozen=True, kw_only=True, slots=True)
class Fate:
    """An article of a feed, and what became of it in one channel."""

    title: str
    number: int | None  # of its discussion
    channel: str | None
    state: str | None  # of its post, as stored; None where there is none
    at: datetime


class FeedsDesk(Protocol):
    """Decisions of admins on feeds. Each raises `RequestError` where the feed is not subscribed in the community, and
    `Wrong` where a rule cannot be understood; whoever asks has been found to be an admin of the channels."""

    async def subscriptions(self, community_id: CommunityId) -> Sequence[tuple[Feed, Subscription]]:
        """All of a community's, by feed."""
        ...

    async def there(self, community_id: CommunityId, sought: Sought) -> Feed | None:
        """The feed that a community has subscribed at an address, however it is spelt."""
        ...

    async def look(self, community_id: CommunityId, sought: Sought) -> Sequence[Spotted]:
        """The feeds at an address, at least one; one that stands alone has been read. Stores nothing. Raises
        `RequestError` with the reason where there is none."""
        ...

    def preview(self, feed: Spotted, channel: Channel, rules: Rules) -> Trial:
        """What would become of the articles that a feed lists now."""
        ...

    async def test(self, community_id: CommunityId, feed_id: FeedId, channel: Channel, rules: Rules) -> Trial:
        """Read a feed now, storing nothing: what would become of its last fifty articles."""
        ...

    async def add(self, by: Actor, wanted: Wanted) -> FeedId:
        """Subscribe a channel to a feed, which is polled at once."""
        ...

    async def amend(
        self, by: Actor, feed_id: FeedId, channels: Sequence[ChannelId], amendment: Amendment
    ) -> Sequence[Subscription]:
        """Change the subscriptions of these channels, and the feed; the subscriptions as they are now."""
        ...

    async def pause(self, by: Actor, feed_id: FeedId, channels: Sequence[ChannelId], *, paused: bool) -> int:
        """Have the subscriptions of these channels take nothing, or what comes again; how many changed."""
        ...

    async def remove(self, by: Actor, feed_id: FeedId, channels: Sequence[ChannelId]) -> int:
        """End the subscriptions of these channels, whatever state the feed is in; how many."""
        ...

    async def fates(self, community_id: CommunityId, feed_id: FeedId, limit: int) -> Sequence[Fate]:
        """A feed's last articles, and what became of each here."""
        ...

    async def last_brought(self, community_id: CommunityId) -> dict[FeedId, datetime]:
        """When each of a community's feeds brought an article last; absent where it never did."""
        ...

    async def release(self, community_id: CommunityId, feed_id: FeedId, by: AccountId | None) -> int:
        """Post what was held; how many."""
        ...

    async def skip(self, community_id: CommunityId, feed_id: FeedId, by: AccountId | None) -> int:
        """Let pass what was held, unposted; how many."""
        ...


class Health(Protocol):
    """How the whole is doing."""

    async def report(self) -> HealthReport: ...
