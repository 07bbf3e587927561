"""The statements behind lists of comments."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Row, Select, and_, bindparam, exists, func, or_, select

from bot.domain.model import NEWCOMER, CommentId, MemberId, PostState, Ref, SubjectKind, Totals
from bot.ports.pages import CommentSort, CommentView
from storage.page_sight import COMMUNITY, MEMBER, MODERATOR, in_sight, is_section, open_to, visible, within
from storage.schema.columns import BigId
from storage.schema.people import accounts, standings
from storage.schema.places import channels, discussions, posts
from storage.schema.talk import comments, votes

_c = comments.c
_answer, _answer_channel = comments.alias("answer"), channels.alias("answer_channel")
_parent, _parent_account = comments.alias("parent"), accounts.alias("parent_account")
_author = accounts.alias("author")
_place, _section = posts.alias("place"), channels.alias("section")

_answered = exists().where(
    _answer.c.parent_id == _c.id,
    _answer.c.deleted_at.is_(None),
    _answer.c.hidden_at.is_(None),
    _answer_channel.c.id == _answer.c.channel_id,
    visible(_answer_channel),
)
# A discussion is on the page where its article is.
_on_page = exists().where(
    _place.c.discussion_id == discussions.c.id,
    _place.c.state == PostState.POSTED,
    open_to(_place),
    _section.c.id == _place.c.channel_id,
    is_section(_section),
    visible(_section),
)
# What is hidden can be read by who wrote it and by moderators.
_own = exists().where(_author.c.id == _c.account_id, _author.c.member_id == MEMBER)
READABLE = and_(_c.deleted_at.is_(None), or_(_c.hidden_at.is_(None), MODERATOR, _own))
SHOWN = and_(
    within(discussions.c.community_id), in_sight(discussions), visible(channels), or_(READABLE, _answered), _on_page
)
COMMENTS = comments.join(discussions, discussions.c.id == _c.discussion_id).join(
    channels, channels.c.id == _c.channel_id
)
_vote = and_(
    votes.c.subject_kind == SubjectKind.COMMENT,
    votes.c.subject_id == _c.id,
    votes.c.member_id == MEMBER,
    ~votes.c.void,
)
_standing = and_(standings.c.community_id == COMMUNITY, standings.c.member_id == accounts.c.member_id)
ALL = (
    select(
        comments, accounts.c.name.label("author"), accounts.c.member_id, accounts.c.network,
        _parent_account.c.name.label("parent_author"), votes.c.vote,
        func.coalesce(standings.c.title, NEWCOMER).label("title"), func.coalesce(standings.c.trust, 0).label("trust"),
        READABLE.label("readable"),
    )
    .select_from(
        COMMENTS.join(accounts, accounts.c.id == _c.account_id)
        .outerjoin(_parent, _parent.c.id == _c.parent_id)
        .outerjoin(_parent_account, _parent_account.c.id == _parent.c.account_id)
        .outerjoin(votes, _vote)
        .outerjoin(standings, _standing)
    )
)  # fmt: skip
VIEW = ALL.where(SHOWN)
_in_discussion = _c.discussion_id == bindparam("p_discussion", type_=BigId)
_ORDER: dict[CommentSort, tuple[Any, ...]] = {
    CommentSort.BEST: (_c.score.desc(), _c.up.desc(), _c.created_at, _c.id),
    CommentSort.NEW: (_c.created_at.desc(), _c.id.desc()),
    CommentSort.OLD: (_c.created_at, _c.id),
}
_ID = bindparam("p_id", type_=BigId)


def _page(sort: CommentSort) -> Select[Any]:
    return VIEW.where(_in_discussion).order_by(*_ORDER[sort]).limit(bindparam("most")).offset(bindparam("skipped"))


def _place_of(sort: CommentSort) -> Select[Any]:
    discussion = select(_parent.c.discussion_id).where(_parent.c.id == _ID).scalar_subquery()
    places = (
        select(_c.id, func.row_number().over(order_by=_ORDER[sort]).label("place"))
        .select_from(COMMENTS)
        .where(SHOWN, _c.discussion_id == discussion)
        .subquery("places")
    )
    return select(places.c.place).where(places.c.id == _ID)


LISTS = {sort: _page(sort) for sort in CommentSort}
COUNT = select(func.count()).select_from(COMMENTS).where(SHOWN, _in_discussion)
ONE = VIEW.where(_c.id == _ID)
PLACES = {sort: _place_of(sort) for sort in CommentSort}


def comment_from(row: Row[Any]) -> CommentView:
    """A row of the statements above."""
    return CommentView(
        id=CommentId(row.id),
        message=Ref(row.ref),
        author=row.author,
        member_id=MemberId(row.member_id),
        network=row.network,
        html=row.html if row.readable else "",
        created_at=row.created_at,
        edited_at=row.edited_at,
        deleted=row.deleted_at is not None,
        totals=Totals(up=row.up, down=row.down),
        parent_id=None if row.parent_id is None else CommentId(row.parent_id),
        parent_author=row.parent_author,
        vote=row.vote,
        title=row.title,
        trust=row.trust,
        sensitive=row.sensitive if row.readable else None,
        hidden=row.hidden_at is not None,
    )
