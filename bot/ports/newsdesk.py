"""What members do with the news: listed, searched, shared.

Called by the commands and the page; what is typed wrongly raises `RequestError` with a message for who asked.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol

from bot.domain.model import ArticleSort, ChannelId, CommentId, CommunityId, DiscussionId, Ref, Totals
from bot.domain.search import Snippet, Sought
from bot.ports.moderation import Actor
from bot.ports.pages import Page, Viewer

LOOKED_THROUGH = 1_000
"""A search finds at most so many articles, and so many comments: the newest."""


class Period(StrEnum):
    """How far back a list goes."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    YEAR = "year"
    ALL = "all"

    @property
    def span(self) -> timedelta | None:
        """How long it is; None: without an end."""
        days = {Period.DAY: 1, Period.WEEK: 7, Period.MONTH: 30, Period.YEAR: 365}.get(self)
        return None if days is None else timedelta(days=days)


class SearchIn(StrEnum):
    """What is searched."""

    ALL = "all"
    ARTICLES = "articles"
    COMMENTS = "comments"


@dataclass(frozen=True, kw_only=True, slots=True)
class Sight:
    """For whom is read, and in which channel it was asked: what is private there may be shown there."""

    viewer: Viewer
    here: Ref | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class NewsLine:
    """An article in a list."""

    id: DiscussionId
    title: str
    source: str
    link: str | None
    dated: datetime
    totals: Totals
    comments: int
    shares: int
    on_page: bool  # there is a page of it that the viewer may see


@dataclass(frozen=True, kw_only=True, slots=True)
class Hit:
    """What a search found: an article, or a comment on it."""

    article: NewsLine
    snippet: Snippet
    comment_id: CommentId | None = None  # None: the article itself was found
    author: str | None = None  # of the comment
    at: datetime  # when it was written


@dataclass(frozen=True, kw_only=True, slots=True)
class Liked:
    """A comment among the best of its discussion; `excerpt` is plain."""

    comment_id: CommentId
    author: str
    excerpt: str
    totals: Totals
    at: datetime
    on_page: bool  # as in `NewsLine`


@dataclass(frozen=True, kw_only=True, slots=True)
class Shared:
    """Where an article has gone to."""

    title: str
    shares: int


class NewsReader(Protocol):
    """Reads for the news desk. No method crosses the viewer's community; what the viewer may not see is not there.

    An article is there where it stands in a channel that the viewer may see; a comment, where it was written in such a
    one. What is deleted, hidden, or stands for members only where the viewer is none, is found by nobody.
    """

    async def lines(
        self,
        sight: Sight,
        *,
        channel: ChannelId | None,
        sort: ArticleSort,
        since: datetime | None,
        page: int,
        size: int,
    ) -> Page[NewsLine]:
        """Articles that are not older than `since`."""
        ...

    async def best(
        self, sight: Sight, *, channel: ChannelId | None, since: datetime | None, most: int
    ) -> Sequence[NewsLine]:
        """The few that were voted best: by the Wilson lower bound, then by comments, then the newer."""
        ...

    async def search(
        self, sight: Sight, sought: Sought, *, within: SearchIn, channel: ChannelId | None, page: int, size: int
    ) -> Page[Hit]:
        """Articles that have it in their titles first, then other articles, then comments; the newest of each first."""
        ...

    async def liked(self, sight: Sight, discussion_id: DiscussionId, most: int) -> Sequence[Liked]:
        """The comments on an article with the highest ▲ − ▼ above nought, the best first."""
        ...


class NewsDesk(Protocol):
    """What members do with the news."""

    async def lines(
        self, sight: Sight, *, channel: ChannelId | None, sort: ArticleSort, period: Period, page: int
    ) -> Page[NewsLine]:
        """Articles of a period, so many on a page."""
        ...

    async def digest(self, sight: Sight, *, channel: ChannelId | None, period: Period) -> Sequence[NewsLine]:
        """The few articles of a period that were voted best."""
        ...

    async def search(
        self, sight: Sight, words: str, *, within: SearchIn, channel: ChannelId | None, page: int
    ) -> Page[Hit]:
        """What holds all of these words; see `bot.domain.search` for how they are read."""
        ...

    async def liked(self, sight: Sight, discussion_id: DiscussionId) -> Sequence[Liked]:
        """The few comments on an article that others liked best."""
        ...

    async def discussion_at(self, community_id: CommunityId, place: Ref) -> DiscussionId | None:
        """The discussion whose post or thread `place` is; None where it is none of the community's."""
        ...

    async def home(self, community_id: CommunityId) -> str | None:
        """The address of a community's page; None where there is no page."""
        ...

    async def share(self, by: Actor, here: Ref | None, discussion_id: DiscussionId, channel_id: ChannelId) -> Shared:
        """Post an article in another channel of the community, once."""
        ...
