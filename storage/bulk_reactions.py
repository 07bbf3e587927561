"""Reactions and votes in bulk: a few statements for a batch, however many are in it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import (
    Boolean,
    ColumnElement,
    Text,
    and_,
    bindparam,
    delete,
    func,
    null,
    or_,
    select,
    true,
    tuple_,
    union,
    update,
)

from bot.domain.model import (
    AccountId,
    ChannelId,
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
_c_here, _p_here = comments.alias("here"), posts.alias("posted_here")

_AT_ARTICLE = (_d.id, _d.id.label("discussion_id"), _d.community_id)
_AT_COMMENT = (_c.id, _c.discussion_id, _d.community_id, _author.c.member_id, _c.channel_id)
_commented = comments.join(discussions, _d.id == _c.discussion_id).join(_author, _author.c.id == _c.account_id)
_posted = posts.join(discussions, _d.id == posts.c.discussion_id)
_refs, _ids = Rowset("refs", _TEXT), Rowset("ids", BigId)
_POSTED = (posts.c.ref, *_AT_ARTICLE, null().label("author"), posts.c.channel_id)
_ARTICLES = Reading(select(*_POSTED).select_from(_refs.rows.join(_posted, posts.c.ref == _refs[0])))
_COMMENTS = Reading(select(_c.ref, *_AT_COMMENT).select_from(_refs.rows.join(_commented, _c.ref == _refs[0])))
_ARTICLES_BY_ID = Reading(select(*_AT_ARTICLE).select_from(_ids.rows.join(discussions, _d.id == _ids[0])))
_COMMENTS_BY_ID = Reading(select(*_AT_COMMENT).select_from(_ids.rows.join(_commented, _c.id == _ids[0])))

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
    _r.channel_id,
)
_BY_REF = Reading(
    select(_r.subject_kind, _r.subject_id, *_REACTION)
    .select_from(_refs.rows.join(reactions, _r.ref == _refs[0]))
    .join(_who, _who.c.id == _r.account_id)
)

_members = Rowset("members", BigId, BigId)
_SANCTIONED = Reading(
    select(_s.community_id, _s.member_id, _s.muted_until, _s.banned_at, _s.votes_void)
    .select_from(_members.rows.join(standings, and_(_s.community_id == _members[0], _s.member_id == _members[1])))
    .where(or_(_s.muted_until.is_not(None), _s.banned_at.is_not(None), _s.votes_void))
)

_given = Rowset("given", _TEXT, _KIND, BigId, BigId, _TEXT, Moment(), Moment(), _BOOL, Moment(), BigId)
_put = insert(reactions)
_PUT = _put.from_select(
    [
        "ref",
        "subject_kind",
        "subject_id",
        "account_id",
        "emoji",
        "at",
        "seen_at",
        "counted",
        "removed_at",
        "channel_id",
    ],
    select(*(_given[place] for place in range(10))).where(true()),
).on_conflict_do_update(
    index_elements=["ref"],
    set_={name: _put.excluded[name] for name in ("emoji", "at", "seen_at", "counted", "removed_at")},
)

_pairs = Rowset("pairs", _KIND, BigId, BigId)
_own = select(accounts.c.id).where(accounts.c.member_id == _pairs[2])
# A subject has many reactions, a member few accounts: what is looked for is named in full, for the index on all three.
_named = and_(_r.subject_kind == _pairs[0], _r.subject_id == _pairs[1], _r.account_id.in_(_own))
_OF_MEMBERS = Reading(
    select(_r.subject_kind, _r.subject_id, *_REACTION)
    .select_from(_pairs.rows.join(reactions, _named))
    .join(_who, _who.c.id == _r.account_id)
)

_there = _r.channel_id == bindparam("p_channel", type_=BigId)
_reacted = select(_r.subject_kind, _r.subject_id, _who.c.member_id).join(_who, _who.c.id == _r.account_id)
# By what stands in the channel, which there are indexes for.
_IN_CHANNEL = union(
    _reacted.join(_c_here, _c_here.c.id == _r.subject_id).where(
        _r.subject_kind == SubjectKind.COMMENT, _c_here.c.channel_id == bindparam("p_channel", type_=BigId), _there
    ),
    _reacted.join(_p_here, _p_here.c.discussion_id == _r.subject_id).where(
        _r.subject_kind == SubjectKind.ARTICLE, _p_here.c.channel_id == bindparam("p_channel", type_=BigId), _there
    ),
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

_up, _down = (func.count().filter(_v.vote == vote) for vote in (Vote.UP, Vote.DOWN))


def _counted(kind: SubjectKind, number: ColumnElement[int], *figures: ColumnElement[int]) -> Any:
    """Figures of the votes on a subject that are not void."""
    return select(*figures).where(_v.subject_kind == kind, _v.subject_id == number, ~_v.void).scalar_subquery()


_RECOUNT = {
    SubjectKind.ARTICLE: update(discussions)
    .where(_d.id.in_(select(_ids[0])))
    .values({tuple_(_d.up, _d.down): _counted(SubjectKind.ARTICLE, _d.id, _up, _down)}),
    SubjectKind.COMMENT: update(comments)
    .where(_c.id.in_(select(_ids[0])))
    .values({tuple_(_c.up, _c.down, _c.score): _counted(SubjectKind.COMMENT, _c.id, _up, _down, _up - _down)}),
}


class SqlReactionBatches(SqlCrowd):
    """See `bot.ports.stores.Reactions`."""

    def __init__(self, sql: Sql) -> None:
        self._sql = sql

    async def targets(self, messages: Collection[Ref]) -> Mapping[Ref, Target]:
        refs = passed((ref,) for ref in messages)
        found: dict[Ref, Target] = {}
        for ref, *place in await _ARTICLES.rows(self._sql, refs=refs):
            found[Ref(ref)] = _target(SubjectKind.ARTICLE, *place)
        for ref, *place in await _COMMENTS.rows(self._sql, refs=refs):
            found[Ref(ref)] = _target(SubjectKind.COMMENT, *place)
        return found

    async def stored(self, refs: Collection[Ref]) -> Mapping[Ref, tuple[Target, Reaction]]:
        rows = list(await _BY_REF.rows(self._sql, refs=passed((ref,) for ref in refs)))
        targets = await self._by_id({(row[0], row[1]) for row in rows})
        return {row[2]: (targets[row[0], row[1]], _reaction(row[2:])) for row in rows if (row[0], row[1]) in targets}

    async def _by_id(self, subjects: Collection[tuple[SubjectKind, int]]) -> Mapping[tuple[SubjectKind, int], Target]:
        found: dict[tuple[SubjectKind, int], Target] = {}
        for kind, reading in ((SubjectKind.ARTICLE, _ARTICLES_BY_ID), (SubjectKind.COMMENT, _COMMENTS_BY_ID)):
            ids = sorted(number for each, number in subjects if each is kind)
            if ids:
                for number, *place in await reading.rows(self._sql, ids=passed((each,) for each in ids)):
                    found[kind, number] = _target(kind, number, *place)
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
                each.channel_id,
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

    async def in_channel(self, channel_id: ChannelId) -> Mapping[Pair, Target]:
        rows = await self._sql.all(_IN_CHANNEL, p_channel=channel_id)
        targets = await self._by_id({(row.subject_kind, row.subject_id) for row in rows})
        found = ((targets.get((row.subject_kind, row.subject_id)), MemberId(row.member_id)) for row in rows)
        return {(target.subject, member_id): target for target, member_id in found if target is not None}

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
                await self._sql.run(statement, ids=passed((each,) for each in ids))


def _target(
    kind: SubjectKind,
    subject_id: int,
    discussion_id: int,
    community_id: int,
    author: int | None = None,
    channel_id: int | None = None,
) -> Target:
    return Target(
        subject=Subject(kind=kind, id=subject_id),
        discussion_id=DiscussionId(discussion_id),
        community_id=CommunityId(community_id),
        author=None if author is None else MemberId(author),
        channel_id=None if channel_id is None else ChannelId(channel_id),
    )


def _reaction(row: Sequence[Any]) -> Reaction:
    ref, account_id, member_id, bot, emoji, at, seen_at, counted, removed_at, channel_id = row
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
        channel_id=None if channel_id is None else ChannelId(channel_id),
    )
