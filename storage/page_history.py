"""Cases that were decided before, and what is written beside a case or a member."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, Select, Text, bindparam, func, select

from bot.domain.model import Case, CaseId, CaseState, MemberId, SubjectKind
from bot.ports.moderation import LogLine, NoteLine
from bot.ports.pages import Page, Viewer
from storage.cases import case_from
from storage.page_sight import COMMUNITY, values_of, within
from storage.schema.columns import BigId
from storage.schema.order import cases, notes
from storage.schema.people import accounts
from storage.schema.work import audit_log
from storage.tx import SqlTx

MOST_CASES = 50
MOST_LINES = 200

_k, _l = cases.c, audit_log.c
_here = within(_k.community_id)
_latest_first = (func.coalesce(_k.decided_at, _k.opened_at).desc(), _k.id.desc())
_author = _k.author_id == bindparam("p_author", type_=BigId)
_on_article = (_k.subject_kind == SubjectKind.ARTICLE) & (_k.subject_id == bindparam("p_subject", type_=BigId))
_decided = (_k.state == CaseState.DECIDED) & (_k.id != bindparam("p_but", type_=BigId))


def _cases(*wanted: Any) -> Select[Any]:
    return select(cases).where(_here, *wanted).order_by(*_latest_first).limit(MOST_CASES)


_OF_AUTHOR = _cases(_author)
_EARLIER_OF_AUTHOR = _cases(_author, _decided)
_EARLIER_OF_ARTICLE = _cases(_on_article, _decided)


def _notes(wanted: Any) -> Select[Any]:
    return (
        select(accounts.c.name, notes.c.at, notes.c.text)
        .select_from(notes.outerjoin(accounts, accounts.c.id == notes.c.account_id))
        .where(within(notes.c.community_id), wanted)
        .order_by(notes.c.at, notes.c.id)
    )


_ON_CASE = _notes(notes.c.case_id == bindparam("p_case", type_=BigId))
_ON_MEMBER = _notes(notes.c.member_id == bindparam("p_about", type_=BigId))

_prefix = bindparam("p_action", type_=Text)
_logged = _l.community_id == COMMUNITY
_narrowed = _logged & (func.substr(_l.action, 1, func.length(_prefix)) == _prefix)
_LINES = (
    select(_l.at, accounts.c.name, _l.action, _l.subject, _l.before, _l.after)
    .select_from(audit_log.outerjoin(accounts, accounts.c.id == _l.account_id))
    .order_by(_l.at.desc(), _l.id.desc())
)
_LOG, _NARROWED_LOG = (
    _LINES.where(wanted).limit(bindparam("most")).offset(bindparam("skipped")) for wanted in (_logged, _narrowed)
)
_LOG_COUNT, _NARROWED_LOG_COUNT = (
    select(func.count()).select_from(audit_log).where(wanted) for wanted in (_logged, _narrowed)
)
_LOG_OF = _LINES.where(_l.community_id == COMMUNITY, _l.subject.in_(bindparam("p_subjects", expanding=True))).limit(
    MOST_LINES
)


async def cases_on(tx: SqlTx, viewer: Viewer, author: MemberId) -> Sequence[Case]:
    """The cases on what a member wrote, the latest first."""
    return [case_from(row) for row in await tx.sql.all(_OF_AUTHOR, **values_of(viewer), p_author=author)]


async def earlier_than(tx: SqlTx, viewer: Viewer, case: Case) -> Sequence[Case]:
    """Decided cases on what the same author wrote, of an article on it, the latest first."""
    statement = _EARLIER_OF_ARTICLE if case.author is None else _EARLIER_OF_AUTHOR
    rows = await tx.sql.all(
        statement, **values_of(viewer), p_author=case.author, p_subject=case.subject.id, p_but=case.id
    )
    return [case_from(row) for row in rows]


async def notes_on_case(tx: SqlTx, viewer: Viewer, case_id: CaseId) -> Sequence[NoteLine]:
    """The oldest first."""
    rows = await tx.sql.all(_ON_CASE, **values_of(viewer), p_case=case_id)
    return [NoteLine(by=row.name, at=row.at, text=row.text) for row in rows]


async def notes_on_member(tx: SqlTx, viewer: Viewer, member_id: MemberId) -> Sequence[NoteLine]:
    """The oldest first."""
    rows = await tx.sql.all(_ON_MEMBER, **values_of(viewer), p_about=member_id)
    return [NoteLine(by=row.name, at=row.at, text=row.text) for row in rows]


async def log(tx: SqlTx, viewer: Viewer, action: str | None, *, page: int, size: int) -> Page[LogLine]:
    """The lines of the audit log, or those whose action begins with `action`, the latest first."""
    values = values_of(viewer) | {"p_action": action}
    total = await tx.sql.value(_NARROWED_LOG_COUNT if action else _LOG_COUNT, **values)
    lines = _NARROWED_LOG if action else _LOG
    rows = await tx.sql.all(lines, **values, most=size, skipped=(page - 1) * size)
    return Page(items=[_line_from(row) for row in rows], number=page, size=size, total=total)


async def log_of(tx: SqlTx, viewer: Viewer, case: Case) -> Sequence[LogLine]:
    """What was done about a case and what it is about, the latest first."""
    kind = "comment" if case.subject.kind is SubjectKind.COMMENT else "discussion"
    subjects = [f"case:{case.id}", f"{kind}:{case.subject.id}"]
    return [_line_from(row) for row in await tx.sql.all(_LOG_OF, **values_of(viewer), p_subjects=subjects)]


def _line_from(row: Row[Any]) -> LogLine:
    return LogLine(at=row.at, by=row.name, action=row.action, subject=row.subject, before=row.before, after=row.after)
