"""A case with everything that is needed to decide it, in a fixed number of statements."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, bindparam, func, or_, select

from bot.domain.model import (
    AccountId,
    Case,
    CaseId,
    CommentId,
    Content,
    DiscussionId,
    FlagId,
    HiddenBy,
    Ref,
    SubjectKind,
)
from bot.ports.moderation import CaseView, FlagLine, Person
from bot.ports.pages import CommentView, Viewer
from storage.articles import content_from
from storage.cases import case_from
from storage.page_comments import ALL, comment_from
from storage.page_history import earlier_than, log_of, notes_on_case
from storage.page_lists import FIRST_POST
from storage.page_people import people
from storage.page_sight import values_of, visible, within
from storage.schema.columns import BigId
from storage.schema.news import CONTENT, articles
from storage.schema.order import cases, flags
from storage.schema.places import channels, discussions, posts
from storage.schema.talk import comments
from storage.tx import SqlTx

AROUND = 3

_k, _c = cases.c, comments.c
_written, _spoken, _section = channels.alias("written"), channels.alias("spoken"), channels.alias("section")
_first, _shown, _any = posts.alias("first"), posts.alias("shown"), posts.alias("any_post")

# Where the article came first, whatever the network: whose language is spoken where no comment says it.
_came_first = (
    select(func.min(_any.c.id)).where(_any.c.discussion_id == discussions.c.id).correlate(discussions).scalar_subquery()
)
_CASE = (
    select(
        cases, articles.c.title, discussions.c.hidden_at, _c.hidden_by, _c.account_id, _section.c.ref.label("section"),
        func.coalesce(_written.c.language, _spoken.c.language).label("language"),
        func.coalesce(_written.c.zone, _spoken.c.zone).label("zone"),
    )
    .select_from(
        cases.join(discussions, discussions.c.id == _k.discussion_id)
        .join(articles, articles.c.id == discussions.c.article_id)
        .outerjoin(comments, and_(_k.subject_kind == SubjectKind.COMMENT, _c.id == _k.subject_id))
        .outerjoin(_written, _written.c.id == _c.channel_id)
        .outerjoin(_first, _first.c.id == _came_first)
        .outerjoin(_spoken, _spoken.c.id == _first.c.channel_id)
        .outerjoin(_shown, _shown.c.id == FIRST_POST)
        .outerjoin(_section, _section.c.id == _shown.c.channel_id)
    )
    .where(_k.id == bindparam("p_id", type_=BigId), within(_k.community_id))
)  # fmt: skip
_CONTENT = (
    select(*(articles.c[name] for name in CONTENT))
    .join(discussions, discussions.c.article_id == articles.c.id)
    .where(discussions.c.id == bindparam("p_discussion", type_=BigId), within(discussions.c.community_id))
)

_flagged = comments.alias("flagged")
_ID = bindparam("p_comment", type_=BigId)
_COMMENT = ALL.where(_c.id == _ID, within(discussions.c.community_id))


def _beside(side: ColumnElement[bool], *order: ColumnElement[Any]) -> Select[Any]:
    """Live comments before or after one, out of those that may be read beside it: what is said in another private
    channel stays there."""
    readable = or_(visible(channels), _c.channel_id == _flagged.c.channel_id)
    return (
        ALL.join(_flagged, and_(_flagged.c.id == _ID, _flagged.c.discussion_id == _c.discussion_id))
        .where(within(discussions.c.community_id), _c.deleted_at.is_(None), readable, side)
        .order_by(*order)
        .limit(AROUND)
    )


_same_time = _c.created_at == _flagged.c.created_at
_BEFORE = _beside(
    or_(_c.created_at < _flagged.c.created_at, _same_time & (_c.id < _flagged.c.id)), _c.created_at.desc(), _c.id.desc()
)
_AFTER = _beside(or_(_c.created_at > _flagged.c.created_at, _same_time & (_c.id > _flagged.c.id)), _c.created_at, _c.id)
_FLAGS = select(flags).where(flags.c.case_id == bindparam("p_case", type_=BigId)).order_by(flags.c.at, flags.c.id)


async def case(tx: SqlTx, viewer: Viewer, case_id: CaseId) -> CaseView | None:
    """A case as a moderator reads it; None where it is not there in the viewer's community."""
    viewer = replace(viewer, moderator=True)
    row = await tx.sql.first(_CASE, **values_of(viewer), p_section=None, p_id=case_id)
    return None if row is None else await _view(tx, viewer, row, case_from(row))


async def _view(tx: SqlTx, viewer: Viewer, row: Row[Any], case: Case) -> CaseView:
    comment = CommentId(case.subject.id) if case.subject.kind is SubjectKind.COMMENT else None
    made = await tx.sql.all(_FLAGS, p_case=case.id)
    author = None if row.account_id is None else AccountId(row.account_id)
    known = await people(tx, viewer, [*(flag.account_id for flag in made), *([author] if author else ())])
    return CaseView(
        case=case,
        article=case.discussion_id,
        title=row.title,
        section=None if row.section is None else Ref(row.section),
        language=row.language or "en",
        zone=row.zone or "UTC",
        comment=None if comment is None else next(iter(await _comments(tx, _COMMENT, viewer, comment)), None),
        content=await _content(tx, viewer, case.discussion_id) if comment is None else None,
        hidden_by=row.hidden_by or (HiddenBy.MODERATOR if comment is None and row.hidden_at is not None else None),
        author=None if author is None else known[author],
        before=() if comment is None else (await _comments(tx, _BEFORE, viewer, comment))[::-1],
        after=() if comment is None else await _comments(tx, _AFTER, viewer, comment),
        flags=[_flag_from(flag, known) for flag in made],
        notes=await notes_on_case(tx, viewer, case.id),
        earlier=await earlier_than(tx, viewer, case),
        log=await log_of(tx, viewer, case),
    )


async def _comments(tx: SqlTx, statement: Select[Any], viewer: Viewer, comment: CommentId) -> list[CommentView]:
    rows = await tx.sql.all(statement, **values_of(viewer), p_comment=comment)
    return [comment_from(row) for row in rows]


async def _content(tx: SqlTx, viewer: Viewer, discussion_id: DiscussionId) -> Content | None:
    row = await tx.sql.first(_CONTENT, **values_of(viewer), p_discussion=discussion_id)
    return None if row is None else content_from(row)


def _flag_from(row: Row[Any], known: Mapping[AccountId, Person]) -> FlagLine:
    return FlagLine(
        id=FlagId(row.id),
        person=known[AccountId(row.account_id)],
        reason=row.reason,
        text=row.text,
        weight=row.weight,
        at=row.at,
        outcome=row.outcome,
        subject_text=row.subject_text,
        subject_revision=row.subject_revision,
    )
