"""What became of an article in one community, step by step."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot.domain.model import AliasKind, ArticleId, CommunityId, FeedId, PostState, SubscriptionId, Verdict
from bot.domain.orders import OutboxState


@dataclass(frozen=True, kw_only=True, slots=True)
class Brought:
    """A feed that has brought it."""

    feed_id: FeedId
    feed: str
    here: bool  # a channel of the community is subscribed to it; else nobody here is told which one it is
    first: bool
    merged: bool  # it brought an article of its own, which was found to be this one
    at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Known:
    """Something that it is recognised by, and which feed gave it; None where that feed is gone."""

    kind: AliasKind
    feed_id: FeedId | None
    at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Considered:
    """A subscription of the community to one of its feeds, and what it decided, as far as that was noted."""

    subscription_id: SubscriptionId
    feed: str
    channel: str
    digest_due: datetime | None
    verdict: Verdict | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Sending:
    """The outbox row of a post."""

    state: OutboxState
    created_at: datetime
    due_at: datetime
    next_at: datetime
    expires_at: datetime | None
    finished_at: datetime | None
    attempts: int
    answer: str | None  # the network's last one


@dataclass(frozen=True, kw_only=True, slots=True)
class Made:
    """A post in a channel of the community."""

    channel: str
    state: PostState
    subscription_id: SubscriptionId | None
    ordered_at: datetime
    changed_at: datetime
    sending: Sequence[Sending]  # none: it was not queued, or its rows were removed as old


@dataclass(frozen=True, kw_only=True, slots=True)
class Trace:
    """All that is known of an article's way."""

    brought: Sequence[Brought]
    known: Sequence[Known]
    considered: Sequence[Considered]
    made: Sequence[Made]
    revised_at: datetime | None


class Tracing(Protocol):
    """The way of articles."""

    async def trace(self, community_id: CommunityId, article_id: ArticleId) -> Trace:
        """What became of an article in a community; of other communities it says nothing."""
        ...
