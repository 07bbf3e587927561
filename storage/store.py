"""The store: one database, its readers and its writer."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TypeVar

from sqlalchemy.engine import URL
from sqlalchemy.ext.asyncio import AsyncEngine

from storage.board import SqlBoard
from storage.engine import parsed, sqlite_engine
from storage.pages import SqlPages
from storage.sql import translated
from storage.sqlite_writer import SqliteWriter
from storage.tx import SqlTx
from storage.writing import Work, Writer

T = TypeVar("T")


class SqlStore:
    """See `bot.ports.stores.Store`; `pages` reads for the page, `board` keeps what is said there."""

    def __init__(self, url: URL, readers: AsyncEngine, writing: AsyncEngine, writer: Writer) -> None:
        self._url = url
        self._readers = readers
        self._writing = writing
        self._writer = writer
        self.pages = SqlPages(self.read)
        self.board = SqlBoard(self)

    async def write(self, work: Work[T]) -> T:
        return await self._writer.write(work)

    @asynccontextmanager
    async def read(self) -> AsyncIterator[SqlTx]:
        with translated():
            connection = await self._readers.connect()
        try:
            yield SqlTx(connection)
        finally:
            await connection.close()

    def foreign_writes(self) -> AsyncIterator[None]:
        return self._writer.foreign_writes()

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
    writing = sqlite_engine(address, writes=True, connections=1)
    writer = await SqliteWriter.start(writing, gather)
    readers = sqlite_engine(address, writes=False, connections=connections)
    return SqlStore(address, readers, writing, writer)
