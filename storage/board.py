"""Where the page keeps what the bot says there."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager
from datetime import datetime
from typing import Protocol, TypeVar

from sqlalchemy import bindparam, delete, select, update

from bot.domain.model import Ref
from storage.schema.work import page_messages
from storage.sql import insert
from storage.tx import SqlTx
from storage.writing import Work

T = TypeVar("T")

_PUT = insert(page_messages).on_conflict_do_nothing(index_elements=["ref"])
_FIND = (
    select(page_messages.c.ref)
    .where(page_messages.c.place == bindparam("p_place"), page_messages.c.marker == bindparam("p_marker"))
    .order_by(page_messages.c.at, page_messages.c.id)
)
_READ = (
    update(page_messages)
    .where(page_messages.c.place == bindparam("p_place"), page_messages.c.read_at.is_(None))
    .values(read_at=bindparam("p_now"))
)
_REMOVE = delete(page_messages).where(page_messages.c.ref == bindparam("p_ref"))


class Transactions(Protocol):
    """What the board needs of the store."""

    async def write(self, work: Work[T]) -> T: ...

    def read(self) -> AbstractAsyncContextManager[SqlTx]: ...


class SqlBoard:
    """See `bot.ports.pages.PageBoard`."""

    def __init__(self, store: Transactions) -> None:
        self._store = store

    async def put(self, ref: Ref, place: Ref, html: str, marker: str, at: datetime) -> None:
        async def work(tx: SqlTx) -> None:
            await tx.sql.run(_PUT, ref=ref, place=place, html=html, marker=marker, at=at)

        await self._store.write(work)

    async def find(self, place: Ref, marker: str) -> Sequence[Ref]:
        async with self._store.read() as tx:
            return [Ref(row.ref) for row in await tx.sql.all(_FIND, p_place=place, p_marker=marker)]

    async def remove(self, ref: Ref) -> None:
        async def work(tx: SqlTx) -> None:
            await tx.sql.run(_REMOVE, p_ref=ref)

        await self._store.write(work)


class SqlInbox:
    """See `bot.ports.moderation.Inbox`: what is said to an account stands in the place that its reference names."""

    def __init__(self, store: Transactions) -> None:
        self._store = store

    async def read(self, account: Ref, now: datetime) -> None:
        async def work(tx: SqlTx) -> None:
            await tx.sql.run(_READ, p_place=account, p_now=now)

        await self._store.write(work)
