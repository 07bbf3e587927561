"""The things Tribune speaks of, as frozen, keyword-only values. Every datetime is aware and in UTC."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NewType

FeedId = NewType("FeedId", int)
ArticleId = NewType("ArticleId", int)
CommunityId = NewType("CommunityId", int)
ChannelId = NewType("ChannelId", int)
SubscriptionId = NewType("SubscriptionId", int)
PostId = NewType("PostId", int)
DiscussionId = NewType("DiscussionId", int)
CommentId = NewType("CommentId", int)
AccountId = NewType("AccountId", int)
MemberId = NewType("MemberId", int)
OutboxId = NewType("OutboxId", int)

Ref = NewType("Ref", str)
"""An opaque name of something on a network, the network's name in front: `web:…`, `discord:…`, `matrix:…`."""


def network_of(ref: Ref) -> str:
    """The name of the network that minted `ref`."""
    return ref.partition(":")[0]


# --- feeds ---------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True, slots=True)
class Entry:
    """One item as a feed publishes it, repaired and made safe."""

    position: int  # place in the document, 0 first
    id: str | None  # None also where several items of the document carry the same id
    link: str | None  # absolute, http or https
    link_shared: bool = False  # the canonical link stands more than once in the document
    title: str  # plain text, "" where there is none
    author: str | None = None
    published: datetime | None = None
    updated: datetime | None = None
    summary: str = ""  # sanitised HTML
    content: str = ""  # sanitised HTML
    image: str | None = None  # absolute, http or https
    categories: tuple[str, ...] = ()
    comments_url: str | None = None  # the publisher's own discussion
    language: str | None = None
    teaser: bool = False  # the publisher shows only a part


@dataclass(frozen=True, kw_only=True, slots=True)
class ParsedFeed:
    """What a document says, less the items whose form was seen at the last poll."""

    title: str
    link: str | None
    language: str | None
    ttl: timedelta | None
    entries: tuple[Entry, ...]
    total: int  # items in the document, seen ones included
    seen: bytes  # opaque to all but `feeds`: the forms of this document's items, for the next poll
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Validators:
    """What makes the next request conditional, and an unchanged body recognisable."""

    etag: str | None = None
    last_modified: str | None = None
    body_digest: bytes | None = None
    seen: bytes = b""


class FailureKind(StrEnum):
    """Why a poll brought nothing; the values are stored."""

    UNREACHABLE = "unreachable"  # no such host, no route, no connection
    TIMEOUT = "timeout"
    TLS = "tls"
    FORBIDDEN_ADDRESS = "forbidden-address"  # private, loopback, link-local or metadata range
    TOO_LARGE = "too-large"
    TOO_MANY_REDIRECTS = "too-many-redirects"
    REFUSED = "refused"  # a 4xx or another answer that is no feed
    BUSY = "busy"  # 429 or 503
    SERVER = "server"  # another 5xx
    GONE = "gone"  # 410
    UNREADABLE = "unreadable"  # an answer that holds no feed


@dataclass(frozen=True, kw_only=True, slots=True)
class FetchRequest:
    """One poll of one address."""

    feed_id: FeedId
    address: str
    validators: Validators = Validators()
    headers: tuple[tuple[str, str], ...] = ()
    user: str | None = None
    password: str | None = None
    proxy: str | None = None
    allow_file: bool = False  # `file:` addresses come from the configuration only


@dataclass(frozen=True, kw_only=True, slots=True)
class Unchanged:
    """The document is the one of the last poll (304, or the same bytes)."""

    validators: Validators
    fresh_for: timedelta | None = None  # from max-age or Expires
    moved_to: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Fetched:
    """A document was read."""

    feed: ParsedFeed
    validators: Validators  # to be stored only after the entries are
    fresh_for: timedelta | None = None
    moved_to: str | None = None  # where permanent redirects led, the whole chain being permanent


@dataclass(frozen=True, kw_only=True, slots=True)
class Failed:
    """Nothing came; `reason` is one line for people, in English, with no secret in it."""

    kind: FailureKind
    reason: str
    status: int | None = None
    retry_after: timedelta | None = None


PollOutcome = Unchanged | Fetched | Failed


# --- articles ------------------------------------------------------------------------------------


class AliasKind(StrEnum):
    """What an entry can be recognised by; the values are stored."""

    ID = "id"  # within its feed
    LINK = "link"  # across all feeds
    FINGERPRINT = "fingerprint"  # within its feed


