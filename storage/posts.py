"""Posts: articles in channels, and the discussions that begin with them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Boolean, Float, Row, Text, bindparam, case, func, literal, select, type_coerce, update

from bot.domain.model import (
    ArticleId,
    CommunityId,
    DiscussionId,
    FeedId,
    Gathered,
    Post,
    PostId,
    PostProgress,
    PostState,
    Ref,
    Subscription,
    SubscriptionId,
    Totals,
)
from bot.domain.ranking import SECONDS_PER_MAGNITUDE
from storage.places import CHANNEL
from storage.posts_in_full import SqlPostsInFull, post_from
from storage.rowsets import Rowset, passed
from storage.schema.columns import BigId
from storage.schema.news import article_sources, articles
from storage.schema.places import channels, discussions, posts
from storage.sql import Sql, chunks, insert

_p = posts.c

DISCUSS = (
    insert(discussions)
    .from_select(
        ["article_id", "community_id", "dated", "up", "down", "comments", "shares", "hot", "sensitive"],
        select(
            articles.c.id,
            bindparam("p_community", type_=BigId),
            articles.c.dated,
            literal(0),
            literal(0),
            literal(0),
            literal(0),
            type_coerce(articles.c.dated, Float(53)) / (SECONDS_PER_MAGNITUDE * 1e6),
            bindparam("p_sensitive", type_=discussions.c.sensitive.type),
        ).where(articles.c.id == bindparam("p_article")),
    )
    .on_conflict_do_nothing(index_elements=["article_id", "community_id"])
)
_now = bindparam("p_now", type_=_p.ordered_at.type)
_ORDER = (
    insert(posts)
    .from_select(
        [
            "article_id",
            "discussion_id",
            "channel_id",
            "subscription_id",
            "state",
            "members_only",
            "ordered_at",
            "changed_at",
        ],
        select(
            discussions.c.article_id,
            discussions.c.id,
            bindparam("p_channel", type_=BigId),
            bindparam("p_subscription", type_=BigId),
            bindparam("p_state", type_=_p.state.type),
            bindparam("p_members_only", type_=Boolean),
            _now,
            _now,
        ).where(
            discussions.c.article_id == bindparam("p_article"), discussions.c.community_id == bindparam("p_community")
        ),
    )
    .on_conflict_do_nothing(index_elements=["article_id", "channel_id"])
    .returning(_p.id)
)
_HELD = (
    select(_p.id)
    .join(channels, channels.c.id == _p.channel_id)
    .join(article_sources, article_sources.c.article_id == _p.article_id)
    .join(articles, articles.c.id == _p.article_id)
    .where(
        channels.c.community_id == bindparam("p_community"),
        article_sources.c.feed_id == bindparam("p_feed"),
        _p.state == PostState.HELD,
    )
    .order_by(articles.c.dated, article_sources.c.position.desc(), _p.id)
)
_GATHERED = (
    select(
        _p.id,
        articles.c.title,
        articles.c.link,
        articles.c.dated,
        discussions.c.up,
        discussions.c.down,
        discussions.c.comments,
        discussions.c.hidden_at,
    )
    .join(articles, articles.c.id == _p.article_id)
    .join(discussions, discussions.c.id == _p.discussion_id)
    .where(_p.subscription_id == bindparam("p_subscription"), _p.state == PostState.GATHERED)
    .order_by(_p.id)
)
_DIGESTED = (
    update(posts)
    .where(_p.id.in_(bindparam("ids", expanding=True)), _p.state == PostState.GATHERED)
    .values(state=PostState.DIGESTED, changed_at=bindparam("p_now"))
)
_SELECT = (
    select(posts, *(c for c in CHANNEL if c.name != "channel_id"))
    .join(channels, channels.c.id == _p.channel_id)
    .order_by(_p.id)
)
_GET = _SELECT.where(_p.id == bindparam("p_id"))
_OF_ARTICLE = _SELECT.where(_p.article_id == bindparam("p_id"))
_OF_DISCUSSION = _SELECT.where(_p.discussion_id == bindparam("p_id"))
_FIND = _SELECT.where((_p.ref == bindparam("p_ref")) | (_p.thread == bindparam("p_ref"))).limit(1)
_BY_MARKER = (
    _SELECT.join(articles, articles.c.id == _p.article_id)
    .where(channels.c.ref == bindparam("p_channel"), articles.c.marker == bindparam("p_marker"))
    .limit(1)
)
_come = Rowset("come", BigId, _p.state.type, Text(), Text(), Text())
_PROGRESS = (
    update(posts)
    .where(_p.id == _come[0])
    .values(
        # One that was set aside when its article was merged stays so, however its delivery ends.
        state=case((_p.former.is_not(None), _p.state), else_=_come[1]),
        ref=func.coalesce(_come[2], _p.ref),
        thread=func.coalesce(_come[3], _p.thread),
        thread_name=func.coalesce(_come[4], _p.thread_name),
        changed_at=_now,
    )
)
_LOSE_THREAD = (
    update(posts)
    .where(_p.id == bindparam("p_id", type_=BigId))
    .values(thread=None, thread_name=None, changed_at=bindparam("p_now", type_=_p.changed_at.type))
)
_COUNTS = select(discussions.c.up, discussions.c.down, discussions.c.comments).where(
    discussions.c.id == bindparam("p_id")
)


def _gathered_from(row: Row[Any]) -> Gathered:
    return Gathered(
        post_id=PostId(row.id),
        title=row.title,
        link=row.link,
        dated=row.dated,
        totals=Totals(up=row.up, down=row.down),
        comments=row.comments,
        hidden=row.hidden_at is not None,
    )


class SqlPosts(SqlPostsInFull):
    """See `bot.ports.stores.Posts`."""

    def __init__(self, sql: Sql) -> None:
        self._sql = sql

    async def order(
        self, article_id: ArticleId, subscription: Subscription, *, state: PostState = PostState.PENDING, now: datetime
    ) -> PostId | None:
        channel = subscription.channel
        await self._sql.run(
            DISCUSS, p_article=article_id, p_community=channel.community_id, p_sensitive=subscription.sensitive
        )
        made = await self._sql.value(
            _ORDER,
            p_article=article_id,
            p_community=channel.community_id,
            p_channel=channel.id,
            p_subscription=subscription.id,
            p_state=state,
            p_members_only=subscription.rules.members_only,
            p_now=now,
        )
        return None if made is None else PostId(made)

    async def gathered(self, subscription_id: SubscriptionId) -> Sequence[Gathered]:
        return [_gathered_from(row) for row in await self._sql.all(_GATHERED, p_subscription=subscription_id)]

    async def digested(self, posts: Sequence[PostId], now: datetime) -> None:
        for part in chunks(posts):
            await self._sql.run(_DIGESTED, ids=part, p_now=now)

    async def held(self, feed_id: FeedId, community_id: CommunityId) -> Sequence[PostId]:
        return [PostId(row.id) for row in await self._sql.all(_HELD, p_feed=feed_id, p_community=community_id)]

    async def get(self, post_id: PostId) -> Post | None:
        row = await self._sql.first(_GET, p_id=post_id)
        return None if row is None else post_from(row)

    async def of_article(self, article_id: ArticleId) -> Sequence[Post]:
        return [post_from(row) for row in await self._sql.all(_OF_ARTICLE, p_id=article_id)]

    async def of_discussion(self, discussion_id: DiscussionId) -> Sequence[Post]:
        return [post_from(row) for row in await self._sql.all(_OF_DISCUSSION, p_id=discussion_id)]

    async def set(
        self,
        post_id: PostId,
        *,
        state: PostState,
        ref: Ref | None = None,
        thread: Ref | None = None,
        thread_name: str | None = None,
        now: datetime,
    ) -> None:
        one = PostProgress(post_id=post_id, state=state, ref=ref, thread=thread, thread_name=thread_name)
        await self.progress([one], now)

    async def progress(self, posts: Sequence[PostProgress], now: datetime) -> None:
        rows = [(one.post_id, one.state, one.ref, one.thread, one.thread_name) for one in posts]
        if rows:
            await self._sql.run(_PROGRESS, come=passed(rows), p_now=now)

    async def lose_thread(self, post_id: PostId, now: datetime) -> None:
        await self._sql.run(_LOSE_THREAD, p_id=post_id, p_now=now)

    async def counts(self, discussion_id: DiscussionId) -> tuple[Totals, int]:
        row = await self._sql.first(_COUNTS, p_id=discussion_id)
        return (Totals(), 0) if row is None else (Totals(up=row.up, down=row.down), row.comments)

    async def find(self, ref: Ref) -> Post | None:
        row = await self._sql.first(_FIND, p_ref=ref)
        return None if row is None else post_from(row)

    async def by_marker(self, channel: Ref, marker: str) -> Post | None:
        row = await self._sql.first(_BY_MARKER, p_channel=channel, p_marker=marker)
        return None if row is None else post_from(row)
