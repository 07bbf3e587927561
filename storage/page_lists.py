"""The statements behind lists of articles."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Select, Text, and_, bindparam, exists, func, or_, select
from sqlalchemy.sql.base import ReadOnlyColumnCollection

from bot.domain.model import PostState, SubjectKind
from bot.ports.pages import ArticleSort
from storage.page_sight import COMMUNITY, MEMBER, in_sight, is_section, open_to, visible
from storage.schema.columns import BigId, Moment
from storage.schema.news import CONTENT, articles, feeds
from storage.schema.places import channels, discussions, posts
from storage.schema.talk import votes
from storage.schema.work import page_messages

_d = discussions.c
_SECTION = bindparam("p_section", type_=Text)

# An article stands in a list once, with its first post there: the first of all where no section is chosen.
_place, _where = posts.alias("place"), channels.alias("place_channel")
_shown = and_(
    _place.c.discussion_id == _d.id,
    _place.c.state == PostState.POSTED,
    _place.c.ref.is_not(None),
    _place.c.thread.is_not(None),
    open_to(_place),
    _where.c.id == _place.c.channel_id,
    is_section(_where),
    visible(_where),
    or_(_SECTION.is_(None), _where.c.ref == _SECTION),
)
FIRST_POST = select(func.min(_place.c.id)).where(_shown).correlate(discussions).scalar_subquery()
SEEN = in_sight(discussions) & exists().where(_shown)
_STATE = ("hidden_at", "locked_at", "locked_until", "slow", "sensitive")
_since = _d.dated >= bindparam("p_since", type_=Moment)


def _order(sort: ArticleSort, columns: ReadOnlyColumnCollection[str, Any]) -> tuple[ColumnElement[Any], ...]:
    c = columns
    match sort:
        case ArticleSort.HOT:
            return c.hot.desc(), c.id.desc()
        case ArticleSort.NEW:
            return c.dated.desc(), c.id.desc()
        case ArticleSort.TOP:
            return (c.up - c.down).desc(), c.up.desc(), c.dated.desc(), c.id.desc()


def _lines(picked: Select[Any], sort: ArticleSort) -> Select[Any]:
    """The lines of some discussions: picked first, so that only theirs are joined to the long texts."""
    picked = picked.add_columns(FIRST_POST.label("post_id")).order_by(*_order(sort, _d))
    page = picked.limit(bindparam("most")).offset(bindparam("skipped")).subquery("page")
    vote = and_(
        votes.c.subject_kind == SubjectKind.ARTICLE,
        votes.c.subject_id == page.c.id,
        votes.c.member_id == MEMBER,
        ~votes.c.void,
    )
    return (
        select(
            page.c.id.label("discussion_id"), page.c.up, page.c.down, page.c.comments, page.c.shares, page.c.dated,
            *(page.c[name] for name in _STATE),
            *(articles.c[name] for name in CONTENT), articles.c.revision, articles.c.revised_at,
            feeds.c.title.label("source"), feeds.c.address,
            posts.c.ref.label("message"), posts.c.thread, channels.c.ref.label("section"),
            votes.c.vote,
        )
        .select_from(
            page.join(posts, posts.c.id == page.c.post_id)
            .join(channels, channels.c.id == posts.c.channel_id)
            .join(articles, articles.c.id == page.c.article_id)
            .join(feeds, feeds.c.id == articles.c.primary_feed)
            .outerjoin(votes, vote)
        )
        .order_by(*_order(sort, page.c))
    )  # fmt: skip


_PICKED = select(
    _d.id, _d.article_id, _d.up, _d.down, _d.comments, _d.shares, _d.dated, _d.hot, *(_d[name] for name in _STATE)
).where(_d.community_id == COMMUNITY, SEEN)
_COUNT = select(func.count()).select_from(discussions).where(_d.community_id == COMMUNITY, SEEN)

LISTS = {
    (sort, bounded): _lines(_PICKED.where(_since) if bounded else _PICKED, sort)
    for sort in ArticleSort
    for bounded in (False, True)
}
COUNTS = {False: _COUNT, True: _COUNT.where(_since)}
_ID = bindparam("p_id", type_=BigId)
ARTICLE = _lines(_PICKED.where(_d.id == _ID), ArticleSort.NEW)
# One step: what it was merged into may have been merged in turn.
MOVED = select(_d.merged_into).where(_d.id == _ID, _d.community_id == COMMUNITY)

_articles = (
    select(func.count())
    .select_from(posts.join(discussions, _d.id == posts.c.discussion_id))
    .where(
        in_sight(discussions),
        posts.c.channel_id == channels.c.id,
        posts.c.state == PostState.POSTED,
        posts.c.ref.is_not(None),
        posts.c.thread.is_not(None),
        open_to(posts),
    )
    .correlate(channels)
    .scalar_subquery()
)
SECTIONS = (
    select(channels, _articles.label("articles")).where(is_section(channels), visible(channels)).order_by(channels.c.id)
)
SAID = (
    select(page_messages.c.ref, page_messages.c.html, page_messages.c.at)
    .where(page_messages.c.place == bindparam("p_place"))
    .order_by(page_messages.c.at, page_messages.c.id)
)
