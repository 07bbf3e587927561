"""Feeds, as they are kept."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from bot.domain.model.names import CommunityId, FeedId
from bot.domain.model.polls import FailureKind, Validators


class FeedState(StrEnum):
    """Whether a feed is polled; the values are stored."""

    ACTIVE = "active"
    PAUSED = "paused"
    GONE = "gone"  # the publisher answered 410


class Told(StrEnum):
    """What admins were last told of a feed; the values are stored."""

    NOTHING = "nothing"
    FAILING = "failing"
    GONE = "gone"


@dataclass(frozen=True, kw_only=True, slots=True)
class Credentials:
    """What opens a feed; nothing of it is ever shown, logged or exported."""

    user: str | None = field(default=None, repr=False)
    password: str | None = field(default=None, repr=False)
    headers: tuple[tuple[str, str], ...] = field(default=(), repr=False)

    def __bool__(self) -> bool:
        return bool(self.user or self.password or self.headers)


@dataclass(frozen=True, kw_only=True, slots=True)
class Feed:
    """An address that is polled, with all that scheduling needs."""

    id: FeedId
    address: str
    owner: CommunityId | None = None  # whose own it is, since it takes credentials
    title: str | None = None
    state: FeedState = FeedState.ACTIVE
    interval: timedelta
    ttl: timedelta | None = None
    from_config: bool = False
    validators: Validators = field(default_factory=Validators)
    next_at: datetime
    first_read_at: datetime | None = None  # the first poll that brought a document
    last_polled_at: datetime | None = None
    last_read_at: datetime | None = None  # the last poll that succeeded, changed or not
    failures: int = 0  # in a row
    failing_since: datetime | None = None
    failure: FailureKind | None = None
    reason: str | None = None
    told: Told = Told.NOTHING
    unprimed: bool = False  # a subscription waits for its first posts


@dataclass(frozen=True, kw_only=True, slots=True)
class PollRecord:
    """What a poll leaves on its feed's row."""

    feed_id: FeedId
    polled_at: datetime
    next_at: datetime
    succeeded: bool
    state: FeedState = FeedState.ACTIVE
    failures: int = 0
    failing_since: datetime | None = None
    failure: FailureKind | None = None
    reason: str | None = None
    told: Told = Told.NOTHING
    validators: Validators | None = None  # None: as they were
    title: str | None = None  # None: as it was
    ttl: timedelta | None = None  # None: as it was
    address: str | None = None  # where the feed moved for good
