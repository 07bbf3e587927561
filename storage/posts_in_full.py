"""Posts with all that they show, many at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import SimpleNamespace
from typing import Any

from sqlalchemy import Row, select

from bot.domain.model import ArticleId, DiscussionId, Post, PostId, Ref, SubscriptionId, Totals
from bot.ports.stores.places import PostInFull
from storage.articles import ARTICLE, article_from
from storage.places import CHANNEL, channel_from, subscription_from
from storage.rowsets import Reading, Rowset, passed
from storage.rules import RULES
from storage.schema.columns import BigId
from storage.schema.news import articles, feeds
from storage.schema.places import channels, discussions, posts, subscriptions
from storage.sql import Sql

_p, _d, _s = posts.c, discussions.c, subscriptions.c
_POST = (_p.id, _p.article_id, _p.discussion_id, _p.state, _p.subscription_id, _p.ref, _p.thread, _p.thread_name)
_OF_SUBSCRIPTION = "subscription_"
_SUBSCRIPTION = ("feed_id", "backlog", "primed", "paused", "sensitive", "since", "digest_due", "suspended", *RULES)
_ids = Rowset("ids", BigId)
_IN_FULL = Reading(
    select(
        *_POST,
        *CHANNEL,
        *ARTICLE,
        _d.up,
        _d.down,
        _d.comments,
        _d.sensitive,
        *(_s[name].label(_OF_SUBSCRIPTION + name) for name in _SUBSCRIPTION),
    )
    .select_from(_ids.rows.join(posts, _p.id == _ids[0]))
    .join(channels, channels.c.id == _p.channel_id)
    .join(articles, articles.c.id == _p.article_id)
    .join(feeds, feeds.c.id == articles.c.primary_feed)
    .join(discussions, _d.id == _p.discussion_id)
    .outerjoin(subscriptions, _s.id == _p.subscription_id)
)


def post_from(row: Row[Any]) -> Post:
    """A post in a row that carries its columns and those of `CHANNEL`."""
    return Post(
        id=PostId(row.id),
        article_id=ArticleId(row.article_id),
        discussion_id=DiscussionId(row.discussion_id),
        channel=channel_from(row),
        state=row.state,
        subscription_id=None if row.subscription_id is None else SubscriptionId(row.subscription_id),
        ref=None if row.ref is None else Ref(row.ref),
        thread=None if row.thread is None else Ref(row.thread),
        thread_name=row.thread_name,
    )


def _in_full_from(row: Any) -> PostInFull:
    post = post_from(row)
    return PostInFull(
        post=post,
        article=article_from(row, post.article_id),
        totals=Totals(up=row.up, down=row.down),
        comments=row.comments,
        subscription=None if row.subscription_id is None else subscription_from(_subscription_row(row), post.channel),
        sensitive=row.sensitive,
    )


def _subscription_row(row: Any) -> Any:
    named = {name: getattr(row, _OF_SUBSCRIPTION + name) for name in _SUBSCRIPTION}
    return SimpleNamespace(id=row.subscription_id, **named)


class SqlPostsInFull:
    """The part of `bot.ports.stores.Posts` that reads all that a post shows."""

    def __init__(self, sql: Sql) -> None:
        self._sql = sql

    async def in_full(self, posts: Sequence[PostId]) -> Mapping[PostId, PostInFull]:
        if not posts:
            return {}
        rows = await _IN_FULL.named(self._sql, ids=passed((number,) for number in posts))
        return {PostId(row.id): _in_full_from(row) for row in rows}
