"""All votes of a member in a community made void, or restored, and what they stood on counted again."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Boolean, ColumnElement, ScalarSelect, and_, bindparam, exists, func, or_, select, union, update

from bot.domain.model import CommunityId, DiscussionId, MemberId, SubjectKind, Vote
from storage.facts import MARK
from storage.schema.columns import BigId, Moment
from storage.schema.people import accounts
from storage.schema.places import discussions
from storage.schema.talk import comments, votes
from storage.sql import COUNTING, Sql

_v, _c, _d = votes.c, comments.c, discussions.c
_community = bindparam("p_community", type_=BigId)
_mine = _v.member_id == bindparam("p_member")
_other_way = _v.void != bindparam("p_void", type_=Boolean)
_on_article = and_(_v.subject_kind == SubjectKind.ARTICLE, _v.subject_id == _d.id, _d.community_id == _community)
_on_comment = and_(
    _v.subject_kind == SubjectKind.COMMENT,
    _v.subject_id == _c.id,
    _c.discussion_id == _d.id,
    _d.community_id == _community,
)

_TOUCHED = union(
    select(_d.id).select_from(votes.join(discussions, _on_article)).where(_mine, _other_way),
    select(_d.id)
    .select_from(votes.join(comments, _v.subject_id == _c.id).join(discussions, _on_comment))
    .where(_mine, _other_way),
).order_by("id")
_VOID = (
    update(votes)
    .where(
        _mine,
        _other_way,
        or_(
            exists().where(_on_article).correlate(votes),
            exists().where(_on_comment).correlate(votes),
        ),
    )
    .values(void=bindparam("p_void"))
)

_counted = votes.alias("counted")


def _number(kind: SubjectKind, subject: ColumnElement[int], vote: Vote) -> ScalarSelect[int]:
    return (
        select(func.count())
        .select_from(_counted)
        .where(
            _counted.c.subject_kind == kind,
            _counted.c.subject_id == subject,
            _counted.c.vote == vote,
            _counted.c.void.is_(False),
        )
        .scalar_subquery()
    )


def _voted_on(kind: SubjectKind) -> ColumnElement[int]:
    return select(_v.subject_id).where(_mine, _v.subject_kind == kind)  # type: ignore[return-value]


_up_of_comment = _number(SubjectKind.COMMENT, _c.id, Vote.UP)
_down_of_comment = _number(SubjectKind.COMMENT, _c.id, Vote.DOWN)
_RECOUNT = (
    update(discussions)
    .where(_d.id.in_(_voted_on(SubjectKind.ARTICLE)), _d.community_id == _community)
    .values(
        up=_number(SubjectKind.ARTICLE, _d.id, Vote.UP),
        down=_number(SubjectKind.ARTICLE, _d.id, Vote.DOWN),
    ),
    update(comments)
    .where(
        _c.id.in_(_voted_on(SubjectKind.COMMENT)),
        exists().where(_d.id == _c.discussion_id, _d.community_id == _community),
    )
    .values(up=_up_of_comment, down=_down_of_comment, score=_up_of_comment - _down_of_comment),
)
_MARK_AUTHORS = MARK.from_select(
    ["community_id", "member_id", "since"],
    select(_d.community_id, accounts.c.member_id, bindparam("p_now", type_=Moment))
    .select_from(
        votes.join(comments, _v.subject_id == _c.id)
        .join(discussions, _on_comment)
        .join(accounts, accounts.c.id == _c.account_id)
    )
    .where(_mine)
    .distinct()
    .order_by(accounts.c.member_id),
)


class SqlVoids:
    """The part of `bot.ports.stores.Standings` that is about void votes."""

    def __init__(self, sql: Sql) -> None:
        self._sql = sql

    async def void_votes(
        self, community_id: CommunityId, member_id: MemberId, *, void: bool, now: datetime
    ) -> Sequence[DiscussionId]:
        await self._sql.alone(COUNTING)
        whose = {"p_community": community_id, "p_member": member_id}
        touched = [DiscussionId(row.id) for row in await self._sql.all(_TOUCHED, **whose, p_void=void)]
        if touched:
            await self._sql.run(_VOID, **whose, p_void=void)
            for statement in _RECOUNT:
                await self._sql.run(statement, **whose)
            await self._sql.run(_MARK_AUTHORS, **whose, p_now=now)
        return touched
