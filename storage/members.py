"""Accounts, the members behind them, and their standing in communities."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, bindparam, delete, exists, or_, select, update

from bot.domain.model import Account, AccountId, CommunityId, MemberId, Ref, Role, SubjectKind
from storage.schema.people import accounts, members, standings
from storage.schema.places import discussions
from storage.schema.talk import comments, votes
from storage.signins import SqlSignIns
from storage.sql import Sql, insert
from storage.standings import NOTHING_YET

_a = accounts.c
_own = accounts.alias("own")

_GET = select(accounts).where(_a.id == bindparam("p_id"))
_BY_REF = select(accounts).where(_a.ref == bindparam("p_ref"))
_MEMBER = insert(members).returning(members.c.id)
_NO_MEMBER = delete(members).where(members.c.id == bindparam("p_id"))
_ADD = insert(accounts).on_conflict_do_nothing().returning(_a.id)
_RENAME = update(accounts).where(_a.id == bindparam("p_id")).values(name=bindparam("p_name"), bot=bindparam("p_bot"))
_TAKEN = select(
    exists().where(
        (_a.ref == bindparam("p_ref"))
        | (
            (_a.community_id == bindparam("p_community"))
            & (_a.network == bindparam("p_network"))
            & (_a.name_key == bindparam("p_key"))
        )
    )
)
_REGISTERED = select(accounts).where(
    _a.community_id == bindparam("p_community"),
    _a.network == bindparam("p_network"),
    _a.name_key == bindparam("p_key"),
)
_ROLE = select(standings.c.role).where(
    standings.c.community_id == bindparam("p_community"), standings.c.member_id == bindparam("p_member")
)
# Accounts that are registered elsewhere are nobody's business here.
_ACCOUNTS = (
    select(accounts)
    .where(
        _a.member_id == bindparam("p_member"),
        or_(_a.community_id.is_(None), _a.community_id == bindparam("p_community")),
        or_(
            exists().where(
                standings.c.community_id == bindparam("p_community"), standings.c.member_id == bindparam("p_member")
            ),
            exists().where(_own.c.member_id == bindparam("p_member"), _own.c.community_id == bindparam("p_community")),
            exists().where(
                _own.c.member_id == bindparam("p_member"),
                comments.c.account_id == _own.c.id,
                discussions.c.id == comments.c.discussion_id,
                discussions.c.community_id == bindparam("p_community"),
            ),
            exists().where(
                votes.c.member_id == bindparam("p_member"),
                votes.c.subject_kind == SubjectKind.ARTICLE,
                discussions.c.id == votes.c.subject_id,
                discussions.c.community_id == bindparam("p_community"),
            ),
            exists().where(
                votes.c.member_id == bindparam("p_member"),
                votes.c.subject_kind == SubjectKind.COMMENT,
                comments.c.id == votes.c.subject_id,
                discussions.c.id == comments.c.discussion_id,
                discussions.c.community_id == bindparam("p_community"),
            ),
        ),
    )
    .order_by(_a.id)
)
_TAKING_PART = select(accounts).where(
    _a.bot.is_(False),
    or_(
        _a.community_id == bindparam("p_community"),
        exists().where(standings.c.member_id == _a.member_id, standings.c.community_id == bindparam("p_community")),
        _a.community_id.is_(None)
        & or_(
            exists().where(
                comments.c.account_id == _a.id,
                discussions.c.id == comments.c.discussion_id,
                discussions.c.community_id == bindparam("p_community"),
            ),
            exists().where(
                votes.c.member_id == _a.member_id,
                votes.c.subject_kind == SubjectKind.ARTICLE,
                discussions.c.id == votes.c.subject_id,
                discussions.c.community_id == bindparam("p_community"),
            ),
        ),
    ),
)
_grant = insert(standings)
_GRANT = _grant.on_conflict_do_update(
    index_elements=["community_id", "member_id"],
    set_={"role": _grant.excluded.role, "role_set": _grant.excluded.role_set},
)


def account_from(row: Row[Any]) -> Account:
    """A row of `accounts` as the domain's account."""
    return Account(
        id=AccountId(row.id),
        member_id=MemberId(row.member_id),
        network=row.network,
        ref=Ref(row.ref),
        name=row.name,
        bot=row.bot,
    )


