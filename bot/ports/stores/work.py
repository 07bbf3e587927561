"""What the bot is going to do, has done and should know, in the database."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from datetime import datetime, timedelta
from typing import Protocol

from bot.domain.model import (
    AccountId,
    ChannelId,
    CommunityId,
    OutboxId,
    PostId,
)
from bot.domain.orders import Backlog, Lease, LogEntry, NewOrder, Notice, OutboxItem, OutboxState, Progress, Step
from bot.ports.governing import OutboxLine
from bot.ports.pages import Page


class Outbox(Protocol):
    """Everything that the bot is going to do. A lane is done in the order of its rows, many lanes at once."""

    async def put(self, orders: Sequence[NewOrder]) -> None:
        """Add rows. A `Refresh` or `Rename` of a post, or a `RefreshCase` of a case in a channel, that has a pending,
        unstarted one is dropped (the earlier time stays); rows made while what was restored may lag behind the
        networks are stored as in doubt."""
        ...

    async def claim(
        self, owner: str, now: datetime, *, until: datetime, limit: int, networks: Sequence[str]
    ) -> Sequence[Lease]:
        """Lease lanes of these networks whose first pending row is due and which nobody holds, rising their epoch."""
        ...

    async def take_over(self, now: datetime) -> None:
        """End all leases: the process that held them is gone."""
        ...

    async def head(self, lease: Lease) -> OutboxItem | None:
        """The first pending row of a leased lane, due or not."""
        ...

    async def heads(self, leases: Sequence[Lease]) -> Mapping[str, OutboxItem]:
        """The first pending row of each of these lanes, by lane; those that are empty or lost are missing."""
        ...

    async def record(self, progress: Sequence[Progress], now: datetime) -> Set[OutboxId]:
        """Store how far the heads of many lanes have come, one of each lane; those whose lease still held. Of the
        others nothing is written."""
        ...

    async def go_on(self, progress: Sequence[Progress], now: datetime) -> None:
        """`record` for lanes whose leases this transaction has found to hold, of orders that do not end."""
        ...

    async def save(self, lease: Lease, item_id: OutboxId, steps: Sequence[Step]) -> bool:
        """`record` for one that is still pending; False where the lease has been lost. So the next three."""
        ...

    async def finish(
        self,
        lease: Lease,
        item_id: OutboxId,
        state: OutboxState,
        answer: str | None,
        *,
        steps: Sequence[Step],
        now: datetime,
    ) -> bool: ...

    async def put_off(
        self,
        lease: Lease,
        item_id: OutboxId,
        *,
        attempts: int,
        next_at: datetime,
        answer: str | None,
        steps: Sequence[Step],
    ) -> bool: ...

    async def renew(self, lease: Lease, until: datetime) -> bool: ...

    async def release(self, lease: Lease) -> None: ...

    async def next_due(self, networks: Sequence[str]) -> datetime | None:
        """When the head of a lane is due next; in a lane that is held, not before its lease ends."""
        ...

    async def hurry(self, network: str, now: datetime) -> bool:
        """Have what was put off after a failure tried at `now` in the lanes of a network; whether there is anything."""
        ...

    async def backlog(self, lane: str, now: datetime) -> Backlog:
        """The pending, unstarted `Publish` rows of a lane that could have been done before `now`."""
        ...

    async def park_oldest(self, lease: Lease, keep: int, answer: str, now: datetime) -> Sequence[PostId]:
        """Park the pending, unstarted `Publish` rows of a lane that were due, but the newest `keep`; their posts,
        oldest first."""
        ...

    async def spread(self, lease: Lease, *, start: datetime, gap: timedelta) -> None:
        """Set the times of a lane's pending rows `gap` apart, in their order, but of those that are due later than
        `start`, and mark them as spread."""
        ...

    async def paces(self, lane: str, *, since: datetime, limit: int, pending: bool = True) -> Sequence[datetime]:
        """When the newest `Publish` rows of a lane were done (after `since`), or, `pending`, are to be done."""
        ...

    async def counts(self) -> Mapping[OutboxState, int]: ...

    async def lines(
        self, community_id: CommunityId, state: OutboxState, *, everything: bool, page: int, size: int
    ) -> Page[OutboxLine]:
        """The rows of a community, or `everything`, the oldest first. A row belongs to the community of its post, of
        its channel, of the comment or the thread it is about, or of the page's account that it is for."""
        ...

    async def parked_in(self, channel_id: ChannelId, now: datetime) -> Sequence[OutboxLine]:
        """What is parked of a channel's and has not expired, the oldest first."""
        ...

    async def line(self, item_id: OutboxId) -> OutboxLine | None:
        """One that is pending or parked."""
        ...

    async def retry(self, item_id: OutboxId, now: datetime) -> None:
        """Have a row that is pending or parked tried at once, as often as a new one; what it has done stays done."""
        ...

    async def drop(self, item_id: OutboxId, answer: str, now: datetime) -> bool:
        """End a row that is pending or parked; False, and nothing written, where somebody is at work on it."""
        ...


class Journal(Protocol):
    """What admins should know, and what was done."""

    async def notify(self, notices: Sequence[Notice]) -> None: ...

    async def notices(self, community_id: CommunityId, limit: int) -> Sequence[Notice]:
        """The newest first."""
        ...

    async def log(
        self,
        community_id: CommunityId,
        *,
        at: datetime,
        account_id: AccountId | None,
        action: str,
        subject: str,
        before: str | None = None,
        after: str | None = None,
    ) -> None:
        """Add to the audit log."""
        ...

    async def logged(self, community_id: CommunityId, limit: int) -> Sequence[LogEntry]:
        """A community's audit log, the newest first."""
        ...


class Settings(Protocol):
    """Small values that belong to the database, not to the configuration."""

    async def get(self, key: str) -> str | None: ...

    async def put(self, key: str, value: str) -> None: ...
