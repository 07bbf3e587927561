"""Sign-in links and sessions of the page."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Row, and_, bindparam, delete, func, select, update

from bot.domain.model import Account, AccountId, CommunityId, MemberId, Ref, Role
from bot.ports.sessions import Session, SignInLink
from storage.page_standing import STANDING, standing_from
from storage.schema.people import accounts, sessions, signin_links, standings
from storage.schema.work import page_messages
from storage.sql import Sql, insert

_l = signin_links.c
_usable = (_l.token_hash == bindparam("p_hash")) & _l.used_at.is_(None) & (_l.expires_at > bindparam("p_now"))
_LINK_COLUMNS = (_l.community_id, _l.role, _l.name, _l.account_id)
_ADD_LINK = insert(signin_links)
_USE = update(signin_links).where(_usable).values(used_at=bindparam("p_now")).returning(*_LINK_COLUMNS)
_PEEK = select(*_LINK_COLUMNS).where(_usable)

_UNREAD = (
    select(func.count())
    .select_from(page_messages)
    .where(page_messages.c.place == accounts.c.ref, page_messages.c.read_at.is_(None))
    .correlate(accounts)
    .scalar_subquery()
)
_ADD_SESSION = insert(sessions)
_SESSION = (
    select(
        accounts,
        sessions.c.community_id.label("session_community"),
        *STANDING,
        _UNREAD.label("unread"),
    )
    .join(sessions, sessions.c.account_id == accounts.c.id)
    .outerjoin(
        standings,
        and_(
            standings.c.community_id == sessions.c.community_id,
            standings.c.member_id == accounts.c.member_id,
        ),
    )
    .where(sessions.c.session_hash == bindparam("p_hash"), sessions.c.expires_at > bindparam("p_now"))
)
_END = delete(sessions).where(sessions.c.session_hash == bindparam("p_hash"))


def _link_from(row: Row[Any]) -> SignInLink:
    return SignInLink(
        community_id=CommunityId(row.community_id),
        role=row.role,
        name=row.name,
        account_id=None if row.account_id is None else AccountId(row.account_id),
    )


class SqlSignIns:
    """The part of `bot.ports.stores.Members` that is about links and sessions."""

    def __init__(self, sql: Sql) -> None:
        self._sql = sql

    async def add_link(
        self,
        token_hash: bytes,
        *,
        community_id: CommunityId,
        role: Role,
        name: str | None,
        account_id: AccountId | None,
        expires_at: datetime,
        now: datetime,
    ) -> None:
        await self._sql.run(
            _ADD_LINK,
            token_hash=token_hash,
            community_id=community_id,
            role=role,
            name=name,
            account_id=account_id,
            expires_at=expires_at,
            created_at=now,
        )

    async def use_link(self, token_hash: bytes, now: datetime) -> SignInLink | None:
        row = await self._sql.first(_USE, p_hash=token_hash, p_now=now)
        return None if row is None else _link_from(row)

    async def peek_link(self, token_hash: bytes, now: datetime) -> SignInLink | None:
        row = await self._sql.first(_PEEK, p_hash=token_hash, p_now=now)
        return None if row is None else _link_from(row)

    async def add_session(
        self,
        session_hash: bytes,
        account_id: AccountId,
        *,
        community_id: CommunityId,
        expires_at: datetime,
        now: datetime,
    ) -> None:
        await self._sql.run(
            _ADD_SESSION,
            session_hash=session_hash,
            account_id=account_id,
            community_id=community_id,
            expires_at=expires_at,
            created_at=now,
        )

    async def session(self, session_hash: bytes, now: datetime) -> Session | None:
        row = await self._sql.first(_SESSION, p_hash=session_hash, p_now=now)
        if row is None:
            return None
        standing = standing_from(row)
        return Session(
            account=Account(
                id=AccountId(row.id),
                member_id=MemberId(row.member_id),
                network=row.network,
                ref=Ref(row.ref),
                name=row.name,
                bot=row.bot,
            ),
            community_id=CommunityId(row.session_community),
            role=standing.role,
            standing=standing,
            unread=row.unread,
        )

    async def end_session(self, session_hash: bytes) -> None:
        await self._sql.run(_END, p_hash=session_hash)
