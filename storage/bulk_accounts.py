"""Accounts in bulk: a few statements for all who reacted in a batch."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Boolean, Text, bindparam, delete, select, true, update

from bot.domain.events import Who
from bot.domain.model import Account, AccountId, MemberId, Ref, network_of
from storage.rowsets import Reading, Rowset, passed
from storage.schema.columns import BigId, Moment
from storage.schema.people import accounts, members
from storage.sql import Sql, insert

_a = accounts.c
_TEXT, _BOOL = Text(), Boolean()

_refs = Rowset("refs", _TEXT)
_BY_REF = Reading(
    select(_a.ref, _a.id, _a.member_id, _a.network, _a.name, _a.bot, _a.name_key).select_from(
        _refs.rows.join(accounts, _a.ref == _refs[0])
    )
)
_now = bindparam("p_now", type_=Moment)
_MEMBERS = (
    insert(members).from_select(["since"], select(_now).select_from(_refs.rows).where(true())).returning(members.c.id)
)
_new = Rowset("new", BigId, _TEXT, _TEXT, _TEXT, _BOOL)
_ADD = (
    insert(accounts)
    .from_select(
        ["member_id", "network", "ref", "name", "bot", "since"],
        select(*(_new[place] for place in range(5)), _now).where(true()),
    )
    .on_conflict_do_nothing()
)
_made = Rowset("made", BigId)
_HOMELESS = delete(members).where(
    members.c.id.in_(select(_made[0])), ~select(_a.id).where(_a.member_id == members.c.id).exists()
)
_renamed = Rowset("renamed", BigId, _TEXT, _BOOL)
_RENAME = update(accounts).where(_a.id == _renamed[0]).values(name=_renamed[1], bot=_renamed[2])

_Known = Mapping[str, Sequence[Any]]


class SqlCrowd:
    """The part of `bot.ports.stores.Reactions` that is about accounts; `Members.seen` for many."""

    def __init__(self, sql: Sql) -> None:
        self._sql = sql

    async def accounts(self, people: Collection[Who], now: datetime) -> Mapping[Ref, Account]:
        latest = {who.ref: who for who in people}
        known = await self._known(latest)
        new = [who for ref, who in sorted(latest.items()) if ref not in known]
        renamed = [who for who in latest.values() if who.ref in known and _changed(known[who.ref], who)]
        if new:
            await self._add(new, now)
        if renamed:
            rows = [(known[who.ref][1], who.name, who.bot) for who in renamed]
            await self._sql.run(_RENAME, renamed=passed(rows))
        if new or renamed:
            known = await self._known(latest)
        return {Ref(ref): _account_from(row) for ref, row in known.items()}

    async def _known(self, refs: Collection[Ref]) -> _Known:
        return {row[0]: row for row in await _BY_REF.rows(self._sql, refs=passed((ref,) for ref in refs))}

    async def _add(self, new: Sequence[Who], now: datetime) -> None:
        made = await self._sql.all(_MEMBERS, refs=passed((who.ref,) for who in new), p_now=now)
        rows = [
            (member.id, network_of(who.ref), who.ref, who.name, who.bot) for member, who in zip(made, new, strict=True)
        ]
        if await self._sql.run(_ADD, new=passed(rows), p_now=now) < len(rows):  # another process was faster
            await self._sql.run(_HOMELESS, made=passed((member.id,) for member in made))


def _changed(row: Sequence[Any], who: Who) -> bool:
    """Whether an account is to be renamed; a registered name is its owner's, not what somebody calls them."""
    _, _, _, _, name, bot, name_key = row
    return name_key is None and (name, bot) != (who.name, who.bot)


def _account_from(row: Sequence[Any]) -> Account:
    ref, account_id, member_id, network, name, bot, _ = row
    return Account(
        id=AccountId(account_id), member_id=MemberId(member_id), network=network, ref=Ref(ref), name=name, bot=bot
    )
