"""The statements behind lists of articles."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select, Text, and_, bindparam, exists, func, or_, select

from bot.domain.model import PostState, SubjectKind
from bot.ports.pages import ArticleSort
from storage.page_sight import COMMUNITY, MEMBER, is_section, visible
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
    _where.c.id == _place.c.channel_id,
    is_section(_where),
    visible(_where),
    or_(_SECTION.is_(None), _where.c.ref == _SECTION),
)
_first_post = select(func.min(_place.c.id)).where(_shown).correlate(discussions).scalar_subquery()
_vote = and_(votes.c.subject_kind == SubjectKind.ARTICLE, votes.c.subject_id == _d.id, votes.c.member_id == MEMBER)

_LINE = (
    select(
        _d.id.label("discussion_id"), _d.up, _d.down, _d.comments, _d.dated,
        *(articles.c[name] for name in CONTENT), articles.c.revision, articles.c.revised_at,
        feeds.c.title.label("source"), feeds.c.address,
        posts.c.ref.label("message"), posts.c.thread, channels.c.ref.label("section"),
        votes.c.vote,
    )
    .select_from(
        discussions.join(posts, posts.c.id == _first_post)
        .join(channels, channels.c.id == posts.c.channel_id)
        .join(articles, articles.c.id == _d.article_id)
        .join(feeds, feeds.c.id == articles.c.primary_feed)
        .outerjoin(votes, _vote)
    )
    .where(_d.community_id == COMMUNITY)
)  # fmt: skip
_since = _d.dated >= bindparam("p_since", type_=Moment)
_ORDER: dict[ArticleSort, tuple[Any, ...]] = {
    ArticleSort.HOT: (_d.hot.desc(), _d.id.desc()),
    ArticleSort.NEW: (_d.dated.desc(), _d.id.desc()),
    ArticleSort.TOP: ((_d.up - _d.down).desc(), _d.up.desc(), _d.dated.desc(), _d.id.desc()),
}
_COUNT = select(func.count()).select_from(discussions).where(_d.community_id == COMMUNITY, exists().where(_shown))


def _page(sort: ArticleSort) -> Select[Any]:
    return _LINE.order_by(*_ORDER[sort]).limit(bindparam("most")).offset(bindparam("skipped"))


LISTS = {
    (sort, bounded): _page(sort).where(_since) if bounded else _page(sort)
    for sort in ArticleSort
    for bounded in (False, True)
}
COUNTS = {False: _COUNT, True: _COUNT.where(_since)}
ARTICLE = _LINE.where(_d.id == bindparam("p_id", type_=BigId))

_articles = (
    select(func.count())
    .select_from(posts)
    .where(
        posts.c.channel_id == channels.c.id,
        posts.c.state == PostState.POSTED,
        posts.c.ref.is_not(None),
        posts.c.thread.is_not(None),
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
