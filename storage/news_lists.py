"""The statements behind the news as commands tell them: lists, digests, and what a search found."""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    TableClause,
    Text,
    TextClause,
    and_,
    bindparam,
    exists,
    func,
    or_,
    select,
    text,
)
from sqlalchemy.sql.base import ReadOnlyColumnCollection
from sqlalchemy.sql.expression import FromClause

from bot.domain.model import ArticleSort, PostState
from bot.ports.newsdesk import LOOKED_THROUGH
from storage.page_sight import COMMUNITY, SIGNED_IN, is_section, visible, within
from storage.schema.columns import BigId, Moment
from storage.schema.news import articles, feeds
from storage.schema.people import accounts
from storage.schema.places import channels, discussions, posts
from storage.schema.search import article_words, comment_words
from storage.schema.talk import comments

CANDIDATES = 2_000  # of a digest: those with the most votes up
CONSIDERED = 10_000  # that hold what is sought, before it is asked who may see them

_d, _c = discussions.c, comments.c
_HERE = bindparam("p_here", type_=Text)
_CHANNEL = bindparam("p_channel", type_=BigId)
_ids = bindparam("ids", type_=BigId, expanding=True)
_post, _where = posts.alias("news_post"), channels.alias("news_channel")
_page_post, _section = posts.alias("page_post"), channels.alias("page_section")
_closed = posts.alias("closed_post")


def _readable(places: FromClause) -> ColumnElement[bool]:
    """Whether the viewer may see what is said in a channel: it is shown elsewhere, or was asked about in itself."""
    return or_(visible(places), and_(places.c.community_id == COMMUNITY, places.c.ref == _HERE))


def _stands(post: FromClause, place: FromClause) -> ColumnElement[bool]:
    return and_(
        post.c.discussion_id == _d.id,
        post.c.state == PostState.POSTED,
        or_(~post.c.members_only, SIGNED_IN),
        place.c.id == post.c.channel_id,
    )


_placed = exists().where(
    _stands(_post, _where), _readable(_where), or_(_CHANNEL.is_(None), _where.c.id == _CHANNEL)
).correlate(discussions)  # fmt: skip
_on_page = (
    exists()
    .where(
        _stands(_page_post, _section),
        _page_post.c.ref.is_not(None),
        _page_post.c.thread.is_not(None),
        is_section(_section),
        visible(_section),
    )
    .correlate(discussions)
)
# What was written under a post for members only is for members only, wherever else its article stands.
_among_members = (
    exists()
    .where(_closed.c.discussion_id == _d.id, _closed.c.channel_id == _c.channel_id, _closed.c.members_only)
    .correlate(discussions, comments)
)
_in_sight = and_(_d.merged_into.is_(None), _d.hidden_at.is_(None), _placed)
_seen = and_(within(_d.community_id), _in_sight)
_of_community = and_(_d.community_id == COMMUNITY, _in_sight)
_since = or_(
    bindparam("p_since", type_=Moment).is_(None), _d.dated >= bindparam("p_since", type_=Moment)
)  # fmt: skip


def _order(sort: ArticleSort, columns: ReadOnlyColumnCollection[str, Any]) -> tuple[ColumnElement[Any], ...]:
    c = columns
    match sort:
        case ArticleSort.HOT:
            return c.hot.desc(), c.id.desc()
        case ArticleSort.NEW:
            return c.dated.desc(), c.id.desc()
        case ArticleSort.TOP:
            return (c.up - c.down).desc(), c.up.desc(), c.dated.desc(), c.id.desc()


PAGES = {
    sort: select(_d.id)
    .where(_of_community, _since)
    .order_by(*_order(sort, _d))
    .limit(bindparam("most"))
    .offset(bindparam("skipped"))
    for sort in ArticleSort
}
COUNT = select(func.count()).select_from(discussions).where(_of_community, _since)
VOTED = (
    select(_d.id, _d.up, _d.down, _d.comments, _d.dated)
    .where(_of_community, _since)
    .order_by(_d.up.desc(), _d.comments.desc(), _d.dated.desc())
    .limit(CANDIDATES)
)
LINES = (
    select(
        _d.id, _d.up, _d.down, _d.comments, _d.shares, _d.dated, articles.c.title, articles.c.link, articles.c.lead,
        feeds.c.title.label("source"), feeds.c.address, _on_page.label("on_page"),
    )
    .join(articles, articles.c.id == _d.article_id)
    .join(feeds, feeds.c.id == articles.c.primary_feed)
    .where(_d.id.in_(_ids))
)  # fmt: skip
SAID = (
    select(_c.id, _c.discussion_id, _c.html, _c.created_at, accounts.c.name)
    .join(accounts, accounts.c.id == _c.account_id)
    .where(_c.id.in_(_ids))
)
LIKED = (
    select(_c.id, _c.html, _c.sensitive, _c.up, _c.down, _c.created_at, accounts.c.name, _on_page.label("on_page"))
    .join(discussions, _d.id == _c.discussion_id)
    .join(channels, channels.c.id == _c.channel_id)
    .join(accounts, accounts.c.id == _c.account_id)
    .where(
        _d.id == bindparam("p_discussion", type_=BigId), _c.score > 0, _c.deleted_at.is_(None), _c.hidden_at.is_(None),
        _of_community, _readable(channels), or_(SIGNED_IN, ~_among_members),
    )
    .order_by(_c.score.desc(), _c.up.desc(), _c.created_at, _c.id)
    .limit(bindparam("most"))
)  # fmt: skip


def _held(words: TableClause) -> dict[str, tuple[FromClause, TextClause]]:
    """The rows of words that hold what is sought, in each engine: where they stand, and what to ask of them.

    SQLite reads them one after the other until there are enough. PostgreSQL, which knows too little of how many there
    will be, is told to find them before anything else.
    """
    holds = text(f"{words.name}.words @@ CAST(CAST(:p_query AS text) AS tsquery)")
    newest = select(words.c.rowid).where(holds).order_by(words.c.rowid.desc()).limit(CONSIDERED)
    return {
        "sqlite": (words, text(f"{words.name} MATCH :p_query")),
        "postgresql": (newest.cte("held").prefix_with("MATERIALIZED"), text("true")),
    }


def _articles(held: FromClause, holds: TextClause) -> Select[Any]:
    return (
        select(_d.id, _d.dated)
        .select_from(held.join(discussions, _d.article_id == held.c.rowid))
        .where(holds, _seen)
        .order_by(held.c.rowid.desc())
        .limit(LOOKED_THROUGH)
    )


def _comments(held: FromClause, holds: TextClause) -> Select[Any]:
    return (
        select(_c.id, _c.created_at)
        .select_from(
            held.join(comments, _c.id == held.c.rowid)
            .join(discussions, _d.id == _c.discussion_id)
            .join(channels, channels.c.id == _c.channel_id)
        )
        .where(
            holds, _c.deleted_at.is_(None), _c.hidden_at.is_(None), _seen, _readable(channels),
            or_(SIGNED_IN, ~_among_members),
        )
        .order_by(held.c.rowid.desc())
        .limit(LOOKED_THROUGH)
    )  # fmt: skip


ARTICLES = {engine: _articles(*held) for engine, held in _held(article_words).items()}
COMMENTS = {engine: _comments(*held) for engine, held in _held(comment_words).items()}
