"""Reactions and votes in bulk: a few statements for a batch, however many are in it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import Boolean, ColumnElement, Text, and_, case, delete, func, or_, select, true, tuple_, update

from bot.domain.model import (
    AccountId,
    CommunityId,
    DiscussionId,
    MemberId,
    Reaction,
    Ref,
    Standing,
    Subject,
    SubjectKind,
    Vote,
)
from bot.ports.stores.reactions import Derived, Pair, Target
from storage.bulk_accounts import SqlCrowd
from storage.discussions import DISCUSSION
from storage.rowsets import Reading, Rowset, passed, stored
from storage.schema.columns import BigId, Moment, Word
from storage.schema.people import accounts, standings
from storage.schema.places import discussions, posts
from storage.schema.talk import comments, reactions, votes
from storage.sql import Sql, insert

_r, _v, _d, _c, _s = reactions.c, votes.c, discussions.c, comments.c, standings.c
_KIND, _TEXT, _BOOL = Word(SubjectKind), Text(), Boolean()
_author, _who = accounts.alias("author"), accounts.alias("who")

_refs = Rowset("refs", _TEXT)
_ARTICLES = Reading(
    select(posts.c.ref, _d.id, _d.id.label("discussion_id"), _d.community_id)
    .select_from(_refs.rows.join(posts, posts.c.ref == _refs[0]))
    .join(discussions, _d.id == posts.c.discussion_id)
)
_COMMENTS = Reading(
    select(_c.ref, _c.id, _c.discussion_id, _d.community_id, _author.c.member_id)
    .select_from(_refs.rows.join(comments, _c.ref == _refs[0]))
    .join(discussions, _d.id == _c.discussion_id)
    .join(_author, _author.c.id == _c.account_id)
)
_REACTION = (
    _r.ref,
    _r.account_id,
    _who.c.member_id,
    _who.c.bot,
    _r.emoji,
    _r.at,
    _r.seen_at,
    _r.counted,
    _r.removed_at,
)
_BY_REF = (
    select(*_REACTION)
    .select_from(_refs.rows.join(reactions, _r.ref == _refs[0]))
    .join(_who, _who.c.id == _r.account_id)
)
_ON_ARTICLES = Reading(
    _BY_REF.add_columns(_d.id, _d.id.label("discussion_id"), _d.community_id)
    .join(discussions, _d.id == _r.subject_id)
    .where(_r.subject_kind == SubjectKind.ARTICLE)
)
_ON_COMMENTS = Reading(
    _BY_REF.add_columns(_c.id, _c.discussion_id, _d.community_id, _author.c.member_id.label("author_id"))
    .join(comments, _c.id == _r.subject_id)
    .join(discussions, _d.id == _c.discussion_id)
    .join(_author, _author.c.id == _c.account_id)
    .where(_r.subject_kind == SubjectKind.COMMENT)
)

_members = Rowset("members", BigId, BigId)
_SANCTIONED = Reading(
    select(_s.community_id, _s.member_id, _s.muted_until, _s.banned_at, _s.votes_void)
    .select_from(_members.rows.join(standings, and_(_s.community_id == _members[0], _s.member_id == _members[1])))
    .where(or_(_s.muted_until.is_not(None), _s.banned_at.is_not(None), _s.votes_void))
)

_given = Rowset("given", _TEXT, _KIND, BigId, BigId, _TEXT, Moment(), Moment(), _BOOL, Moment())
_put = insert(reactions)
_PUT = _put.from_select(
    ["ref", "subject_kind", "subject_id", "account_id", "emoji", "at", "seen_at", "counted", "removed_at"],
    select(*(_given[place] for place in range(9))).where(true()),
).on_conflict_do_update(
    index_elements=["ref"],
    set_={name: _put.excluded[name] for name in ("emoji", "at", "seen_at", "counted", "removed_at")},
)

_pairs = Rowset("pairs", _KIND, BigId, BigId)
_OF_MEMBERS = Reading(
    select(_r.subject_kind, _r.subject_id, *_REACTION)
    .select_from(_pairs.rows.join(_who, _who.c.member_id == _pairs[2]))
    .join(reactions, and_(_r.subject_kind == _pairs[0], _r.subject_id == _pairs[1], _r.account_id == _who.c.id))
)

_cast = Rowset("cast", _KIND, BigId, BigId, Word(Vote), Moment(), _BOOL)
_vote = insert(votes)
_VOTE = _vote.from_select(
    ["subject_kind", "subject_id", "member_id", "vote", "at", "void"],
    select(*(_cast[place] for place in range(6))).where(true()),
).on_conflict_do_update(
    index_elements=["subject_kind", "subject_id", "member_id"],
    set_={name: _vote.excluded[name] for name in ("vote", "at", "void")},
)
_UNVOTE = delete(votes).where(
    tuple_(_v.subject_kind, _v.subject_id, _v.member_id).in_(select(_pairs[0], _pairs[1], _pairs[2]))
)

_subjects = Rowset("subjects", BigId)


def _counted(kind: SubjectKind) -> Any:
    """Totals of the subjects that are passed."""
    return (
        select(_subjects[0].label("id"), _sum(Vote.UP).label("up"), _sum(Vote.DOWN).label("down"))
        .select_from(_subjects.rows)
        .outerjoin(votes, and_(_v.subject_kind == kind, _v.subject_id == _subjects[0], _v.void.is_(False)))
        .group_by(_subjects[0])
        .subquery("counted")
    )


def _sum(vote: Vote) -> ColumnElement[int]:
    return func.coalesce(func.sum(case((_v.vote == vote, 1), else_=0)), 0)


def _recount(kind: SubjectKind) -> Any:
    counted = _counted(kind)
    up, down = counted.c.up, counted.c.down
    if kind is SubjectKind.ARTICLE:
        return update(discussions).where(_d.id == counted.c.id).values(up=up, down=down)
    return update(comments).where(_c.id == counted.c.id).values(up=up, down=down, score=up - down)


_RECOUNT = {kind: _recount(kind) for kind in SubjectKind}


class SqlReactionBatches(SqlCrowd):
    """See `bot.ports.stores.Reactions`."""

    def __init__(self, sql: Sql) -> None:
        self._sql = sql

    async def targets(self, messages: Collection[Ref]) -> Mapping[Ref, Target]:
        refs = passed((ref,) for ref in messages)
        found: dict[Ref, Target] = {}
        for ref, *place in await _ARTICLES.rows(self._sql, refs=refs):
            found[Ref(ref)] = _target(SubjectKind.ARTICLE, *place, None)
        for ref, *place in await _COMMENTS.rows(self._sql, refs=refs):
            found[Ref(ref)] = _target(SubjectKind.COMMENT, *place)
        return found

    async def stored(self, refs: Collection[Ref]) -> Mapping[Ref, tuple[Target, Reaction]]:
        wanted = passed((ref,) for ref in refs)
        found: dict[Ref, tuple[Target, Reaction]] = {}
        for *row, subject_id, discussion_id, community_id in await _ON_ARTICLES.rows(self._sql, refs=wanted):
            target = _target(SubjectKind.ARTICLE, subject_id, discussion_id, community_id, None)
            found[Ref(row[0])] = (target, _reaction(row))
        for *row, subject_id, discussion_id, community_id, author in await _ON_COMMENTS.rows(self._sql, refs=wanted):
            target = _target(SubjectKind.COMMENT, subject_id, discussion_id, community_id, author)
            found[Ref(row[0])] = (target, _reaction(row))
        return found

    async def alone_with(self, discussions: Collection[DiscussionId]) -> None:
        for discussion_id in sorted(discussions):  # in one order, so that two never wait for each other
            await self._sql.alone(DISCUSSION + discussion_id)

    async def sanctioned(
        self, members: Collection[tuple[CommunityId, MemberId]]
    ) -> Mapping[tuple[CommunityId, MemberId], Standing]:
        rows = await _SANCTIONED.rows(self._sql, members=passed(members))
        return {
            (CommunityId(community), MemberId(member)): Standing(muted_until=muted, banned_at=banned, votes_void=void)
            for community, member, muted, banned, void in rows
        }

    async def put(self, reactions: Sequence[tuple[Target, Reaction]]) -> None:
        rows = [
            (
                each.ref,
                target.subject.kind,
                target.subject.id,
                each.account_id,
                each.emoji,
                stored(each.at),
                stored(each.seen_at),
                each.counted,
                stored(each.removed_at),
            )
            for target, each in reactions
        ]
        await self._sql.run(_PUT, given=passed(rows))

    async def of_members(self, pairs: Collection[Pair]) -> Mapping[Pair, Sequence[Reaction]]:
        known = {(subject.kind, subject.id, member): (subject, member) for subject, member in pairs}
        found: defaultdict[Pair, list[Reaction]] = defaultdict(list)
        for kind, subject_id, *row in await _OF_MEMBERS.rows(self._sql, pairs=passed(known)):
            found[known[kind, subject_id, row[2]]].append(_reaction(row))
        return found

    async def set_votes(self, votes: Mapping[Pair, Derived]) -> None:
        cast = [
            (subject.kind, subject.id, member, each.cast.vote, stored(each.cast.at), each.void)
            for (subject, member), each in votes.items()
            if each.cast is not None
        ]
        none = [(subject.kind, subject.id, member) for (subject, member), each in votes.items() if each.cast is None]
        if cast:
            await self._sql.run(_VOTE, cast=passed(cast))
        if none:
            await self._sql.run(_UNVOTE, pairs=passed(none))

    async def recount(self, subjects: Collection[Subject]) -> None:
        for kind, statement in _RECOUNT.items():
            ids = sorted(each.id for each in subjects if each.kind is kind)
            if ids:
                await self._sql.run(statement, subjects=passed((each,) for each in ids))


def _target(kind: SubjectKind, subject_id: int, discussion_id: int, community_id: int, author: int | None) -> Target:
    return Target(
        subject=Subject(kind=kind, id=subject_id),
        discussion_id=DiscussionId(discussion_id),
        community_id=CommunityId(community_id),
        author=None if author is None else MemberId(author),
    )


def _reaction(row: Sequence[Any]) -> Reaction:
    ref, account_id, member_id, bot, emoji, at, seen_at, counted, removed_at = row
    return Reaction(
        ref=ref,
        account_id=AccountId(account_id),
        member_id=MemberId(member_id),
        bot=bot,
        emoji=emoji,
        at=at,
        seen_at=seen_at,
        counted=counted,
        removed_at=removed_at,
    )
