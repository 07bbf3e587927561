"""What admins do with feeds, and how the whole is doing: offered by the services, used by the doors."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol

from bot.domain.model import AccountId, CommunityId, FeedId


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


class FeedsDesk(Protocol):
    """Decisions of admins on feeds. Each raises `RequestError` where the feed is not subscribed in the community."""

    async def release(self, community_id: CommunityId, feed_id: FeedId, by: AccountId | None) -> int:
        """Post what was held; how many."""
        ...

    async def skip(self, community_id: CommunityId, feed_id: FeedId, by: AccountId | None) -> int:
        """Let pass what was held, unposted; how many."""
        ...

    async def poll_soon(self, community_id: CommunityId, feed_id: FeedId, by: AccountId | None) -> None:
        """Have a feed polled at once."""
        ...


class Health(Protocol):
    """How the whole is doing."""

    async def report(self) -> HealthReport: ...
