"""Corrections: reported errors in articles, joined where they are the same."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, bindparam, select, update

from bot.domain.corrections import OPEN, Excerpt
from bot.domain.model import (
    AccountId,
    ArticleId,
    CommunityId,
    Correction,
    CorrectionId,
    CorrectionKind,
    CorrectionReport,
    CorrectionState,
    DiscussionId,
    MemberId,
)
from storage.schema.order import correction_reports, corrections
from storage.schema.people import accounts
from storage.schema.places import discussions
from storage.sql import Sql, insert

# Two who report the same error at once must not both find it new; discussions have their locks of it from here on.
REPORTING = 1 << 49

_c = corrections.c
_is_open = _c.state.in_(sorted(OPEN))
_NOTHING = Excerpt(text="", before="", after="")

_SAME = (
    select(_c.id)
    .where(_c.discussion_id == bindparam("p_discussion"), _c.same_key == bindparam("p_key"), _is_open)
    .order_by(_c.id)
    .limit(1)
)
_MADE = ("kind", "state", "same_key", "revision", "at", "excerpt", "before", "after")
_ADD = (
    insert(corrections)
    .from_select(
        ["community_id", "discussion_id", "article_id", *_MADE],
        select(
            discussions.c.community_id,
            discussions.c.id,
            discussions.c.article_id,
            *(bindparam(f"p_{name}", type_=_c[name].type) for name in _MADE),
        ).where(discussions.c.id == bindparam("p_discussion")),
    )
    .returning(_c.id)
)
_r = correction_reports.c
_REPORT = (
    insert(correction_reports)
    .on_conflict_do_nothing(index_elements=["correction_id", "member_id"])
    .returning(_r.member_id)
)
_GET = select(corrections).where(_c.id == bindparam("p_id"))
_REPORTS = (
    select(_r.account_id, _r.member_id, accounts.c.name, _r.remark, _r.at)
    .join(accounts, accounts.c.id == _r.account_id)
    .where(_r.correction_id == bindparam("p_id"))
    .order_by(_r.at, _r.member_id)
)
_OPEN_OF = select(corrections).where(_c.article_id == bindparam("p_article"), _is_open).order_by(_c.id)
_CHANGE = update(corrections).where(_c.id == bindparam("p_id"), _is_open)
_OFFER = _CHANGE.values(offered_revision=bindparam("p_revision"), offered_text=bindparam("p_text"))
_SET_STATE = _CHANGE.values(
    state=bindparam("p_state"), decided_at=bindparam("p_decided_at"), decided_by=bindparam("p_decided_by")
)


def correction_from(row: Row[Any]) -> Correction:
    """A row of `corrections` as the domain's correction."""
    return Correction(
        id=CorrectionId(row.id),
        community_id=CommunityId(row.community_id),
        discussion_id=DiscussionId(row.discussion_id),
        article_id=ArticleId(row.article_id),
        kind=row.kind,
        excerpt=row.excerpt,
        before=row.before,
        after=row.after,
        revision=row.revision,
        state=row.state,
        at=row.at,
        offered_revision=row.offered_revision,
        offered_text=row.offered_text,
        decided_at=row.decided_at,
        decided_by=None if row.decided_by is None else AccountId(row.decided_by),
    )


def report_from(row: Row[Any]) -> CorrectionReport:
    """A row of `correction_reports` with the reporter's name as the domain's report."""
    return CorrectionReport(
        account_id=AccountId(row.account_id),
        member_id=MemberId(row.member_id),
        name=row.name,
        remark=row.remark,
        at=row.at,
    )


class SqlCorrections:
    """See `bot.ports.stores.Corrections`."""

    def __init__(self, sql: Sql) -> None:
        self._sql = sql

    async def report(
        self,
        discussion_id: DiscussionId,
        kind: CorrectionKind,
        excerpt: Excerpt | None,
        *,
        same_key: str,
        revision: int,
        account_id: AccountId,
        member_id: MemberId,
        remark: str,
        now: datetime,
    ) -> tuple[CorrectionId, bool]:
        await self._sql.alone(REPORTING + discussion_id)
        found = await self._sql.value(_SAME, p_discussion=discussion_id, p_key=same_key)
        if found is None:
            found = await self._add(discussion_id, kind, excerpt or _NOTHING, same_key, revision, now)
        who = {"correction_id": found, "member_id": member_id, "account_id": account_id}
        joined = await self._sql.value(_REPORT, **who, remark=remark, at=now)
        return CorrectionId(found), joined is not None

    async def _add(
        self,
        discussion_id: DiscussionId,
        kind: CorrectionKind,
        excerpt: Excerpt,
        same_key: str,
        revision: int,
        now: datetime,
    ) -> int:
        made: int = await self._sql.value(
            _ADD,
            p_discussion=discussion_id,
            p_kind=kind,
            p_state=CorrectionState.RECEIVED,
            p_same_key=same_key,
            p_revision=revision,
            p_at=now,
            p_excerpt=excerpt.text,
            p_before=excerpt.before,
            p_after=excerpt.after,
        )
        return made

    async def get(self, correction_id: CorrectionId) -> Correction | None:
        row = await self._sql.first(_GET, p_id=correction_id)
        return None if row is None else correction_from(row)

    async def reports(self, correction_id: CorrectionId) -> Sequence[CorrectionReport]:
        return [report_from(row) for row in await self._sql.all(_REPORTS, p_id=correction_id)]

    async def open_of(self, article_id: ArticleId) -> Sequence[Correction]:
        return [correction_from(row) for row in await self._sql.all(_OPEN_OF, p_article=article_id)]

    async def offer(self, correction_id: CorrectionId, revision: int, text: str) -> None:
        await self._sql.run(_OFFER, p_id=correction_id, p_revision=revision, p_text=text)

    async def set_state(
        self, correction_id: CorrectionId, state: CorrectionState, *, by: AccountId | None, now: datetime
    ) -> bool:
        decided = state not in OPEN
        changed = await self._sql.run(
            _SET_STATE,
            p_id=correction_id,
            p_state=state,
            p_decided_at=now if decided else None,
            p_decided_by=by if decided else None,
        )
        return changed > 0
