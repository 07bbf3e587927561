"""Articles as people name them: by link, by words of the title."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import bindparam, exists, select

from bot.domain.model import Article, ArticleId, CommunityId
from storage.schema.news import aliases, article_sources, articles
from storage.schema.places import channels, subscriptions
from storage.sql import Sql

_a = articles.c
_LOOKED_THROUGH = 1_000  # of the newest: whoever looks for an older one has its number or address

_here = (
    exists()
    .where(
        article_sources.c.article_id == _a.id,
        subscriptions.c.feed_id == article_sources.c.feed_id,
        channels.c.id == subscriptions.c.channel_id,
        channels.c.community_id == bindparam("p_community"),
    )
    .correlate(articles)
)
_BROUGHT = select(_a.id).where(_a.id == bindparam("p_id"), _a.merged_into.is_(None), _here)
_NEWEST = (
    select(_a.id, _a.title).where(_a.merged_into.is_(None), _here).order_by(_a.dated.desc(), _a.id.desc())
).limit(_LOOKED_THROUGH)
_LINKED = select(aliases.c.article_id).where(aliases.c.key == bindparam("p_key"))


class SqlArticleLookups:
    """The part of `bot.ports.stores.Articles` that finds what people mean."""

    _sql: Sql

    async def get(self, article_id: ArticleId) -> Article | None:
        raise NotImplementedError

    async def by_link(self, key: bytes) -> ArticleId | None:
        found = await self._sql.value(_LINKED, p_key=key)
        return None if found is None else ArticleId(found)

    async def brought(self, community_id: CommunityId, article_id: ArticleId) -> Article | None:
        if await self._sql.value(_BROUGHT, p_id=article_id, p_community=community_id) is None:
            return None
        return await self.get(article_id)

    async def titled(self, community_id: CommunityId, words: str, limit: int) -> Sequence[Article]:
        wanted = words.casefold()
        rows = await self._sql.all(_NEWEST, p_community=community_id)
        holding = [row for row in rows if wanted in row.title.casefold()]
        first = sorted(holding, key=lambda row: not row.title.casefold().startswith(wanted))[:limit]
        found = [await self.get(ArticleId(row.id)) for row in first]
        return [each for each in found if each is not None]
