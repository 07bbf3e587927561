"""Feeds and articles in the database."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from bot.domain.model import (
    Alias,
    Article,
    ArticleId,
    CommunityId,
    Content,
    Credentials,
    Feed,
    FeedId,
    KnownArticle,
    PollRecord,
)


@dataclass(frozen=True, kw_only=True, slots=True)
class FeedCount:
    """How many feeds there are, and how many of them failed at the last poll."""

    all: int
    failing: int


class Feeds(Protocol):
    """Addresses, and how polling them went."""

    async def add(
        self,
        address: str,
        *,
        interval: timedelta,
        from_config: bool,
        owner: CommunityId | None = None,
        now: datetime,
    ) -> FeedId:
        """Store a feed that is due at once; returns the one that is there already for an owner's known address."""
        ...

    async def get(self, feed_id: FeedId) -> Feed | None: ...

    async def by_address(self, address: str, owner: CommunityId | None = None) -> Feed | None:
        """An owner's feed at this address, or the one that moved away from it for good; without an owner the one
        that needs no credentials."""
        ...

    async def all(self) -> Sequence[Feed]: ...

    async def claim_due(self, now: datetime, *, until: datetime, limit: int) -> Sequence[Feed]:
        """Active feeds that are due, have a subscription and are not claimed, the longest due first.

        They are claimed until `until` or until `record`ed.
        """
        ...

    async def next_due(self) -> datetime | None:
        """When the next unclaimed active feed is due."""
        ...

    async def record(self, records: Sequence[PollRecord]) -> None:
        """Write down polls and end their claims. A move to an address that another feed has joins the two."""
        ...

    async def count(self) -> FeedCount: ...

    async def release_claims(self) -> None:
        """End all claims: the process that made them is gone."""
        ...

    async def poll_soon(self, feed_id: FeedId, now: datetime) -> None:
        """Make a feed due at once, reviving one that is gone."""
        ...

    async def set_interval(self, feed_id: FeedId, interval: timedelta) -> None:
        """How long there is between two polls."""
        ...

    async def access(self, feed_id: FeedId) -> Credentials:
        """What opens a feed that has an owner."""
        ...

    async def set_access(self, feed_id: FeedId, credentials: Credentials) -> None:
        """Keep what opens a feed, or forget it where there is nothing."""
        ...

    async def last_brought(self, community_id: CommunityId) -> Mapping[FeedId, datetime]:
        """When each of the feeds subscribed in a community brought an article last; absent where it never did."""
        ...


class Articles(Protocol):
    """Stories, what they are recognised by, and who brought them."""

    async def known(self, keys: Sequence[bytes]) -> Mapping[bytes, KnownArticle | None]:
        """For each known alias key its article; None where the key is known to identify nothing any more
        (the article was pruned, or the link is shared by several items). Unknown keys are absent, and nobody
        else can add them until this transaction ends."""
        ...

    async def add(
        self,
        feed_id: FeedId,
        content: Content,
        aliases: Sequence[Alias],
        *,
        marker: str,
        digest: bytes,
        position: int,
        now: datetime,
    ) -> ArticleId:
        """Store a new article with its first revision and `feed_id` as its primary source."""
        ...

    async def revise(
        self, article_id: ArticleId, content: Content, *, digest: bytes, replace_latest: bool, now: datetime
    ) -> None:
        """Add a revision, or replace the latest one."""
        ...

    async def learn(self, article_id: ArticleId, aliases: Sequence[Alias], feed_id: FeedId, now: datetime) -> None:
        """Add aliases that a feed has brought; one that is taken stays with its article."""
        ...

    async def disown(self, keys: Sequence[bytes], now: datetime) -> None:
        """Remember that these link keys identify nothing; an article that is known by one keeps it."""
        ...

    async def add_source(
        self, article_id: ArticleId, feed_id: FeedId, *, position: int, title: str, link: str | None, now: datetime
    ) -> None:
        """Another feed brought a known article, under this title and link."""
        ...

    async def get(self, article_id: ArticleId) -> Article | None: ...

    async def contents(self, articles: Sequence[ArticleId]) -> Mapping[ArticleId, Content]:
        """What these articles say now, of those that are there."""
        ...

    async def content_at(self, article_id: ArticleId, revision: int) -> Content | None:
        """What an article said at a revision, None where that is no longer kept."""
        ...

    async def by_link(self, key: bytes) -> ArticleId | None:
        """The article that a canonical link's key identifies."""
        ...

    async def brought(self, community_id: CommunityId, article_id: ArticleId) -> Article | None:
        """An article, where a feed that is subscribed in the community has brought it."""
        ...

    async def titled(self, community_id: CommunityId, words: str, limit: int) -> Sequence[Article]:
        """The newest articles that feeds subscribed in a community have brought and whose title holds `words`,
        whatever the case; those whose title begins with them first."""
        ...

    async def recent(self, feed_id: FeedId, limit: int, since: datetime | None = None) -> Sequence[ArticleId]:
        """A feed's newest articles, newest first (by date, then by place in the document); none before `since`."""
        ...
