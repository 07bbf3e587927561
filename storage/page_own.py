"""What members read about themselves: their flags, and what they were told."""

from __future__ import annotations

from sqlalchemy import and_, bindparam, func, select

from bot.domain.model import CommentId, DiscussionId, FlagId, Ref, SubjectKind
from bot.ports.moderation import OwnFlag, Told
from bot.ports.pages import Page, Viewer
from storage.page_sight import MEMBER, values_of, within
from storage.schema.news import articles
from storage.schema.order import cases, flags
from storage.schema.places import discussions
from storage.schema.work import page_messages
from storage.tx import SqlTx

_f, _m = flags.c, page_messages.c
_own = and_(_f.member_id == MEMBER, within(_f.community_id))
_FLAGS = (
    select(
        _f.id, _f.subject_kind, _f.subject_id, _f.reason, _f.at, _f.outcome,
        cases.c.discussion_id, articles.c.title,
    )
    .select_from(
        flags.join(cases, cases.c.id == _f.case_id)
        .join(discussions, discussions.c.id == cases.c.discussion_id)
        .join(articles, articles.c.id == discussions.c.article_id)
    )
    .where(_own)
    .order_by(_f.at.desc(), _f.id.desc())
    .limit(bindparam("most"))
    .offset(bindparam("skipped"))
)  # fmt: skip
_FLAG_COUNT = select(func.count()).select_from(flags).where(_own)

_told = _m.place == bindparam("p_account")
_TOLD = (
    select(_m.ref, _m.html, _m.at, _m.read_at)
    .where(_told)
    .order_by(_m.at.desc(), _m.id.desc())
    .limit(bindparam("most"))
    .offset(bindparam("skipped"))
)
_TOLD_COUNT = select(func.count()).select_from(page_messages).where(_told)


async def own_flags(tx: SqlTx, viewer: Viewer, *, page: int, size: int) -> Page[OwnFlag]:
    """The viewer's flags, the latest first."""
    values = values_of(viewer)
    total = await tx.sql.value(_FLAG_COUNT, **values)
    rows = await tx.sql.all(_FLAGS, **values, most=size, skipped=(page - 1) * size)
    items = [
        OwnFlag(
            id=FlagId(row.id),
            kind=row.subject_kind,
            article=DiscussionId(row.discussion_id),
            comment=CommentId(row.subject_id) if row.subject_kind is SubjectKind.COMMENT else None,
            title=row.title,
            reason=row.reason,
            at=row.at,
            outcome=row.outcome,
        )
        for row in rows
    ]
    return Page(items=items, number=page, size=size, total=total)


async def told(tx: SqlTx, account: Ref, *, page: int, size: int) -> Page[Told]:
    """What an account of the page was told, the latest first."""
    total = await tx.sql.value(_TOLD_COUNT, p_account=account)
    rows = await tx.sql.all(_TOLD, p_account=account, most=size, skipped=(page - 1) * size)
    items = [Told(ref=Ref(row.ref), html=row.html, at=row.at, read_at=row.read_at) for row in rows]
    return Page(items=items, number=page, size=size, total=total)
