"""Reported errors in articles, and what articles said: for admins, and for who reads the page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Row, and_, bindparam, exists, func, or_, select
from sqlalchemy import case as sql_case

from bot.domain.corrections import difference
from bot.domain.model import (
    FORGOTTEN,
    Content,
    CorrectionId,
    CorrectionReport,
    CorrectionState,
    DiscussionId,
    FeedId,
)
from bot.ports.moderation import CorrectionLine, SourceLine
from bot.ports.pages import Page, Viewer
from storage.articles import content_from, source_name
from storage.corrections import correction_from, report_from
from storage.page_lists import SEEN
from storage.page_sight import COMMUNITY, MODERATOR, in_sight, values_of, within
from storage.schema.columns import BigId, Word
from storage.schema.news import CONTENT, article_revisions, article_sources, articles, feeds
from storage.schema.order import correction_reports, corrections
from storage.schema.people import accounts
from storage.schema.places import channels, discussions, subscriptions
from storage.tx import SqlTx

_n, _d, _r, _s = corrections.c, discussions.c, correction_reports.c, article_sources.c
_ID = bindparam("p_id", type_=BigId)
_wanted = and_(
    _n.community_id == COMMUNITY, _n.state.in_(bindparam("p_states", expanding=True, type_=Word(CorrectionState)))
)
_ALL = select(corrections, articles.c.title).select_from(
    corrections.join(discussions, _d.id == _n.discussion_id).join(articles, articles.c.id == _d.article_id)
)
_offered_first = sql_case((_n.offered_revision.is_(None), 1), else_=0)
_LIST = _ALL.where(_wanted).order_by(_offered_first, _n.at, _n.id).limit(bindparam("most")).offset(bindparam("skipped"))
_COUNT = select(func.count()).select_from(corrections).where(_wanted)
_ONE = _ALL.where(_n.id == _ID, within(_n.community_id))
_REPORTS = (
    select(correction_reports, accounts.c.name)
    .join(accounts, accounts.c.id == _r.account_id)
    .where(_r.correction_id.in_(bindparam("p_corrections", expanding=True)))
    .order_by(_r.at, _r.member_id)
)
_CREDITS = (
    select(accounts.c.name)
    .select_from(
        corrections.join(discussions, _d.id == _n.discussion_id)
        .join(correction_reports, _r.correction_id == _n.id)
        .join(accounts, accounts.c.id == _r.account_id)
    )
    .where(
        _d.id == _ID,
        within(_d.community_id),
        in_sight(discussions),
        _n.state == CorrectionState.CORRECTED,
        accounts.c.network != FORGOTTEN,
    )
    .order_by(_r.at, _r.member_id)
)

_revision = bindparam("p_revision", type_=article_revisions.c.revision.type)
_readable = and_(_d.id == _ID, within(_d.community_id), in_sight(discussions), or_(MODERATOR, SEEN))
_NOW = (
    select(*(articles.c[name] for name in CONTENT))
    .join(discussions, _d.article_id == articles.c.id)
    .where(_readable, articles.c.revision == _revision)
)
_BEFORE = (
    select(*(article_revisions.c[name] for name in CONTENT))
    .join(discussions, _d.article_id == article_revisions.c.article_id)
    .where(_readable, article_revisions.c.revision == _revision)
)

# What other communities read is none of this one's business; the primary feed is named on the page anyway.
_read_here = exists().where(
    subscriptions.c.feed_id == _s.feed_id,
    channels.c.id == subscriptions.c.channel_id,
    channels.c.community_id == COMMUNITY,
)
_is_primary = _s.feed_id == articles.c.primary_feed
_SOURCES = (
    select(
        _s.feed_id,
        feeds.c.title.label("source"),
        feeds.c.address,
        _s.title,
        _s.link,
        _s.at,
        _is_primary.label("primary"),
    )
    .select_from(
        article_sources.join(articles, articles.c.id == _s.article_id)
        .join(discussions, _d.article_id == articles.c.id)
        .join(feeds, feeds.c.id == _s.feed_id)
    )
    .where(_d.id == _ID, within(_d.community_id), or_(_is_primary, _read_here))
    .order_by(_is_primary.desc(), _s.at, _s.feed_id)
)


async def corrections_in(
    tx: SqlTx, viewer: Viewer, states: Sequence[CorrectionState], *, page: int, size: int
) -> Page[CorrectionLine]:
    """Corrections in some states: those that a revision seems to have corrected first, then the oldest."""
    values = values_of(viewer) | {"p_states": list(states)}
    total = await tx.sql.value(_COUNT, **values)
    rows = await tx.sql.all(_LIST, **values, most=size, skipped=(page - 1) * size)
    return Page(items=await _with_reports(tx, rows), number=page, size=size, total=total)


async def correction(tx: SqlTx, viewer: Viewer, correction_id: CorrectionId) -> CorrectionLine | None:
    """One correction of the viewer's community."""
    rows = await tx.sql.all(_ONE, **values_of(viewer), p_id=correction_id)
    return next(iter(await _with_reports(tx, rows)), None)


async def _with_reports(tx: SqlTx, rows: Sequence[Row[Any]]) -> list[CorrectionLine]:
    reports: dict[int, list[CorrectionReport]] = {}
    for row in await tx.sql.all(_REPORTS, p_corrections=[row.id for row in rows]) if rows else ():
        reports.setdefault(row.correction_id, []).append(report_from(row))
    return [_line_from(row, reports) for row in rows]


def _line_from(row: Row[Any], reports: Mapping[int, Sequence[CorrectionReport]]) -> CorrectionLine:
    found = correction_from(row)
    change = () if found.offered_text is None else difference(found.excerpt, found.offered_text)
    return CorrectionLine(correction=found, title=row.title, reports=reports.get(row.id, ()), change=change)


async def credits_of(tx: SqlTx, viewer: Viewer, discussion_id: DiscussionId) -> Sequence[str]:
    """Whose reports led to a correction of an article, each once, the first ones first."""
    rows = await tx.sql.all(_CREDITS, **values_of(viewer), p_id=discussion_id)
    return list(dict.fromkeys(row.name for row in rows))


async def content_at(tx: SqlTx, viewer: Viewer, discussion_id: DiscussionId, revision: int) -> Content | None:
    """What an article said at a revision."""
    values = values_of(viewer) | {"p_id": discussion_id, "p_revision": revision, "p_section": None}
    row = await tx.sql.first(_NOW, **values) or await tx.sql.first(_BEFORE, **values)
    return None if row is None else content_from(row)


async def sources(tx: SqlTx, viewer: Viewer, discussion_id: DiscussionId) -> Sequence[SourceLine]:
    """Who brought an article: the primary source first, then in the order in which they came."""
    rows = await tx.sql.all(_SOURCES, **values_of(viewer), p_id=discussion_id)
    return [
        SourceLine(
            feed_id=FeedId(row.feed_id),
            name=source_name(row.source, row.address),
            title=row.title,
            link=row.link,
            primary=row.primary,
            at=row.at,
        )
        for row in rows
    ]
