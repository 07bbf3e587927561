"""Cases on articles that are merged or parted: they follow their discussions, and what is open is one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, case, func, select, update

from bot.domain.cases import OUTCOMES
from bot.domain.merging import ArticleCase, CasePlan
from bot.domain.model import (
    CaseId,
    CaseState,
    DiscussionId,
    FlagOutcome,
    Measure,
    Ruling,
    Sanction,
    SubjectKind,
)
from storage.schema.columns import BigId
from storage.schema.order import cases, flags
from storage.sql import Sql

_c, _f = cases.c, flags.c

_ids = bindparam("ids", type_=BigId, expanding=True)
_id = bindparam("p_id", type_=BigId)
_into = bindparam("p_into", type_=BigId)
_to = bindparam("p_to", type_=BigId)
_now = bindparam("p_now", type_=_c.decided_at.type)

_first_case = func.coalesce(_c.origin_id, _c.subject_id)
_first_flag = func.coalesce(_f.origin_id, _f.subject_id)
_CASES = (
    select(_c.id, _c.subject_id, _c.origin_id, _c.state, _c.merged_into, _first_case.label("first"))
    .where(_c.subject_kind == SubjectKind.ARTICLE, _c.subject_id.in_(_ids) | _c.origin_id.in_(_ids))
    .order_by(_c.id)
)

_DECISION = ("ruling", "measure", "sanction", "mute_for", "sensitive", "words", "decided_at", "decided_by")
_CASE = update(cases).where(_c.id == _id)
_FOLD = _CASE.values(
    subject_id=_first_case,
    discussion_id=_first_case,
    origin_id=None,
    state=CaseState.DECIDED,
    version=_c.version + 1,
    ruling=Ruling.IGNORE,
    measure=Measure.KEEP,
    sanction=Sanction.NONE,
    mute_for=None,
    sensitive=None,
    words="",
    decided_at=_now,
    decided_by=None,
    merged_into=_into,
)
_PLACE: dict[str, Any] = {
    "subject_id": _to,
    "discussion_id": _to,
    "origin_id": case((_first_case == _to, None), else_=_first_case),
}
_MOVE = _CASE.values(_PLACE)
_DECIDED = select(_c.state, *(_c[name] for name in _DECISION)).where(_c.id == _id)
_UNFOLD = _CASE.values(
    _PLACE
    | {"state": bindparam("p_state"), "version": _c.version + 1, "merged_into": None}
    | {name: bindparam(f"p_{name}") for name in _DECISION}
)
_JOINED = update(cases).where(_c.id == _into).values(version=_c.version + 1)

_other = flags.alias("other")
_twice = (
    _f.member_id.in_(select(_other.c.member_id).where(_other.c.case_id == _into, _other.c.closed_at.is_(None)))
    & _f.closed_at.is_(None)
)  # fmt: skip
_flag_place: dict[str, Any] = {
    "subject_id": _to,
    "origin_id": case((_first_flag == _to, None), else_=_first_flag),
}
# Who has flagged both has one flag; the other one waits, closed, where it was made.
_REST = (
    update(flags)
    .where(_f.case_id == _id, _twice)
    .values(subject_id=_first_flag, origin_id=None, outcome=FlagOutcome.IGNORED, closed_at=_now)
)
_JOIN = update(flags).where(_f.case_id == _id, ~_f.closed_at.is_not_distinct_from(_now)).values(
    _flag_place | {"case_id": _into}
)  # fmt: skip
_MOVE_FLAGS = update(flags).where(_f.case_id == _id).values(_flag_place)
_TAKE_OUT = (
    update(flags).where(_f.case_id == _into, _first_flag.in_(_ids)).values(_flag_place | {"case_id": _id})
)  # fmt: skip
_WAKE = (
    update(flags)
    .where(_f.case_id == _id, _f.outcome == FlagOutcome.IGNORED, _f.closed_at == _now)
    .values(_flag_place | {"outcome": bindparam("p_outcome"), "closed_at": bindparam("p_closed_at")})
)


class SqlMergedCases:
    """The part of `bot.ports.stores.Merging` that is about cases."""

    def __init__(self, sql: Sql) -> None:
        self._sql = sql

    async def cases(self, discussions: Sequence[DiscussionId]) -> Sequence[ArticleCase]:
        return [
            ArticleCase(
                id=CaseId(row.id),
                subject=DiscussionId(row.subject_id),
                first=DiscussionId(row.first),
                open=row.state is CaseState.OPEN,
                folded=None if row.merged_into is None else CaseId(row.merged_into),
            )
            for row in await self._sql.all(_CASES, ids=list(discussions))
        ]

    async def place_cases(self, plan: CasePlan, hosts: Mapping[DiscussionId, DiscussionId], now: datetime) -> None:
        firsts = {each.id: each.first for each in await self.cases(list(hosts))}
        for case_id, out_of in plan.unfold:
            await self._unfold(case_id, out_of, hosts[firsts[case_id]], hosts)
        for case_id, into in plan.fold:
            await self._fold(case_id, into, hosts[firsts[into]], now)
        for case_id, to in plan.move:
            await self._sql.run(_MOVE, p_id=case_id, p_to=to)
            await self._sql.run(_MOVE_FLAGS, p_id=case_id, p_to=to)

    async def _fold(self, case_id: CaseId, into: CaseId, to: DiscussionId, now: datetime) -> None:
        await self._sql.run(_FOLD, p_id=case_id, p_into=into, p_now=now)
        await self._sql.run(_REST, p_id=case_id, p_into=into, p_now=now)
        await self._sql.run(_JOIN, p_id=case_id, p_into=into, p_to=to, p_now=now)
        await self._sql.run(_JOINED, p_into=into)

    async def _unfold(
        self, case_id: CaseId, out_of: CaseId, to: DiscussionId, hosts: Mapping[DiscussionId, DiscussionId]
    ) -> None:
        folded = await self._sql.first(_DECIDED, p_id=case_id)
        now = await self._sql.first(_DECIDED, p_id=out_of)
        if folded is None or now is None:
            return
        decision = {f"p_{name}": getattr(now, name) for name in _DECISION}
        await self._sql.run(_TAKE_OUT, p_id=case_id, p_into=out_of, p_to=to, ids=[o for o in hosts if hosts[o] == to])
        await self._sql.run(_UNFOLD, p_id=case_id, p_to=to, p_state=now.state, **decision)
        outcome = None if now.ruling is None else OUTCOMES[now.ruling]
        values = {"p_outcome": outcome, "p_closed_at": now.decided_at}
        await self._sql.run(_WAKE, p_id=case_id, p_to=to, p_now=folded.decided_at, **values)
        await self._sql.run(_JOINED, p_into=out_of)
