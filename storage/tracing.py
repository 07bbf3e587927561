"""The way of an article through feeds, subscriptions and the outbox."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, bindparam, exists, select

from bot.domain.model import ArticleId, CommunityId, FeedId, Passage, SubscriptionId, Verdict
from bot.ports.stores.tracing import Brought, Considered, Known, Made, Sending, Trace
from storage.articles import source_name
from storage.schema.columns import BigId
from storage.schema.news import aliases, article_sources, articles, feeds
from storage.schema.places import channels, posts, subscriptions, verdicts
from storage.schema.work import OrderKind, outbox
from storage.sql import Sql

_ARTICLE = bindparam("p_article", type_=BigId)
_COMMUNITY = bindparam("p_community", type_=BigId)
_s, _p, _o, _v = article_sources.c, posts.c, outbox.c, verdicts.c

_subscribed = exists().where(
    subscriptions.c.feed_id == feeds.c.id,
    channels.c.id == subscriptions.c.channel_id,
    channels.c.community_id == _COMMUNITY,
)
_BROUGHT = (
    select(_s.feed_id, _s.at, _s.origin_id, feeds.c.title, feeds.c.address, _subscribed.label("here"))
    .join(feeds, feeds.c.id == _s.feed_id)
    .where(_s.article_id == _ARTICLE)
    .order_by(_s.at, _s.feed_id)
)
_STORY = select(articles.c.primary_feed, articles.c.revised_at).where(articles.c.id == _ARTICLE)
_KNOWN = (
    select(aliases.c.kind, aliases.c.feed_id, aliases.c.at)
    .where(aliases.c.article_id == _ARTICLE)
    .order_by(aliases.c.at, aliases.c.kind)
)
_CONSIDERED = (
    select(
        subscriptions.c.id,
        subscriptions.c.digest_due,
        channels.c.name,
        feeds.c.title,
        feeds.c.address,
        _v.passage,
        _v.detail,
        _v.at,
    )
    .select_from(
        subscriptions.join(channels, channels.c.id == subscriptions.c.channel_id)
        .join(feeds, feeds.c.id == subscriptions.c.feed_id)
        .join(article_sources, (_s.feed_id == feeds.c.id) & (_s.article_id == _ARTICLE))
        .outerjoin(verdicts, (_v.subscription_id == subscriptions.c.id) & (_v.article_id == _ARTICLE))
    )
    .where(channels.c.community_id == _COMMUNITY)
    .order_by(subscriptions.c.id)
)
_MADE = (
    select(
        _p.id,
        _p.state,
        _p.subscription_id,
        _p.ordered_at,
        _p.changed_at,
        channels.c.name,
        _o.state.label("sent"),
        _o.created_at,
        _o.due_at,
        _o.next_at,
        _o.expires_at,
        _o.finished_at,
        _o.attempts,
        _o.last_answer,
    )
    .select_from(
        posts.join(channels, channels.c.id == _p.channel_id).outerjoin(
            outbox, (_o.post_id == _p.id) & (_o.kind == OrderKind.PUBLISH)
        )
    )
    .where(_p.article_id == _ARTICLE, channels.c.community_id == _COMMUNITY)
    .order_by(_p.id, _o.id)
)


class SqlTracing:
    """See `bot.ports.stores.Tracing`."""

    def __init__(self, sql: Sql) -> None:
        self._sql = sql

    async def trace(self, community_id: CommunityId, article_id: ArticleId) -> Trace:
        values = {"p_article": article_id, "p_community": community_id}
        story = await self._sql.first(_STORY, p_article=article_id)
        primary = None if story is None else story.primary_feed
        known = await self._sql.all(_KNOWN, p_article=article_id)
        made = _made_from(await self._sql.all(_MADE, **values))
        considered = await self._sql.all(_CONSIDERED, **values)
        return Trace(
            brought=[_brought_from(row, primary) for row in await self._sql.all(_BROUGHT, **values)],
            known=[
                Known(kind=row.kind, feed_id=None if row.feed_id is None else FeedId(row.feed_id), at=row.at)
                for row in known
            ],
            considered=[_considered_from(row, article_id, made) for row in considered],
            made=made,
            revised_at=None if story is None else story.revised_at,
        )


def _brought_from(row: Row[Any], primary: int | None) -> Brought:
    return Brought(
        feed_id=FeedId(row.feed_id),
        feed=source_name(row.title, row.address),
        here=bool(row.here),
        first=row.feed_id == primary,
        merged=row.origin_id is not None,
        at=row.at,
    )


def _considered_from(row: Row[Any], article_id: ArticleId, made: Sequence[Made]) -> Considered:
    """Of an article that passed for want of a filter no verdict is kept: the post that was made of it says as much."""
    subscription_id = SubscriptionId(row.id)
    own = next((each for each in made if each.subscription_id == subscription_id), None)
    verdict = None
    if row.passage is not None:
        verdict = Verdict(
            article_id=article_id, subscription_id=subscription_id, passage=row.passage, detail=row.detail, at=row.at
        )
    elif own is not None:
        verdict = Verdict(
            article_id=article_id,
            subscription_id=subscription_id,
            passage=Passage.PASSED,
            detail="",
            at=own.ordered_at,
        )
    return Considered(
        subscription_id=subscription_id,
        feed=source_name(row.title, row.address),
        channel=row.name,
        digest_due=row.digest_due,
        verdict=verdict,
    )


def _made_from(rows: Sequence[Row[Any]]) -> list[Made]:
    by_post: dict[int, list[Row[Any]]] = {}
    for row in rows:
        by_post.setdefault(row.id, []).append(row)
    return [
        Made(
            channel=first.name,
            state=first.state,
            subscription_id=None if first.subscription_id is None else SubscriptionId(first.subscription_id),
            ordered_at=first.ordered_at,
            changed_at=first.changed_at,
            sending=[_sending_from(row) for row in (first, *others) if row.sent is not None],
        )
        for first, *others in by_post.values()
    ]


def _sending_from(row: Row[Any]) -> Sending:
    return Sending(
        state=row.sent,
        created_at=row.created_at,
        due_at=row.due_at,
        next_at=row.next_at,
        expires_at=row.expires_at,
        finished_at=row.finished_at,
        attempts=row.attempts,
        answer=row.last_answer,
    )
