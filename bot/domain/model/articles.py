"""Articles, and what they are recognised by."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.domain.model.names import ArticleId, FeedId


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
    merged: bool = False  # known by a name of another article that was merged into it


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
