"""The queue of cases: the heaviest first, narrowed, and counted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Boolean, ColumnElement, Float, Row, Select, and_, bindparam, case, func, literal, or_, select
from sqlalchemy.sql.base import ColumnCollection

from bot.domain.html import plain_text
from bot.domain.model import CaseState, FlagOutcome, FlagReason, SubjectKind
from bot.domain.text import one_line, shorten
from bot.ports.moderation import CaseLine, QueueCounts, QueueFilter, QueueView
from bot.ports.pages import Page, Viewer
from storage.cases import case_from
from storage.page_sight import COMMUNITY, MEMBER, values_of
from storage.schema.columns import BigId, Moment, Word
from storage.schema.news import articles
from storage.schema.order import cases, flags
from storage.schema.people import accounts
from storage.schema.places import discussions, posts
from storage.schema.talk import comments
from storage.tx import SqlTx

TEASER = 240

_k, _f, _c = cases.c, flags.c, comments.c
_here = _k.community_id == COMMUNITY
# A case that was folded into another, when their articles were merged, is that other one.
_open, _decided = _k.state == CaseState.OPEN, and_(_k.state == CaseState.DECIDED, _k.merged_into.is_(None))
_now = bindparam("p_now", type_=Moment)
_mine = and_(
    _open,
    _k.claimed_by.in_(select(accounts.c.id).where(accounts.c.member_id == MEMBER)),
    _k.claimed_until > _now,
)
_VIEWS = {QueueView.OPEN: _open, QueueView.MINE: _mine, QueueView.DECIDED: _decided}

# What somebody took back is no reason any more. What was judged before an edit brought the case back still is one.
_stands = or_(_f.outcome.is_(None), _f.outcome != FlagOutcome.WITHDRAWN)
_kind, _reason = bindparam("p_kind", type_=Word(SubjectKind)), bindparam("p_reason", type_=Word(FlagReason))
_for_reason = select(_f.id).where(_f.case_id == _k.id, _stands, _f.reason == _reason).correlate(cases).exists()
_everywhere = bindparam("p_everywhere", type_=Boolean)
_chosen = bindparam("p_channels", type_=BigId, expanding=True)
_p = posts.c
_posted = select(_p.id).where(_p.discussion_id == _k.discussion_id).correlate(cases)
# A comment stands in one channel, an article in all that it was posted in.
_there = or_(
    _everywhere,
    and_(
        _k.subject_kind == SubjectKind.COMMENT,
        select(_c.id).where(_c.id == _k.subject_id, _c.channel_id.in_(_chosen)).correlate(cases).exists(),
    ),
    and_(
        _k.subject_kind == SubjectKind.ARTICLE,
        _posted.where(_p.channel_id.in_(_chosen)).exists(),
        ~_posted.where(_p.channel_id.not_in(_chosen)).exists(),
    ),
)
_narrowed = and_(_here, _there, or_(_kind.is_(None), _k.subject_kind == _kind), or_(_reason.is_(None), _for_reason))

_weight = (
    select(func.coalesce(func.sum(_f.weight), 0.0, type_=Float(53)))
    .where(_f.case_id == _k.id, _f.closed_at.is_(None))
    .correlate(cases)
    .scalar_subquery()
)


def _picked(view: QueueView) -> Select[Any]:
    """A page of the queue: the cases alone, so that no text is read of those that are passed over."""
    weight = literal(0.0) if view is QueueView.DECIDED else _weight
    picked = select(cases, weight.label("weight")).where(_narrowed, _VIEWS[view])
    return picked.order_by(*_order(view, picked.selected_columns)).limit(bindparam("most")).offset(bindparam("skipped"))


def _order(view: QueueView, columns: ColumnCollection[str, Any]) -> tuple[ColumnElement[Any], ...]:
    c = columns
    if view is QueueView.DECIDED:
        return c.decided_at.desc(), c.id.desc()
    return c.weight.desc(), c.opened_at, c.id


def _lines(view: QueueView) -> Select[Any]:
    page = _picked(view).subquery("page")
    newest = flags.alias("newest")
    flagged = (
        select(newest.c.subject_text)
        .where(newest.c.case_id == page.c.id)
        .order_by(newest.c.at.desc(), newest.c.id.desc())
        .limit(1)
        .scalar_subquery()
    )
    author, holder, judge = accounts.alias("author"), accounts.alias("holder"), accounts.alias("judge")
    is_comment = page.c.subject_kind == SubjectKind.COMMENT
    hidden_at = case((is_comment, _c.hidden_at), else_=discussions.c.hidden_at)
    return (
        select(
            page, articles.c.title, flagged.label("flagged"), author.c.name.label("author"),
            holder.c.name.label("holder"), judge.c.name.label("judge"), hidden_at.label("hidden_at"),
        )
        .select_from(
            page.join(discussions, discussions.c.id == page.c.discussion_id)
            .join(articles, articles.c.id == discussions.c.article_id)
            .outerjoin(comments, and_(is_comment, _c.id == page.c.subject_id))
            .outerjoin(author, author.c.id == _c.account_id)
            .outerjoin(holder, holder.c.id == page.c.claimed_by)
            .outerjoin(judge, judge.c.id == page.c.decided_by)
        )
        .order_by(*_order(view, page.c))
    )  # fmt: skip


_LINES = {view: _lines(view) for view in QueueView}
_COUNT = {view: select(func.count()).select_from(cases).where(_narrowed, _VIEWS[view]) for view in QueueView}
_FLAGS = (
    select(_f.case_id, _f.reason, _f.weight, _f.closed_at, _stands.label("stands"))
    .where(_f.case_id.in_(bindparam("p_cases", expanding=True)))
    .order_by(_f.at, _f.id)
)


def _how_many(wanted: ColumnElement[bool]) -> Any:
    return select(func.count()).select_from(cases).where(_here, wanted).scalar_subquery()


_COUNTS = select(*(_how_many(wanted).label(view.value) for view, wanted in _VIEWS.items()))
_REASONS = (
    select(_f.reason, func.count(_k.id.distinct()).label("cases"))
    .select_from(cases.join(flags, _f.case_id == _k.id))
    .where(_here, _open, _stands)
    .group_by(_f.reason)
)


async def queue(
    tx: SqlTx, viewer: Viewer, wanted: QueueFilter, *, page: int, size: int, now: datetime
) -> Page[CaseLine]:
    """A page of the queue, in three statements."""
    values = values_of(viewer) | {
        "p_now": now,
        "p_kind": wanted.kind,
        "p_reason": wanted.reason,
        "p_everywhere": wanted.channels is None,
        "p_channels": sorted(wanted.channels or ()),
    }
    total = await tx.sql.value(_COUNT[wanted.view], **values)
    rows = await tx.sql.all(_LINES[wanted.view], **values, most=size, skipped=(page - 1) * size)
    made = await _flags_of(tx, [row.id for row in rows])
    items = [_line_from(row, made.get(row.id, ()), now) for row in rows]
    return Page(items=items, number=page, size=size, total=total)


async def _flags_of(tx: SqlTx, case_ids: Sequence[int]) -> Mapping[int, Sequence[Row[Any]]]:
    found: dict[int, list[Row[Any]]] = {}
    for row in await tx.sql.all(_FLAGS, p_cases=case_ids) if case_ids else ():
        found.setdefault(row.case_id, []).append(row)
    return found


def _line_from(row: Row[Any], made: Sequence[Row[Any]], now: datetime) -> CaseLine:
    case = case_from(row)
    counted = [flag for flag in made if case.state is CaseState.DECIDED or flag.closed_at is None]
    return CaseLine(
        case=case,
        title=row.title,
        text=teaser(row.flagged or "", case.subject.kind),
        author=row.author,
        flags=len(counted),
        weight=sum(flag.weight for flag in counted),
        reasons=tuple(dict.fromkeys(flag.reason for flag in made if flag.stands)),
        claimed_by=row.holder if case.claimed(now) is not None else None,
        decided_by=row.judge,
        hidden=row.hidden_at is not None,
    )


def teaser(text: str, kind: SubjectKind) -> str:
    """The beginning of what was flagged: a comment was kept as HTML, an article as plain text."""
    return shorten(one_line(plain_text(text) if kind is SubjectKind.COMMENT else text), TEASER)


async def counts(tx: SqlTx, viewer: Viewer, now: datetime) -> QueueCounts:
    """How many cases there are; the reasons of open ones, the most frequent first."""
    values = values_of(viewer) | {"p_now": now}
    row = await tx.sql.first(_COUNTS, **values)
    assert row is not None
    reasons = Counter({each.reason: each.cases for each in await tx.sql.all(_REASONS, **values)})
    order = list(FlagReason)
    return QueueCounts(
        open=row.open,
        mine=row.mine,
        decided=row.decided,
        reasons=tuple(sorted(reasons.items(), key=lambda each: (-each[1], order.index(each[0])))),
    )
