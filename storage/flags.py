"""Flags as they were made, and how they ended."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, bindparam, case, func, or_, select, update

from bot.domain.flags import Record
from bot.domain.model import (
    AccountId,
    CaseId,
    CommunityId,
    DiscussionId,
    Flag,
    FlagId,
    FlagOutcome,
    FlagReason,
    MemberId,
    Subject,
)
from storage.schema.order import cases, flags
from storage.sql import Sql, insert

_f = flags.c


def _ended(outcome: FlagOutcome) -> Any:
    return func.count(case((_f.outcome == outcome, 1)))


_RECORD = select(_ended(FlagOutcome.AGREED).label("agreed"), _ended(FlagOutcome.DISAGREED).label("disagreed")).where(
    _f.community_id == bindparam("p_community"), _f.member_id == bindparam("p_member")
)
# The index holds that a member has one open flag on a subject.
_ADD = insert(flags).on_conflict_do_nothing().returning(_f.id)
_OF_CASE = select(flags).where(_f.case_id == bindparam("p_case")).order_by(_f.at, _f.id)
_GET = select(flags).where(_f.id == bindparam("p_id"))
_END = update(flags).where(_f.closed_at.is_(None)).values(outcome=bindparam("p_outcome"), closed_at=bindparam("p_now"))
_CLOSE = _END.where(_f.case_id == bindparam("p_case")).returning(*_f)
_WITHDRAW = _END.where(_f.id == bindparam("p_id"))
_RECENT = (
    select(_f.member_id, _f.trust, _f.at)
    .join(cases, cases.c.id == _f.case_id)
    .where(
        cases.c.discussion_id == bindparam("p_id"),
        _f.at >= bindparam("p_since"),
        or_(_f.outcome.is_(None), _f.outcome != FlagOutcome.WITHDRAWN),
    )
    .order_by(_f.at, _f.id)
)


def _flag_from(row: Row[Any]) -> Flag:
    return Flag(
        id=FlagId(row.id),
        case_id=CaseId(row.case_id),
        subject=Subject(kind=row.subject_kind, id=row.subject_id),
        account_id=AccountId(row.account_id),
        member_id=MemberId(row.member_id),
        reason=row.reason,
        text=row.text,
        weight=row.weight,
        subject_text=row.subject_text,
        subject_revision=row.subject_revision,
        at=row.at,
        outcome=row.outcome,
        closed_at=row.closed_at,
    )


class SqlFlags:
    """The part of `bot.ports.stores.Cases` that is about flags."""

    def __init__(self, sql: Sql) -> None:
        self._sql = sql

    async def record(self, community_id: CommunityId, member_id: MemberId) -> Record:
        row = await self._sql.first(_RECORD, p_community=community_id, p_member=member_id)
        return Record() if row is None else Record(agreed=row.agreed, disagreed=row.disagreed)

    async def add_flag(
        self,
        case_id: CaseId,
        subject: Subject,
        *,
        community_id: CommunityId,
        account_id: AccountId,
        member_id: MemberId,
        reason: FlagReason,
        text: str,
        trust: int,
        weight: float,
        subject_text: str,
        subject_revision: int,
        at: datetime,
    ) -> bool:
        made = await self._sql.value(
            _ADD,
            case_id=case_id,
            subject_kind=subject.kind,
            subject_id=subject.id,
            community_id=community_id,
            account_id=account_id,
            member_id=member_id,
            reason=reason,
            text=text,
            trust=trust,
            weight=weight,
            subject_text=subject_text,
            subject_revision=subject_revision,
            at=at,
        )
        return made is not None

    async def flags(self, case_id: CaseId) -> Sequence[Flag]:
        return [_flag_from(row) for row in await self._sql.all(_OF_CASE, p_case=case_id)]

    async def flag(self, flag_id: FlagId) -> Flag | None:
        row = await self._sql.first(_GET, p_id=flag_id)
        return None if row is None else _flag_from(row)

    async def close_flags(self, case_id: CaseId, outcome: FlagOutcome, now: datetime) -> Sequence[Flag]:
        rows = await self._sql.all(_CLOSE, p_case=case_id, p_outcome=outcome, p_now=now)
        return sorted((_flag_from(row) for row in rows), key=lambda flag: (flag.at, flag.id))

    async def withdraw(self, flag_id: FlagId, now: datetime) -> bool:
        return await self._sql.run(_WITHDRAW, p_id=flag_id, p_outcome=FlagOutcome.WITHDRAWN, p_now=now) > 0

    async def recent_flags(
        self, discussion_id: DiscussionId, since: datetime
    ) -> Sequence[tuple[MemberId, int, datetime]]:
        rows = await self._sql.all(_RECENT, p_id=discussion_id, p_since=since)
        return [(MemberId(row.member_id), row.trust, row.at) for row in rows]
