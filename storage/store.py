"""The store: one database, its readers and its writer."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path
from typing import TypeVar

from sqlalchemy.engine import URL
from sqlalchemy.ext.asyncio import AsyncEngine

from storage.backup import back_up
from storage.board import SqlBoard, SqlInbox
from storage.engine import is_sqlite, parsed, postgres_engine, postgres_snapshots, sqlite_engine, tidy
from storage.migrate import require, schema_state
from storage.moderation_pages import SqlOrder
from storage.news_pages import SqlNews
from storage.pages import SqlPages
from storage.postgres_writer import PostgresWriter
from storage.prune import prune
from storage.sql import connected
from storage.sqlite_writer import SqliteWriter
from storage.tx import SqlTx
from storage.writing import Work, Writer

T = TypeVar("T")


class SqlStore:
    """See `bot.ports.stores.Store`; `pages`, `order` and `news` read for the doors, `board` and `inbox` are its own."""

    def __init__(self, url: URL, readers: AsyncEngine, writing: AsyncEngine, writer: Writer) -> None:
        self._url = url
        self._readers = readers
        self._writing = writing
        self._writer = writer
        self.pages = SqlPages(self.read)
        self.order = SqlOrder(self.read)
        self.news = SqlNews(self.read)
        self.board = SqlBoard(self)
        self.inbox = SqlInbox(self)

    async def write(self, work: Work[T]) -> T:
        return await self._writer.write(work)

    @asynccontextmanager
    async def read(self) -> AsyncIterator[SqlTx]:
        async with connected(self._readers) as connection:
            yield SqlTx(connection)

    def foreign_writes(self) -> AsyncIterator[None]:
        return self._writer.foreign_writes()

    async def backup(self, target: Path) -> None:
        await back_up(self._url, target)

    async def prune(self, *, before: datetime, now: datetime) -> Mapping[str, int]:
        removed = await prune(self.write, before=before, now=now)
        if is_sqlite(self._url):
            await tidy(self._url)
        return removed

    async def close(self) -> None:
        await self._writer.close()
        await self._writing.dispose()
        await self._readers.dispose()


async def open_store(url: str, *, connections: int = 4, gather: float = 0.002) -> SqlStore:
    """Open the database at `url`, whose schema has to be current.

    `connections` read at once; works that come within `gather` seconds are committed together (SQLite).
    Raises `SchemaError` where the schema is another one, `StorageError` where there is no such database.
    """
    address = parsed(url)
    require(await schema_state(url))
    if is_sqlite(address):
        writing = sqlite_engine(address, writes=True, connections=1)
        readers = sqlite_engine(address, writes=False, connections=connections)
        return SqlStore(address, readers, writing, await SqliteWriter.start(writing, gather))
    writing = postgres_engine(address, connections=connections, name="tribune, writing")
    readers = postgres_snapshots(address, connections=connections, name="tribune, reading")
    return SqlStore(address, readers, writing, PostgresWriter(writing, address))
