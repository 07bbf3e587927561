"""Cases: the flags on one subject, decided once, and what moderators noted about them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, and_, bindparam, case, exists, or_, select, text, update

from bot.domain.model import (
    AccountId,
    Case,
    CaseId,
    CaseState,
    CommunityId,
    Decision,
    DiscussionId,
    MemberId,
    Note,
    Subject,
)
from storage.flags import SqlFlags
from storage.measures import SqlMeasures
from storage.schema.order import cases, notes
from storage.sql import Sql, insert

_k = cases.c

_GET = select(cases).where(_k.id == bindparam("p_id"))
_LATEST = (
    select(cases)
    .where(_k.subject_kind == bindparam("p_kind"), _k.subject_id == bindparam("p_subject"))
    .order_by(case((_k.state == CaseState.OPEN, 0), else_=1), _k.decided_at.desc(), _k.id.desc())
    .limit(1)
)
_OPEN = (
    insert(cases)
    .on_conflict_do_update(
        index_elements=["subject_kind", "subject_id"],
        index_where=text("state = 'open'"),
        set_={"version": _k.version + 1},
    )
    .returning(_k.id)
)
_CHANGING = (
    "state", "version", "opened_at", "reopened", "claimed_by", "claimed_until", "decided_at", "decided_by",
    "ruling", "measure", "sanction", "mute_for", "sensitive", "words",
)  # fmt: skip
_twin = cases.alias("twin")
_PUT = (
    update(cases)
    .where(
        _k.id == bindparam("p_id"),
        _k.version == bindparam("p_read"),
        # One that is reopened while new flags have made another gives way to that one.
        or_(
            bindparam("p_state", type_=_k.state.type) != CaseState.OPEN,
            ~exists().where(
                and_(
                    _twin.c.subject_kind == _k.subject_kind,
                    _twin.c.subject_id == _k.subject_id,
                    _twin.c.state == CaseState.OPEN,
                    _twin.c.id != _k.id,
                )
            ),
        ),
    )
    .values({name: bindparam(f"p_{name}") for name in _CHANGING})
)
_STALE = (
    select(cases)
    .where(_k.state == CaseState.OPEN, _k.opened_at <= bindparam("p_before"))
    .order_by(_k.opened_at, _k.id)
    .limit(bindparam("most"))
)
_WAITING = (
    select(cases)
    .where(_k.community_id == bindparam("p_community"), _k.state == CaseState.OPEN)
    .order_by(_k.opened_at, _k.id)
    .limit(bindparam("most"))
)
_NOTE = insert(notes)

_UNDECIDED: dict[str, Any] = dict.fromkeys(("ruling", "measure", "sanction", "mute_for", "sensitive", "words"))


def _decision_values(decision: Decision | None) -> dict[str, Any]:
    if decision is None:
        return _UNDECIDED
    return {
        "ruling": decision.ruling,
        "measure": decision.measure,
        "sanction": decision.sanction,
        "mute_for": decision.mute_for,
        "sensitive": decision.sensitive,
        "words": decision.words,
    }


def _values(case: Case) -> dict[str, Any]:
    return _decision_values(case.decision) | {
        "state": case.state,
        "version": case.version,
        "opened_at": case.opened_at,
        "reopened": case.reopened,
        "claimed_by": case.claimed_by,
        "claimed_until": case.claimed_until,
        "decided_at": case.decided_at,
        "decided_by": case.decided_by,
    }


def _decision_from(row: Row[Any]) -> Decision | None:
    if row.ruling is None:
        return None
    return Decision(
        ruling=row.ruling,
        measure=row.measure,
        sanction=row.sanction,
        mute_for=row.mute_for,
        sensitive=row.sensitive,
        words=row.words,
    )


def case_from(row: Row[Any]) -> Case:
    """A row of `cases` as the domain's case."""
    return Case(
        id=CaseId(row.id),
        community_id=CommunityId(row.community_id),
        discussion_id=DiscussionId(row.discussion_id),
        subject=Subject(kind=row.subject_kind, id=row.subject_id),
        author=None if row.author_id is None else MemberId(row.author_id),
        state=row.state,
        version=row.version,
        opened_at=row.opened_at,
        reopened=row.reopened,
        claimed_by=None if row.claimed_by is None else AccountId(row.claimed_by),
        claimed_until=row.claimed_until,
        decided_at=row.decided_at,
        decided_by=None if row.decided_by is None else AccountId(row.decided_by),
        decision=_decision_from(row),
    )


class SqlCases(SqlFlags, SqlMeasures):
    """See `bot.ports.stores.Cases`."""

    def __init__(self, sql: Sql) -> None:
        self._sql = sql

    async def latest(self, subject: Subject) -> Case | None:
        row = await self._sql.first(_LATEST, p_kind=subject.kind, p_subject=subject.id)
        return None if row is None else case_from(row)

    async def get(self, case_id: CaseId) -> Case | None:
        row = await self._sql.first(_GET, p_id=case_id)
        return None if row is None else case_from(row)

    async def open(
        self,
        subject: Subject,
        *,
        community_id: CommunityId,
        discussion_id: DiscussionId,
        author: MemberId | None,
        now: datetime,
    ) -> CaseId:
        made = await self._sql.value(
            _OPEN,
            community_id=community_id,
            discussion_id=discussion_id,
            subject_kind=subject.kind,
            subject_id=subject.id,
            author_id=author,
            state=CaseState.OPEN,
            version=1,
            opened_at=now,
            reopened=False,
        )
        return CaseId(made)

    async def put(self, case: Case, *, read_version: int) -> bool:
        values = {f"p_{name}": value for name, value in _values(case).items()}
        return await self._sql.run(_PUT, p_id=case.id, p_read=read_version, **values) > 0

    async def waiting(self, community_id: CommunityId, limit: int) -> Sequence[Case]:
        return [case_from(row) for row in await self._sql.all(_WAITING, p_community=community_id, most=limit)]

    async def stale(self, before: datetime, limit: int) -> Sequence[Case]:
        return [case_from(row) for row in await self._sql.all(_STALE, p_before=before, most=limit)]

    async def add_note(self, community_id: CommunityId, note: Note) -> None:
        await self._sql.run(
            _NOTE,
            community_id=community_id,
            case_id=note.case_id,
            member_id=note.member_id,
            account_id=note.by,
            at=note.at,
            text=note.text,
        )