@dataclass(frozen=True, kw_only=True, slots=True)
class Alias:
    """One name under which an article is known. `key` is 16 bytes, unique over all kinds and feeds."""

    kind: AliasKind
    key: bytes


@dataclass(frozen=True, kw_only=True, slots=True)
class Content:
    """What a revision of an article says."""

    title: str
    link: str | None
    author: str | None = None
    published: datetime | None = None  # as the feed says, never later than it was read
    lead: str = ""  # plain text, one paragraph
    summary: str = ""  # sanitised HTML
    body: str = ""  # sanitised HTML
    image: str | None = None
    categories: tuple[str, ...] = ()
    comments_url: str | None = None
    language: str | None = None
    teaser: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class KnownArticle:
    """What intake needs to know of an article that is there already."""

    id: ArticleId
    primary_feed: FeedId
    sources: frozenset[FeedId]
    digest: bytes  # of the current revision's content
    revisions: int
    published: datetime | None
    first_seen: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Article:
    """A story with its current revision."""

    id: ArticleId
    marker: str  # short, the same whenever the story is found anew: how its messages are recognised
    primary_feed: FeedId
    source: str  # the primary feed's title
    content: Content
    revision: int  # 1 first
    first_seen: datetime
    revised_at: datetime | None = None

    @property
    def dated(self) -> datetime:
        """When it was published, or first seen where the feed does not say."""
        return self.content.published or self.first_seen


# --- feeds and where they go ---------------------------------------------------------------------


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
class Feed:
    """An address that is polled, with all that scheduling needs."""

    id: FeedId
    address: str
    title: str | None = None
    state: FeedState = FeedState.ACTIVE
    interval: timedelta
    ttl: timedelta | None = None
    from_config: bool = False
    validators: Validators = Validators()
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


# --- the discussion ------------------------------------------------------------------------------


class Role(StrEnum):
    """What somebody may do in a community, least first; the values are stored."""

    READER = "reader"
    MEMBER = "member"
    MODERATOR = "moderator"
    ADMIN = "admin"
    OPERATOR = "operator"

    @property
    def rank(self) -> int:
        """0 for a reader, rising."""
        return list(Role).index(self)

    def allows(self, needed: Role) -> bool:
        """Whether this role may do what `needed` may."""
        return self.rank >= needed.rank


@dataclass(frozen=True, kw_only=True, slots=True)
class Account:
    """Somebody's identity on one network, with the member behind it."""

    id: AccountId
    member_id: MemberId
    network: str
    ref: Ref
    name: str
    bot: bool = False


class SubjectKind(StrEnum):
    """What can be voted on and flagged; the values are stored."""

    ARTICLE = "article"  # an article as one community discusses it
    COMMENT = "comment"


@dataclass(frozen=True, kw_only=True, slots=True)
class Subject:
    """A discussion's article (`id` is a DiscussionId) or a comment (`id` is a CommentId)."""

    kind: SubjectKind
    id: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Reaction:
    """A live or undone reaction, as stored."""

    ref: Ref
    account_id: AccountId
    member_id: MemberId
    bot: bool
    emoji: str  # normalised
    at: datetime | None  # None where the network does not say
    counted: bool = True  # a quota, decided once when it came in
    removed_at: datetime | None = None


class Vote(StrEnum):
    """Which way a member votes; the values are stored."""

    UP = "up"
    DOWN = "down"


@dataclass(frozen=True, kw_only=True, slots=True)
class Totals:
    """What the votes on a subject come to."""

    up: int = 0
    down: int = 0

    @property
    def net(self) -> int:
        """▲ − ▼."""
        return self.up - self.down


@dataclass(frozen=True, kw_only=True, slots=True)
class Comment:
    """What a member wrote in a discussion."""

    id: CommentId
    discussion_id: DiscussionId
    community_id: CommunityId
    channel_id: ChannelId
    account_id: AccountId
    member_id: MemberId
    ref: Ref
    parent_id: CommentId | None
    html: str  # sanitised; "" once deleted
    revision: int
    created_at: datetime
    edited_at: datetime | None = None
    deleted_at: datetime | None = None
    totals: Totals = Totals()


class FlagReason(StrEnum):
    """Why something is reported; the values are stored."""

    SPAM = "spam"
    OFF_TOPIC = "off-topic"
    UNKIND = "unkind"
    ILLEGAL = "illegal"
    PRIVATE_DATA = "private-data"
    OTHER = "other"  # with a text