def name_key(name: str) -> str:
    """The form in which names are compared, so that nobody can look like somebody else by case or width."""
    folded = unicodedata.normalize("NFKC", name).casefold()
    return " ".join(unicodedata.normalize("NFKC", folded).split())


class SqlMembers(SqlSignIns):
    """See `bot.ports.stores.Members`."""

    def __init__(self, sql: Sql) -> None:
        self._sql = sql

    async def seen(self, network: str, ref: Ref, name: str, *, bot: bool, now: datetime) -> Account:
        row = await self._sql.first(_BY_REF, p_ref=ref)
        if row is None:
            await self._add(network, ref, name, bot, None, now)
            row = await self._sql.first(_BY_REF, p_ref=ref)
            assert row is not None
        # A registered name is its owner's, not what somebody calls them.
        elif row.name_key is None and (row.name, row.bot) != (name, bot):
            await self._sql.run(_RENAME, p_id=row.id, p_name=name, p_bot=bot)
            row = await self._sql.first(_BY_REF, p_ref=ref)
            assert row is not None
        return account_from(row)

    async def account(self, account_id: AccountId) -> Account | None:
        row = await self._sql.first(_GET, p_id=account_id)
        return None if row is None else account_from(row)

    async def by_ref(self, ref: Ref) -> Account | None:
        row = await self._sql.first(_BY_REF, p_ref=ref)
        return None if row is None else account_from(row)

    async def named(self, community_id: CommunityId, beginning: str, limit: int) -> Sequence[Account]:
        wanted = beginning.casefold()
        rows = await self._sql.all(_TAKING_PART, p_community=community_id)
        found = sorted((row for row in rows if row.name.casefold().startswith(wanted)), key=lambda row: row.name)
        return [account_from(row) for row in found[:limit]]

    async def role(self, community_id: CommunityId, member_id: MemberId) -> Role:
        role = await self._sql.value(_ROLE, p_community=community_id, p_member=member_id)
        return Role.MEMBER if role is None else Role(role)

    async def accounts(self, community_id: CommunityId, member_id: MemberId) -> Sequence[Account]:
        rows = await self._sql.all(_ACCOUNTS, p_community=community_id, p_member=member_id)
        return [account_from(row) for row in rows]

    async def grant(self, community_id: CommunityId, member_id: MemberId, role: Role) -> None:
        await self._sql.run(
            _GRANT,
            **NOTHING_YET | {"community_id": community_id, "member_id": member_id, "role": role, "role_set": True},
        )

    async def revoke(self, community_id: CommunityId, member_id: MemberId) -> None:
        await self._sql.run(
            _GRANT, **NOTHING_YET | {"community_id": community_id, "member_id": member_id, "role": Role.MEMBER}
        )

    async def register(
        self,
        community_id: CommunityId,
        network: str,
        ref: Ref,
        name: str,
        *,
        now: datetime,
        member_id: MemberId | None = None,
    ) -> Account | None:
        taken = await self._sql.value(
            _TAKEN, p_ref=ref, p_community=community_id, p_network=network, p_key=name_key(name)
        )
        if taken:
            return None
        made = await self._add(network, ref, name, False, community_id, now, member_id)
        return None if made is None else await self.account(AccountId(made))

    async def registered(self, community_id: CommunityId, network: str, name: str) -> Account | None:
        row = await self._sql.first(_REGISTERED, p_community=community_id, p_network=network, p_key=name_key(name))
        return None if row is None else account_from(row)

    async def _add(
        self,
        network: str,
        ref: Ref,
        name: str,
        bot: bool,
        community_id: CommunityId | None,
        now: datetime,
        of_member: MemberId | None = None,
    ) -> int | None:
        member_id = await self._sql.value(_MEMBER, since=now) if of_member is None else of_member
        made: int | None = await self._sql.value(
            _ADD,
            member_id=member_id,
            network=network,
            ref=ref,
            name=name,
            bot=bot,
            community_id=community_id,
            name_key=None if community_id is None else name_key(name),
            since=now,
        )
        if made is None and of_member is None:  # another process was faster
            await self._sql.run(_NO_MEMBER, p_id=member_id)
        return made
