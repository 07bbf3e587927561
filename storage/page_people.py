"""Members as moderators see them, and as everybody does."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import ColumnElement, Row, ScalarSelect, and_, bindparam, exists, func, or_, select
from sqlalchemy.schema import Table

from bot.domain.flags import Record
from bot.domain.model import (
    AccountId,
    CorrectionState,
    DiscussionId,
    FlagOutcome,
    Measure,
    MemberId,
    Ruling,
    Standing,
    SubjectKind,
)
from bot.ports.moderation import MemberView, Person
from bot.ports.pages import CommentView, Viewer
from storage import page_comments
from storage.page_history import cases_on, notes_on_member
from storage.page_sight import COMMUNITY, MODERATOR, SIGNED_IN, values_of, within
from storage.page_standing import STANDING, standing_from
from storage.schema.columns import BigId
from storage.schema.news import articles
from storage.schema.order import cases, correction_reports, corrections, flags
from storage.schema.people import accounts, members, standings
from storage.schema.places import discussions
from storage.schema.talk import comments, votes
from storage.tx import SqlTx

BEST = 5

_a, _c, _k, _f = accounts.c, comments.c, cases.c, flags.c
_about = bindparam("p_about", type_=BigId)
_their = accounts.alias("their")


def _counted(table: Table, *wanted: ColumnElement[bool]) -> ScalarSelect[Any]:
    """How many rows of a table a member (the outer row of `accounts`) has."""
    return select(func.count()).select_from(table).where(*wanted).correlate(accounts).scalar_subquery()


def _written(*wanted: ColumnElement[bool]) -> ScalarSelect[Any]:
    written = _their.join(comments, _c.account_id == _their.c.id).join(
        discussions, discussions.c.id == _c.discussion_id
    )
    here = within(discussions.c.community_id)
    counted = select(func.count()).select_from(written).where(_their.c.member_id == _a.member_id, here, *wanted)
    return counted.correlate(accounts).scalar_subquery()


def _judged(outcome: FlagOutcome) -> ScalarSelect[Any]:
    return _counted(flags, _f.member_id == _a.member_id, within(_f.community_id), _f.outcome == outcome)


_agreed = _k.ruling == Ruling.AGREE  # also of a case that is open again: its decision stands until the next
_taken_away = exists().where(
    _k.subject_kind == SubjectKind.COMMENT, _k.subject_id == _c.id, _agreed, _k.measure == Measure.DELETE
)
_PEOPLE = (
    select(
        _a.id, _a.name, _a.member_id, members.c.since, *STANDING,
        _written(_c.deleted_at.is_(None), _c.hidden_at.is_(None)).label("comments"),
        _written(or_(_c.hidden_at.is_not(None), and_(_c.deleted_at.is_not(None), _taken_away))).label("hidden"),
        _counted(cases, _k.author_id == _a.member_id, within(_k.community_id), _agreed).label("upheld"),
        _judged(FlagOutcome.AGREED).label("agreed"),
        _judged(FlagOutcome.DISAGREED).label("disagreed"),
    )
    .select_from(
        accounts.join(members, members.c.id == _a.member_id).outerjoin(
            standings, and_(standings.c.community_id == COMMUNITY, standings.c.member_id == _a.member_id)
        )
    )
    .where(_a.id.in_(bindparam("p_accounts", expanding=True)))
)  # fmt: skip

# Whom a viewer can know of: an account registered here, to members; one that wrote something the viewer may read;
# to moderators whoever left a trace in the community. An account of another community's page is in none of these.
_said_here = (
    exists()
    .select_from(page_comments.COMMENTS)
    .where(_c.account_id == _a.id, page_comments.SHOWN, page_comments.READABLE)
)
_wrote_here = exists().where(
    _c.account_id == _a.id, discussions.c.id == _c.discussion_id, within(discussions.c.community_id)
)
_flagged_here = exists().where(_f.account_id == _a.id, within(_f.community_id))
_stands_here = exists().where(standings.c.member_id == _a.member_id, standings.c.community_id == COMMUNITY)
_voted_here = or_(
    exists().where(
        votes.c.member_id == _a.member_id,
        votes.c.subject_kind == SubjectKind.ARTICLE,
        discussions.c.id == votes.c.subject_id,
        within(discussions.c.community_id),
    ),
    exists().where(
        votes.c.member_id == _a.member_id,
        votes.c.subject_kind == SubjectKind.COMMENT,
        _c.id == votes.c.subject_id,
        discussions.c.id == _c.discussion_id,
        within(discussions.c.community_id),
    ),
)
_registered_here = _a.community_id == COMMUNITY
_ACCOUNTS = (
    select(_a.id, _a.network, _a.name)
    .where(
        _a.member_id == _about,
        or_(_a.community_id.is_(None), _registered_here),
        or_(
            SIGNED_IN & _registered_here,
            _said_here,
            MODERATOR & or_(_registered_here, _wrote_here, _flagged_here, _stands_here, _voted_here),
        ),
    )
    .order_by(_a.community_id.is_(None), _a.id)
)
_ACCEPTED = (
    select(func.count())
    .select_from(correction_reports.join(corrections, corrections.c.id == correction_reports.c.correction_id))
    .where(
        correction_reports.c.member_id == _about,
        within(corrections.c.community_id),
        corrections.c.state == CorrectionState.CORRECTED,
    )
)
_theirs = comments.alias("theirs")
_of_member = select(_theirs.c.id).join(_their, _their.c.id == _theirs.c.account_id).where(_their.c.member_id == _about)
_BEST = (
    page_comments.VIEW.add_columns(articles.c.title.label("headline"))
    .join(articles, articles.c.id == discussions.c.article_id)
    .where(_c.id.in_(_of_member), _c.deleted_at.is_(None), _c.hidden_at.is_(None), _c.score >= 0)
    .order_by(_c.score.desc(), _c.up.desc(), _c.created_at, _c.id)
    .limit(BEST)
)


async def people(tx: SqlTx, viewer: Viewer, account_ids: Iterable[AccountId]) -> Mapping[AccountId, Person]:
    """The members behind some accounts, named as the accounts are, with all that moderators are to know of them."""
    wanted = sorted(set(account_ids))
    if not wanted:
        return {}
    rows = await tx.sql.all(_PEOPLE, **values_of(viewer), p_accounts=wanted)
    return {AccountId(row.id): _person_from(row) for row in rows}


def _person_from(row: Row[Any]) -> Person:
    return Person(
        member_id=MemberId(row.member_id),
        account_id=AccountId(row.id),
        name=row.name,
        standing=standing_from(row),
        since=row.since,
        comments=row.comments,
        upheld=row.upheld,
        hidden=row.hidden,
        record=Record(agreed=row.agreed, disagreed=row.disagreed),
    )


def _to_everybody(person: Person) -> Person:
    """Without what is for moderators alone."""
    had = person.standing
    standing = Standing(role=had.role, points=had.points, upvoters=had.upvoters, title=had.title, trust=had.trust)
    return replace(person, standing=standing, upheld=0, hidden=0, record=Record())


async def member(tx: SqlTx, viewer: Viewer, member_id: MemberId, *, moderator: bool) -> MemberView | None:
    """A member's page."""
    seen_by = replace(viewer, moderator=moderator)
    known = await tx.sql.all(_ACCOUNTS, **values_of(seen_by), p_about=member_id)
    if not known:
        return None
    person = (await people(tx, viewer, [AccountId(known[0].id)]))[AccountId(known[0].id)]
    view = MemberView(
        person=person if moderator else _to_everybody(person),
        accounts=tuple((row.network, row.name) for row in known),
        corrections=await tx.sql.value(_ACCEPTED, **values_of(viewer), p_about=member_id),
        best=await _best(tx, seen_by, member_id),
    )
    return await _with_history(tx, viewer, view) if moderator else view


async def _best(tx: SqlTx, viewer: Viewer, member_id: MemberId) -> Sequence[tuple[DiscussionId, str, CommentView]]:
    rows = await tx.sql.all(_BEST, **values_of(viewer), p_about=member_id)
    return [(DiscussionId(row.discussion_id), row.headline, page_comments.comment_from(row)) for row in rows]


async def _with_history(tx: SqlTx, viewer: Viewer, view: MemberView) -> MemberView:
    member_id = view.person.member_id
    return replace(
        view,
        notes=await notes_on_member(tx, viewer, member_id),
        cases=await cases_on(tx, viewer, member_id),
    )
