"""Communities, channels, subscriptions, posts."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from bot.domain.model.names import ArticleId, ChannelId, CommunityId, DiscussionId, FeedId, PostId, Ref, SubscriptionId


class Visibility(StrEnum):
    """Where else what is said in a channel may be shown; the values are stored."""

    PUBLIC = "public"
    COMMUNITY = "community"  # to its signed-in members
    PRIVATE = "private"  # only there


@dataclass(frozen=True, kw_only=True, slots=True)
class Community:
    """The people who share discussions."""

    id: CommunityId
    slug: str
    name: str
    default: bool = False  # the one at the root of the page


@dataclass(frozen=True, kw_only=True, slots=True)
class Channel:
    """A place in a network where a community gets articles posted."""

    id: ChannelId
    community_id: CommunityId
    ref: Ref
    name: str
    language: str = "en"
    zone: str = "UTC"
    visibility: Visibility = Visibility.PRIVATE


@dataclass(frozen=True, kw_only=True, slots=True)
class Subscription:
    """A feed's articles go to a channel."""

    id: SubscriptionId
    feed_id: FeedId
    channel: Channel
    backlog: int = 3  # how many articles the first poll posts
    primed: bool = False  # the first poll is behind it
    paused: bool = False
    sensitive: str | None = None  # why its articles stand behind a curtain


class PostState(StrEnum):
    """How far a post has come; the values are stored."""

    PENDING = "pending"
    HELD = "held"  # one of a suspicious flood: waits for an admin
    SKIPPED = "skipped"  # an admin let it pass
    POSTED = "posted"
    LEFT_OUT = "left-out"  # parked beyond a backlog's limit, named in a digest
    FAILED = "failed"
    DELETED = "deleted"


@dataclass(frozen=True, kw_only=True, slots=True)
class Post:
    """An article's message in one channel."""

    id: PostId
    article_id: ArticleId
    discussion_id: DiscussionId
    channel: Channel
    state: PostState
    ref: Ref | None = None
    thread: Ref | None = None
