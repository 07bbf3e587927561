"""Who was forgotten, known by a keyed hash alone, so that a later recount brings nobody back."""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Collection, Mapping
from datetime import datetime

from sqlalchemy import bindparam, select

from bot.domain.model import FORGOTTEN, Account, AccountId, MemberId, Ref
from bot.ports.stores.people import Gone
from storage.journal import SqlSettings
from storage.members import account_from
from storage.schema.columns import BigId
from storage.schema.people import accounts, forgotten, standings
from storage.sql import Sql, insert
from storage.standings import NOTHING_YET

SECRET = "forgotten-secret"

_known = insert(forgotten)
_KNOW = _known.on_conflict_do_update(
    index_elements=["hash"], set_={name: _known.excluded[name] for name in ("account_id", "at")}
)
_GONE = (
    select(forgotten.c.hash, forgotten.c.at, *accounts.columns)
    .join(accounts, accounts.c.id == forgotten.c.account_id)
    .where(forgotten.c.hash.in_(bindparam("hashes", expanding=True)))
)
_STANDS = select(standings).where(standings.c.member_id == bindparam("p_member", type_=BigId))
_SANCTION = insert(standings).on_conflict_do_nothing()


class SqlGone:
    """The part of `bot.ports.stores.People` that is about who was forgotten."""

    _sql: Sql

    async def gone(self, refs: Collection[Ref]) -> Mapping[Ref, Gone]:
        secret = await SqlSettings(self._sql).get(SECRET)
        if secret is None or not refs:  # nobody ever was
            return {}
        hashes = {_hash(secret, ref): ref for ref in refs}
        rows = await self._sql.all(_GONE, hashes=list(hashes))
        return {hashes[bytes(row.hash)]: Gone(pseudonym=account_from(row), at=_at(row)) for row in rows}

    async def stand_ins(self, reactions: Collection[Ref]) -> Mapping[Ref, Ref]:
        secret = await self._secret()
        return {ref: Ref(f"{FORGOTTEN}:reaction/{_hash(secret, ref).hex()}") for ref in reactions}

    async def back_again(self, gone: Gone, member_id: MemberId) -> None:
        await self._sanctions_stay(gone.pseudonym.member_id, member_id)

    async def _known_as_gone(self, theirs: Collection[Account], pseudonym: AccountId, now: datetime) -> None:
        secret = await self._secret()
        for each in theirs:
            await self._sql.run(_KNOW, hash=_hash(secret, each.ref), account_id=pseudonym, at=now)

    async def _sanctions_stay(self, was: MemberId, now_is: MemberId) -> None:
        """What moderators decided about somebody holds for who stands for them."""
        for row in await self._sql.all(_STANDS, p_member=was):
            if row.muted_until is not None or row.banned_at is not None or row.votes_void:
                held = {name: getattr(row, name) for name in ("muted_until", "banned_at", "votes_void")}
                whose = {"community_id": row.community_id, "member_id": now_is}
                await self._sql.run(_SANCTION, **NOTHING_YET | whose | held)

    async def _secret(self) -> str:
        """The key of the hashes; made when the first member is forgotten."""
        kept = SqlSettings(self._sql)
        known = await kept.get(SECRET)
        if known is None:
            known = secrets.token_hex(32)
            await kept.put(SECRET, known)
        return known


def _at(row: object) -> datetime:
    at: datetime = row.at  # type: ignore[attr-defined]
    return at


def _hash(secret: str, ref: Ref) -> bytes:
    return hmac.digest(bytes.fromhex(secret), ref.encode("utf-8", "surrogatepass"), "sha256")
