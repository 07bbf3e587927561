"""What the page reads, in as few queries as it takes; and what it writes that is its own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Generic, Protocol, TypeVar

from bot.domain.model import (
    NEWCOMER,
    ArticleId,
    ArticleSort,
    CommentId,
    CommunityId,
    Content,
    DiscussionId,
    FailureKind,
    FeedId,
    FeedState,
    MemberId,
    Passage,
    PostState,
    Ref,
    Totals,
    Visibility,
    Vote,
)

__all__ = [
    "ArticleLine",
    "ArticleSort",
    "BroughtLine",
    "CommentSort",
    "CommentView",
    "Fate",
    "FeedLine",
    "Page",
    "PageBoard",
    "PageReader",
    "Said",
    "SectionLine",
    "Viewer",
]

T = TypeVar("T")


class CommentSort(StrEnum):
    """Orders of a discussion: `best` is ▲−▼ falling, then ▲ falling, then the older."""

    BEST = "best"
    NEW = "new"
    OLD = "old"


@dataclass(frozen=True, kw_only=True, slots=True)
class Page(Generic[T]):
    """One page of a list; `number` counts from 1, `total` is of all pages."""

    items: Sequence[T]
    number: int
    size: int
    total: int

    @property
    def last(self) -> int:
        """The number of the last page, 1 where the list is empty."""
        return max(1, -(-self.total // self.size))


@dataclass(frozen=True, kw_only=True, slots=True)
class Viewer:
    """For whom a page is read; without a member, a visitor."""

    community_id: CommunityId
    member_id: MemberId | None = None
    moderator: bool = False  # sees what is hidden


@dataclass(frozen=True, kw_only=True, slots=True)
class SectionLine:
    """A section of the page."""

    ref: Ref
    name: str
    language: str
    zone: str
    visibility: Visibility
    articles: int
    sort: ArticleSort | None = None  # the order in which its articles are shown where none is asked for


@dataclass(frozen=True, kw_only=True, slots=True)
class ArticleLine:
    """An article in a list or at the head of its discussion."""

    id: DiscussionId
    section: Ref
    source: str
    content: Content
    dated: datetime
    revision: int
    revised_at: datetime | None
    totals: Totals
    comments: int
    message: Ref  # of the post in that section: what a vote or a flag names
    thread: Ref  # where a comment goes
    vote: Vote | None = None  # the viewer's
    sensitive: str | None = None  # why it stands behind a curtain
    hidden: bool = False  # out of sight but for moderators
    locked: bool = False  # only moderators may write; not yet over by `locked_until`
    locked_until: datetime | None = None
    slow: timedelta | None = None  # how long a member waits between two comments
    shares: int = 0  # how often it was shared to another channel


@dataclass(frozen=True, kw_only=True, slots=True)
class CommentView:
    """A comment as it is read."""

    id: CommentId
    message: Ref
    author: str
    member_id: MemberId
    network: str
    html: str  # "" once deleted
    created_at: datetime
    edited_at: datetime | None
    deleted: bool
    totals: Totals
    parent_id: CommentId | None
    parent_author: str | None
    vote: Vote | None = None  # the viewer's
    title: str = NEWCOMER  # the author's, a key
    trust: int = 0  # the author's
    sensitive: str | None = None  # why it stands behind a curtain
    hidden: bool = False  # out of sight but for its author and moderators; the text is "" for all others


@dataclass(frozen=True, kw_only=True, slots=True)
class FeedLine:
    """A feed as a community sees it: only where it is subscribed there."""

    id: FeedId
    title: str | None
    address: str
    state: FeedState
    sections: tuple[str, ...]
    articles: int
    held: int  # posts of this community that wait for an admin
    last_read_at: datetime | None
    next_at: datetime
    failing_since: datetime | None
    failures: int
    failure: FailureKind | None
    reason: str | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Fate:
    """What became of an article in a channel."""

    channel: str
    became: PostState | Passage  # where there is no post: what the subscription did with it


@dataclass(frozen=True, kw_only=True, slots=True)
class BroughtLine:
    """An article that a feed has brought, as admins see it."""

    id: ArticleId
    title: str
    link: str | None
    dated: datetime
    discussion_id: DiscussionId | None = None
    fates: tuple[Fate, ...] = ()

    @property
    def named(self) -> str:
        """What to call it by, where a command is told of it."""
        return str(self.discussion_id) if self.discussion_id is not None else self.link or self.title


@dataclass(frozen=True, kw_only=True, slots=True)
class Said:
    """Something the bot said on the page."""

    ref: Ref
    html: str
    at: datetime


class PageReader(Protocol):
    """Reads for the page. No method crosses the viewer's community; what the viewer may not see is not there.

    An article is there where it has a posted post in a section of the page that the viewer may see, which those for
    members only are not for visitors; a comment, where its article is, and it was written on the page or in a channel
    whose visibility allows it. Hidden articles are there for moderators only. A hidden comment keeps its place where
    it is answered, without its text, but for its author and moderators.
    """

    async def sections(self, viewer: Viewer) -> Sequence[SectionLine]:
        """In the order they were made."""
        ...

    async def articles(
        self, viewer: Viewer, *, section: Ref | None, sort: ArticleSort, since: datetime | None, page: int, size: int
    ) -> Page[ArticleLine]:
        """A section's articles, or all; `since` bounds `top`. Beyond the last page the items are empty."""
        ...

    async def article(self, viewer: Viewer, discussion_id: DiscussionId, now: datetime) -> ArticleLine | None:
        """One article with its whole content; None for a hidden one, but for moderators."""
        ...

    async def moved(self, viewer: Viewer, discussion_id: DiscussionId) -> DiscussionId | None:
        """The discussion that this one was merged into."""
        ...

    async def comments(
        self, viewer: Viewer, discussion_id: DiscussionId, *, sort: CommentSort, page: int, size: int
    ) -> Page[CommentView]:
        """A deleted comment is there only where another answers it."""
        ...

    async def comment(self, viewer: Viewer, comment_id: CommentId) -> tuple[DiscussionId, CommentView] | None: ...

    async def page_of(self, viewer: Viewer, comment_id: CommentId, *, sort: CommentSort, size: int) -> int | None:
        """On which page of its discussion a comment stands."""
        ...

    async def feeds(self, community_id: CommunityId) -> Sequence[FeedLine]:
        """Failing ones first, then by title."""
        ...

    async def latest(self, community_id: CommunityId) -> Mapping[FeedId, BroughtLine]:
        """The article that each feed brought last, without what became of it."""
        ...

    async def brought(self, community_id: CommunityId, feed_id: FeedId, limit: int) -> Sequence[BroughtLine]:
        """The newest articles of a feed, and what became of each in the community's channels."""
        ...

    async def said(self, place: Ref) -> Sequence[Said]:
        """What the bot said in a section or thread of the page, the oldest first."""
        ...


class PageBoard(Protocol):
    """Where the page keeps what the bot says there."""

    async def put(self, ref: Ref, place: Ref, html: str, marker: str, at: datetime) -> None:
        """Store a message; one with the same reference is left as it is."""
        ...

    async def find(self, place: Ref, marker: str) -> Sequence[Ref]:
        """The messages in a place that carry a marker, oldest first."""
        ...

    async def remove(self, ref: Ref) -> None:
        """Remove a message, if it is there."""
        ...
