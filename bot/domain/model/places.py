"""Communities, channels, subscriptions, posts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time
from enum import StrEnum

from bot.domain.model.names import ArticleId, ChannelId, CommunityId, DiscussionId, FeedId, PostId, Ref, SubscriptionId
from bot.domain.model.talk import Totals


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


class ArticleSort(StrEnum):
    """Orders of articles; the values are stored."""

    HOT = "hot"
    NEW = "new"
    TOP = "top"


@dataclass(frozen=True, kw_only=True, slots=True)
class ChannelSettings:
    """What an admin set in a channel; None: what holds everywhere."""

    sort: ArticleSort | None = None  # the order in which its articles are shown
    up: str | None = None  # emoji that are votes and flags
    down: str | None = None
    flag: str | None = None
    hide_weight: float | None = None  # of flags, at which a comment is hidden without a moderator
    colour: int | None = None  # of its posts, 0xRRGGBB, where the network has colours
    cases: bool = False  # moderators get the community's cases here


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
    settings: ChannelSettings = ChannelSettings()
    server: Ref | None = None  # that it is in, where its network has servers and it is known


class ServerStanding(StrEnum):
    """Whether the bot works in a server; the values are stored."""

    ADMITTED = "admitted"
    ASKED = "asked"  # it was invited there, and the operator has not said yet
    REFUSED = "refused"
    LEFT = "left"  # it was admitted, and has been removed since


@dataclass(frozen=True, kw_only=True, slots=True)
class Server:
    """Where a network keeps its channels together: a Discord server, a Matrix space. Its channels belong to its
    community."""

    ref: Ref  # "<network>:server/<its id>"
    name: str
    standing: ServerStanding
    community_id: CommunityId | None  # None until it was admitted
    invited_by: str = ""  # a name, "" where nobody knows
    at: datetime  # of its standing


@dataclass(frozen=True, kw_only=True, slots=True)
class Quiet:
    """Hours of the day in the channel's zone in which nothing is posted; over midnight where `until` is earlier."""

    start: time
    until: time


@dataclass(frozen=True, kw_only=True, slots=True)
class DigestTime:
    """When a digest is posted, in the channel's zone: daily, or (`weekday`, 0 is Monday) weekly."""

    at: time
    weekday: int | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Rules:
    """How a feed's articles go to a channel."""

    filter: str = ""  # an expression of `bot.domain.filters`; "": everything passes
    template: str = ""  # of `bot.domain.templates`; "": the usual card
    mention: str | None = None  # the name of a role that each post calls
    tags: tuple[str, ...] = ()
    language: str | None = None  # of its posts; None: the channel's
    members_only: bool = False  # on the page its articles are for signed-in members
    cap: int | None = None  # posts an hour at most
    quiet: Quiet | None = None
    digest: DigestTime | None = None  # no posts of single articles, but one with the best of them


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
    since: datetime | None = None  # the first poll posts what is not older, instead of the newest few
    rules: Rules = Rules()
    digest_due: datetime | None = None  # when its next digest is posted
    suspended: str | None = None  # why it takes nothing (a message), where its channel cannot be posted in

    @property
    def takes_articles(self) -> bool:
        """Whether what comes is posted, or ordered for its time."""
        return not self.paused and self.suspended is None


class PostState(StrEnum):
    """How far a post has come; the values are stored."""

    PENDING = "pending"
    HELD = "held"  # one of a suspicious flood: waits for an admin
    GATHERED = "gathered"  # waits for a digest
    SKIPPED = "skipped"  # an admin let it pass
    POSTED = "posted"
    LEFT_OUT = "left-out"  # parked beyond a backlog's limit, named in a digest
    FAILED = "failed"
    DELETED = "deleted"
    DIGESTED = "digested"  # a digest named it, or passed it over


@dataclass(frozen=True, kw_only=True, slots=True)
class Post:
    """An article's message in one channel."""

    id: PostId
    article_id: ArticleId
    discussion_id: DiscussionId
    channel: Channel
    state: PostState
    subscription_id: SubscriptionId | None = None  # that it was made for, while it is there
    ref: Ref | None = None
    thread: Ref | None = None
    thread_name: str | None = None  # that the bot gave it last


@dataclass(frozen=True, kw_only=True, slots=True)
class PostProgress:
    """How far a post has come; None leaves a reference, or the thread's name, as it was."""

    post_id: PostId
    state: PostState
    ref: Ref | None = None
    thread: Ref | None = None
    thread_name: str | None = None


class Passage(StrEnum):
    """What became of an article at one subscription; the values are stored."""

    PASSED = "passed"
    STOPPED = "stopped"  # by the filter
    HELD = "held"  # one of a suspicious flood
    DEFERRED = "deferred"  # until its cap or quiet hours let it through
    GATHERED = "gathered"  # for a digest
    PAUSED = "paused"  # the subscription was, and what comes meanwhile is not made up for
    SUSPENDED = "suspended"  # likewise, because its channel cannot be posted in
    BACKLOG = "backlog"  # it was there before the subscription, and is no part of its first posts


@dataclass(frozen=True, kw_only=True, slots=True)
class Gathered:
    """An article that waits for a digest, as the digest names it."""

    post_id: PostId
    title: str
    link: str | None
    dated: datetime
    totals: Totals
    comments: int
    hidden: bool  # moderators have taken it out of sight


@dataclass(frozen=True, kw_only=True, slots=True)
class Verdict:
    """What a subscription did with an article, and by which rule: what `feed why` tells.

    Of an article that passed for want of a filter none is kept: its post says as much.
    """

    article_id: ArticleId
    subscription_id: SubscriptionId
    passage: Passage
    detail: str  # the part of the filter that decided, until when it was deferred (ISO 8601), why suspended; else ""
    at: datetime
