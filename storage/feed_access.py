"""What opens feeds (secrets), and what feeds have brought of late."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import bindparam, delete, exists, func, select

from bot.domain.model import CommunityId, Credentials, FeedId
from storage.schema.news import article_sources, feed_access
from storage.schema.places import channels, subscriptions
from storage.sql import Sql, insert

_ACCESS = select(feed_access).where(feed_access.c.feed_id == bindparam("p_id"))
_put = insert(feed_access)
_SET = _put.on_conflict_do_update(
    index_elements=["feed_id"], set_={name: _put.excluded[name] for name in ("user", "password", "headers")}
)
_FORGET = delete(feed_access).where(feed_access.c.feed_id == bindparam("p_id"))
_BROUGHT = (
    select(article_sources.c.feed_id, func.max(article_sources.c.at).label("at"))
    .where(
        exists().where(
            subscriptions.c.feed_id == article_sources.c.feed_id,
            channels.c.id == subscriptions.c.channel_id,
            channels.c.community_id == bindparam("p_community"),
        )
    )
    .group_by(article_sources.c.feed_id)
)


class SqlFeedAccess:
    """The part of `bot.ports.stores.Feeds` that is about credentials, and about what came last."""

    _sql: Sql

    async def access(self, feed_id: FeedId) -> Credentials:
        row = await self._sql.first(_ACCESS, p_id=feed_id)
        return Credentials() if row is None else Credentials(user=row.user, password=row.password, headers=row.headers)

    async def set_access(self, feed_id: FeedId, credentials: Credentials) -> None:
        if not credentials:
            await self._sql.run(_FORGET, p_id=feed_id)
            return
        await self._sql.run(
            _SET,
            feed_id=feed_id,
            user=credentials.user,
            password=credentials.password,
            headers=credentials.headers,
        )

    async def last_brought(self, community_id: CommunityId) -> Mapping[FeedId, datetime]:
        return {FeedId(row.feed_id): row.at for row in await self._sql.all(_BROUGHT, p_community=community_id)}
