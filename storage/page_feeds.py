"""The statements behind a community's list of feeds."""

from __future__ import annotations

from sqlalchemy import case, exists, func, select

from bot.domain.model import PostState
from storage.page_sight import COMMUNITY
from storage.schema.news import article_sources, feeds
from storage.schema.places import channels, posts, subscriptions

_posts = (
    select(
        article_sources.c.feed_id,
        func.count(posts.c.article_id.distinct()).label("articles"),
        func.sum(case((posts.c.state == PostState.HELD, 1), else_=0)).label("held"),
    )
    .select_from(
        posts.join(channels, channels.c.id == posts.c.channel_id).join(
            article_sources, article_sources.c.article_id == posts.c.article_id
        )
    )
    .where(channels.c.community_id == COMMUNITY)
    .group_by(article_sources.c.feed_id)
    .subquery("posted")
)
FEEDS = (
    select(
        feeds,
        func.coalesce(_posts.c.articles, 0).label("articles"),
        func.coalesce(_posts.c.held, 0).label("held"),
    )
    .select_from(feeds.outerjoin(_posts, _posts.c.feed_id == feeds.c.id))
    .where(
        exists().where(
            subscriptions.c.feed_id == feeds.c.id,
            channels.c.id == subscriptions.c.channel_id,
            channels.c.community_id == COMMUNITY,
        )
    )
    .order_by(
        case((feeds.c.failures > 0, 0), else_=1), func.lower(func.coalesce(feeds.c.title, feeds.c.address)), feeds.c.id
    )
)
SECTIONS = (
    select(subscriptions.c.feed_id, channels.c.name)
    .join(channels, channels.c.id == subscriptions.c.channel_id)
    .where(channels.c.community_id == COMMUNITY)
    .order_by(subscriptions.c.id)
)
