"""Reactions as they came, and the votes that are derived from them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Integer, Row, bindparam, case, delete, func, select, update

from bot.domain.model import AccountId, ChannelId, MemberId, Reaction, Ref, Subject, SubjectKind, Totals, Vote
from bot.domain.votes import Cast
from storage.schema.columns import BigId
from storage.schema.people import accounts
from storage.schema.places import discussions
from storage.schema.talk import comments, reactions, votes
from storage.sql import Sql, insert

_r = reactions.c
_kind = bindparam("p_kind", type_=_r.subject_kind.type)
_subject = bindparam("p_subject", type_=BigId)
_on_subject = (_r.subject_kind == _kind) & (_r.subject_id == _subject)

_put = insert(reactions)
_ADD = _put.on_conflict_do_update(
    index_elements=["ref"],
    set_={
        "removed_at": None,
        "emoji": _put.excluded.emoji,
        "at": _put.excluded.at,
        "seen_at": _put.excluded.seen_at,
        "counted": _put.excluded.counted,
    },
    where=_r.removed_at.is_not(None),
).returning(_r.ref)
_whose = select(accounts.c.member_id).where(accounts.c.id == _r.account_id).scalar_subquery().label("member_id")
_UNDO = update(reactions).where(_r.removed_at.is_(None)).values(removed_at=bindparam("p_at"))
_REMOVE = _UNDO.where(_r.ref == bindparam("p_ref")).returning(_r.subject_kind, _r.subject_id, _whose)
_CLEAR = _UNDO.where(_on_subject).returning(_whose)
_CLEAR_EMOJI = _UNDO.where(_on_subject, _r.emoji == bindparam("p_emoji")).returning(_whose)
_OF_MEMBER = (
    select(reactions, accounts.c.member_id, accounts.c.bot)
    .join(accounts, accounts.c.id == _r.account_id)
    .where(_on_subject, accounts.c.member_id == bindparam("p_member"))
    .order_by(_r.at, _r.ref)
)
_AUTHOR = (
    select(accounts.c.member_id)
    .join(comments, comments.c.account_id == accounts.c.id)
    .where(comments.c.id == bindparam("p_id"))
)

_v = votes.c
_voted = (_v.subject_kind == _kind) & (_v.subject_id == _subject)
_vote = insert(votes)
_VOTE = _vote.on_conflict_do_update(
    index_elements=["subject_kind", "subject_id", "member_id"],
    set_={"vote": _vote.excluded.vote, "at": _vote.excluded.at, "void": _vote.excluded.void},
)
_UNVOTE = delete(votes).where(_voted, _v.member_id == bindparam("p_member"))
_COUNT = select(
    func.coalesce(func.sum(case((_v.vote == Vote.UP, 1), else_=0)), 0).label("up"),
    func.coalesce(func.sum(case((_v.vote == Vote.DOWN, 1), else_=0)), 0).label("down"),
).where(_voted, _v.void.is_(False))
_up, _down = bindparam("p_up", type_=Integer), bindparam("p_down", type_=Integer)
_TOTALS_OF_ARTICLE = update(discussions).where(discussions.c.id == bindparam("p_id")).values(up=_up, down=_down)
_TOTALS_OF_COMMENT = (
    update(comments).where(comments.c.id == bindparam("p_id")).values(up=_up, down=_down, score=bindparam("p_score"))
)


def _reaction_from(row: Row[Any]) -> Reaction:
    return Reaction(
        ref=Ref(row.ref),
        account_id=AccountId(row.account_id),
        member_id=MemberId(row.member_id),
        bot=row.bot,
        emoji=row.emoji,
        at=row.at,
        seen_at=row.seen_at,
        counted=row.counted,
        removed_at=row.removed_at,
        channel_id=None if row.channel_id is None else ChannelId(row.channel_id),
    )


class SqlReactions:
    """The part of `bot.ports.stores.Discussions` that is about reactions and votes."""

    def __init__(self, sql: Sql) -> None:
        self._sql = sql

    async def add_reaction(self, subject: Subject, reaction: Reaction) -> bool:
        added = await self._sql.value(
            _ADD,
            ref=reaction.ref,
            subject_kind=subject.kind,
            subject_id=subject.id,
            account_id=reaction.account_id,
            emoji=reaction.emoji,
            at=reaction.at,
            seen_at=reaction.seen_at,
            counted=reaction.counted,
            removed_at=reaction.removed_at,
            channel_id=reaction.channel_id,
        )
        return added is not None

    async def remove_reaction(self, ref: Ref, at: datetime) -> tuple[Subject, MemberId] | None:
        row = await self._sql.first(_REMOVE, p_ref=ref, p_at=at)
        if row is None:
            return None
        return Subject(kind=row.subject_kind, id=row.subject_id), MemberId(row.member_id)

    async def clear_reactions(self, subject: Subject, emoji: str | None, at: datetime) -> Sequence[MemberId]:
        values: dict[str, Any] = {"p_kind": subject.kind, "p_subject": subject.id, "p_at": at}
        if emoji is None:
            rows = await self._sql.all(_CLEAR, **values)
        else:
            rows = await self._sql.all(_CLEAR_EMOJI, **values, p_emoji=emoji)
        return sorted({MemberId(row.member_id) for row in rows})

    async def reactions(self, subject: Subject, member_id: MemberId) -> Sequence[Reaction]:
        rows = await self._sql.all(_OF_MEMBER, p_kind=subject.kind, p_subject=subject.id, p_member=member_id)
        return [_reaction_from(row) for row in rows]

    async def author_of(self, subject: Subject) -> MemberId | None:
        if subject.kind is SubjectKind.ARTICLE:
            return None
        author = await self._sql.value(_AUTHOR, p_id=subject.id)
        return None if author is None else MemberId(author)

    async def set_vote(self, subject: Subject, member_id: MemberId, cast: Cast | None, *, void: bool) -> None:
        if cast is None:
            await self._sql.run(_UNVOTE, p_kind=subject.kind, p_subject=subject.id, p_member=member_id)
        else:
            await self._sql.run(
                _VOTE,
                subject_kind=subject.kind,
                subject_id=subject.id,
                member_id=member_id,
                vote=cast.vote,
                at=cast.at,
                void=void,
            )

    async def count_votes(self, subject: Subject) -> Totals:
        row = await self._sql.first(_COUNT, p_kind=subject.kind, p_subject=subject.id)
        return Totals() if row is None else Totals(up=int(row.up), down=int(row.down))

    async def set_totals(self, subject: Subject, totals: Totals) -> None:
        if subject.kind is SubjectKind.ARTICLE:
            await self._sql.run(_TOTALS_OF_ARTICLE, p_id=subject.id, p_up=totals.up, p_down=totals.down)
        else:
            await self._sql.run(
                _TOTALS_OF_COMMENT, p_id=subject.id, p_up=totals.up, p_down=totals.down, p_score=totals.net
            )
