"""Forgetting a member: what tells of somebody goes, what counts stays with a nameless one."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Text, bindparam, delete, exists, func, select, union, update

from bot.domain.model import (
    FORGOTTEN,
    Account,
    AccountId,
    CommunityId,
    DiscussionId,
    MemberId,
    Ref,
    Role,
    SubjectKind,
)
from bot.ports.stores.people import Erased
from storage.gone import SqlGone
from storage.members import account_from
from storage.personal import TRACES, Fate, column_of, names_member
from storage.rowsets import Rowset, passed
from storage.schema.columns import BigId
from storage.schema.people import accounts, members, standings
from storage.schema.places import communities, discussions
from storage.schema.talk import comments, reactions, votes
from storage.sql import COUNTING, insert
from storage.unsaying import OWN, SqlUnsaying
from storage.words import SqlWords

_a, _d = accounts.c, discussions.c
_member = bindparam("p_member", type_=BigId)
_ACCOUNTS = select(accounts).where(_a.member_id == _member).order_by(_a.id)
_commented_in = select(comments.c.discussion_id).where(comments.c.account_id.in_(OWN))
_voted_on = select(votes.c.subject_id).where(votes.c.member_id == _member, votes.c.subject_kind == SubjectKind.ARTICLE)
_TOUCHED = (
    select(_d.community_id, _d.id).where(_d.id.in_(union(_commented_in, _voted_on))).order_by(_d.community_id, _d.id)
)
_STANDS_IN = select(standings.c.community_id).where(standings.c.member_id == _member)
_COMMENTS = select(func.count()).select_from(comments).where(comments.c.account_id.in_(OWN))
_VOTES = select(func.count()).select_from(votes).where(votes.c.member_id == _member)
_REACTIONS = select(reactions.c.ref).where(reactions.c.account_id.in_(OWN))

_swapped = Rowset("swapped", Text(), Text())
_STAND_IN = update(reactions).where(reactions.c.ref == _swapped[0]).values(ref=_swapped[1])
_old, _new = bindparam("p_old", type_=BigId), bindparam("p_new", type_=BigId)
_STAYING = [column_of(place) for place, trace in TRACES.items() if trace.fate is Fate.STAYS]
_HAND_OVER = {
    member: [
        update(each.table).where(each == _old).values({each: _new}) for each in _STAYING if names_member(each) is member
    ]
    for member in (True, False)
}
_NEW_MEMBER = insert(members).returning(members.c.id)
_NEW_ACCOUNT = insert(accounts).returning(_a.id)
_admin = standings.c.role.in_((Role.ADMIN, Role.OPERATOR))
_other = standings.alias("other")
_ONLY_ADMIN = (
    select(communities.c.name)
    .join(standings, standings.c.community_id == communities.c.id)
    .where(
        standings.c.member_id == _member,
        _admin,
        ~exists().where(
            _other.c.community_id == communities.c.id,
            _other.c.member_id != _member,
            _other.c.role.in_((Role.ADMIN, Role.OPERATOR)),
        ),
    )
    .order_by(communities.c.id)
)
# With them goes, by foreign keys, whatever stands under `Fate.GOES`.
_NO_ACCOUNTS = delete(accounts).where(_a.member_id == _member)
_NO_MEMBER = delete(members).where(members.c.id == _member)


class SqlForgetting(SqlGone, SqlUnsaying):
    """The part of `bot.ports.stores.People` that is about forgetting."""

    async def erase(self, member_id: MemberId, pseudonym: str, now: datetime) -> Erased:
        await self._sql.alone(COUNTING)  # nobody counts anything of theirs until they are gone
        theirs = [account_from(row) for row in await self._sql.all(_ACCOUNTS, p_member=member_id)]
        left = await self._nobody(pseudonym, now)
        erased = await self._measured(member_id, left)
        await self._unsay(member_id, theirs, left, now)
        await self._sanctions_stay(member_id, left.member_id)
        await self._hand_over(member_id, theirs, left)
        await self._known_as_gone(theirs, left.id, now)
        await self._sql.run(_NO_ACCOUNTS, p_member=member_id)
        await self._sql.run(_NO_MEMBER, p_member=member_id)
        await SqlWords(self._sql).scrub()
        return erased

    async def only_admin_of(self, member_id: MemberId) -> Sequence[str]:
        return [row.name for row in await self._sql.all(_ONLY_ADMIN, p_member=member_id)]

    async def _nobody(self, pseudonym: str, now: datetime) -> Account:
        """A member with an account that is on no network."""
        member_id = MemberId(await self._sql.value(_NEW_MEMBER, since=now))
        ref = Ref(f"{FORGOTTEN}:account/{pseudonym}")
        account_id = await self._sql.value(
            _NEW_ACCOUNT, member_id=member_id, network=FORGOTTEN, ref=ref, name=pseudonym, bot=False, since=now
        )
        return Account(id=AccountId(account_id), member_id=member_id, network=FORGOTTEN, ref=ref, name=pseudonym)

    async def _measured(self, member_id: MemberId, left: Account) -> Erased:
        rows = await self._sql.all(_TOUCHED, p_member=member_id)
        touched = [(CommunityId(row.community_id), DiscussionId(row.id)) for row in rows]
        stood = [CommunityId(row.community_id) for row in await self._sql.all(_STANDS_IN, p_member=member_id)]
        return Erased(
            pseudonym=left,
            touched=tuple(touched),
            communities=tuple(sorted({*stood, *(community_id for community_id, _ in touched)})),
            comments=await self._sql.value(_COMMENTS, p_member=member_id),
            votes=await self._sql.value(_VOTES, p_member=member_id),
        )

    async def _hand_over(self, member_id: MemberId, theirs: Sequence[Account], left: Account) -> None:
        """What counts is the pseudonym's now."""
        refs = [Ref(row.ref) for row in await self._sql.all(_REACTIONS, p_member=member_id)]
        if refs:
            await self._sql.run(_STAND_IN, swapped=passed((await self.stand_ins(refs)).items()))
        for statement in _HAND_OVER[True]:
            await self._sql.run(statement, p_old=member_id, p_new=left.member_id)
        for account in theirs:
            for statement in _HAND_OVER[False]:
                await self._sql.run(statement, p_old=account.id, p_new=left.id)
