"""What members' figures follow from, and whose have to be recomputed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Executable, and_, bindparam, delete, exists, select, union

from bot.domain.model import (
    CommentId,
    CommunityId,
    CorrectionState,
    DiscussionId,
    MemberId,
    Ruling,
    SubjectKind,
)
from bot.domain.reputation import Facts, Got, Written
from storage.schema.columns import BigId
from storage.schema.order import cases, correction_reports, corrections
from storage.schema.people import accounts, recounts, standings
from storage.schema.places import discussions
from storage.schema.talk import comments, votes
from storage.sql import Sql, insert

_c = comments.c
_community = bindparam("p_community", type_=BigId)
_member = bindparam("p_member", type_=BigId)

_written = comments.join(accounts, accounts.c.id == _c.account_id).join(
    discussions, discussions.c.id == _c.discussion_id
)
# By subqueries, not by joins: SQLite would begin with all of the community's comments, or all votes on comments.
_own = and_(
    _c.account_id.in_(select(accounts.c.id).where(accounts.c.member_id == _member)),
    exists().where(discussions.c.id == _c.discussion_id, discussions.c.community_id == _community).correlate(comments),
    _c.deleted_at.is_(None),
    _c.hidden_at.is_(None),
)
_WRITTEN = select(_c.id, _c.created_at).where(_own).order_by(_c.created_at, _c.id)
_GOT = (
    select(votes.c.subject_id, votes.c.member_id, votes.c.vote, votes.c.at)
    .where(
        votes.c.subject_kind == SubjectKind.COMMENT,
        votes.c.subject_id.in_(select(_c.id).where(_own)),
        votes.c.void.is_(False),
    )
    .order_by(votes.c.at, votes.c.member_id, votes.c.subject_id)
)
_CORRECTED = (
    select(corrections.c.decided_at)
    .join(correction_reports, correction_reports.c.correction_id == corrections.c.id)
    .where(
        correction_reports.c.member_id == _member,
        corrections.c.community_id == _community,
        corrections.c.state == CorrectionState.CORRECTED,
    )
    .order_by(corrections.c.decided_at)
)
# The decision on a case that is open again stands until the next one.
_UPHELD = (
    select(cases.c.decided_at)
    .where(
        cases.c.author_id == _member,
        cases.c.community_id == _community,
        cases.c.ruling == Ruling.AGREE,
    )
    .order_by(cases.c.decided_at)
)

_r = recounts.c
_whose = (_r.community_id == _community) & (_r.member_id == _member)
# One that is marked stays where it is in the line. It is written all the same: whoever takes the mark away has to wait
# until the fact behind this one can be read.
MARK = insert(recounts).on_conflict_do_update(index_elements=["community_id", "member_id"], set_={"since": _r.since})
_STALE = (
    select(_r.community_id, _r.member_id).order_by(_r.since, _r.community_id, _r.member_id).limit(bindparam("most"))
)
_FRESH = delete(recounts).where(_whose)

_MEMBERS = union(
    select(standings.c.member_id).where(standings.c.community_id == _community),
    select(accounts.c.member_id).select_from(_written).where(discussions.c.community_id == _community),
    select(correction_reports.c.member_id)
    .join(corrections, corrections.c.id == correction_reports.c.correction_id)
    .where(corrections.c.community_id == _community, corrections.c.state == CorrectionState.CORRECTED),
).order_by("member_id")
_commented_in = (
    select(_c.discussion_id).join(accounts, accounts.c.id == _c.account_id).where(accounts.c.member_id == _member)
)
_voted_on = select(votes.c.subject_id).where(votes.c.member_id == _member, votes.c.subject_kind == SubjectKind.ARTICLE)
_TOUCHED = (
    select(discussions.c.id)
    .where(
        discussions.c.id.in_(_commented_in.union(_voted_on)),
        discussions.c.community_id == _community,
    )
    .order_by(discussions.c.id)
)


class SqlFacts:
    """The part of `bot.ports.stores.Standings` that is about the facts behind it."""

    def __init__(self, sql: Sql) -> None:
        self._sql = sql

    async def facts(self, community_id: CommunityId, member_id: MemberId) -> Facts:
        async def rows(statement: Executable) -> Sequence[Any]:
            return await self._sql.all(statement, p_community=community_id, p_member=member_id)

        return Facts(
            comments=tuple(Written(id=CommentId(row.id), at=row.created_at) for row in await rows(_WRITTEN)),
            votes=tuple(
                Got(comment=CommentId(row.subject_id), by=MemberId(row.member_id), vote=row.vote, at=row.at)
                for row in await rows(_GOT)
            ),
            corrections=tuple(row.decided_at for row in await rows(_CORRECTED)),
            upheld=tuple(row.decided_at for row in await rows(_UPHELD)),
        )

    async def mark_stale(self, community_id: CommunityId, members: Sequence[MemberId], now: datetime) -> None:
        # In one order everywhere, so that two who mark the same members do not wait for each other.
        rows = [{"community_id": community_id, "member_id": member, "since": now} for member in sorted(set(members))]
        await self._sql.many(MARK, rows)

    async def stale(self, limit: int) -> Sequence[tuple[CommunityId, MemberId]]:
        rows = await self._sql.all(_STALE, most=limit)
        return [(CommunityId(row.community_id), MemberId(row.member_id)) for row in rows]

    async def fresh(self, community_id: CommunityId, member_id: MemberId) -> None:
        await self._sql.run(_FRESH, p_community=community_id, p_member=member_id)

    async def members(self, community_id: CommunityId) -> Sequence[MemberId]:
        return [MemberId(row.member_id) for row in await self._sql.all(_MEMBERS, p_community=community_id)]

    async def touched(self, community_id: CommunityId, member_id: MemberId) -> Sequence[DiscussionId]:
        rows = await self._sql.all(_TOUCHED, p_community=community_id, p_member=member_id)
        return [DiscussionId(row.id) for row in rows]
