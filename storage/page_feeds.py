"""The statements behind a community's list of feeds."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import BindParameter, Row, bindparam, case, exists, func, select

from bot.domain.model import ArticleId, DiscussionId, PostState
from bot.ports.pages import BroughtLine, Fate
from storage.page_sight import COMMUNITY
from storage.schema.columns import BigId
from storage.schema.news import article_sources, articles, feeds
from storage.schema.places import channels, posts, subscriptions, verdicts

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
_subscribed = exists().where(
    subscriptions.c.feed_id == feeds.c.id,
    channels.c.id == subscriptions.c.channel_id,
    channels.c.community_id == COMMUNITY,
)
FEEDS = (
    select(
        feeds,
        func.coalesce(_posts.c.articles, 0).label("articles"),
        func.coalesce(_posts.c.held, 0).label("held"),
    )
    .select_from(feeds.outerjoin(_posts, _posts.c.feed_id == feeds.c.id))
    .where(_subscribed)
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

_last = select(func.max(article_sources.c.article_id)).where(article_sources.c.feed_id == feeds.c.id)
_brought = (articles.c.id, articles.c.title, articles.c.link, articles.c.dated)
LATEST = select(feeds.c.id.label("feed_id"), *_brought).select_from(
    feeds.join(articles, articles.c.id == _last.scalar_subquery())
)
LATEST = LATEST.where(_subscribed)
BROUGHT = (
    select(*_brought)
    .join(article_sources, article_sources.c.article_id == articles.c.id)
    .where(article_sources.c.feed_id == bindparam("p_feed", type_=BigId))
    .order_by(articles.c.dated.desc(), article_sources.c.position, articles.c.id.desc())
    .limit(bindparam("most"))
)
_ARTICLES: BindParameter[Any] = bindparam("p_articles", expanding=True)
POSTED = (
    select(posts.c.article_id, posts.c.discussion_id, posts.c.state, channels.c.name)
    .join(channels, channels.c.id == posts.c.channel_id)
    .where(channels.c.community_id == COMMUNITY, posts.c.article_id.in_(_ARTICLES))
    .order_by(posts.c.id)
)
JUDGED = (
    select(verdicts.c.article_id, verdicts.c.passage, channels.c.name)
    .join(subscriptions, subscriptions.c.id == verdicts.c.subscription_id)
    .join(channels, channels.c.id == subscriptions.c.channel_id)
    .where(channels.c.community_id == COMMUNITY, verdicts.c.article_id.in_(_ARTICLES))
    .order_by(verdicts.c.subscription_id)
)


def brought_from(row: Row[Any], posted: Iterable[Row[Any]] = (), judged: Iterable[Row[Any]] = ()) -> BroughtLine:
    """A row of `BROUGHT` with the rows about it; a post tells more of a channel than what came before it."""
    theirs = [each for each in posted if each.article_id == row.id]
    fates: Mapping[str, Fate] = {
        each.name: Fate(channel=each.name, became=each.passage) for each in judged if each.article_id == row.id
    } | {each.name: Fate(channel=each.name, became=each.state) for each in theirs}
    return BroughtLine(
        id=ArticleId(row.id),
        title=row.title,
        link=row.link,
        dated=row.dated,
        discussion_id=DiscussionId(theirs[0].discussion_id) if theirs else None,
        fates=tuple(fates.values()),
    )
