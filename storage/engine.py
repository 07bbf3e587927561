"""Connections: how each engine is opened, and what makes it safe and quick."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

import aiosqlite
from sqlalchemy import event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from bot.errors import StorageError
from storage.sql import connected, translated

T = TypeVar("T")
BUSY_SECONDS = 60.0
VACUUM_PAGES = 2_000

_ALWAYS = ("PRAGMA foreign_keys=ON", "PRAGMA temp_store=MEMORY")
# FULL syncs the log at every commit: what was said to be stored is on disk even when the machine loses power.
_WRITER = (
    "PRAGMA auto_vacuum=INCREMENTAL",
    "PRAGMA journal_mode=WAL",
    "PRAGMA synchronous=FULL",
    "PRAGMA journal_size_limit=67108864",
)
_READER = ("PRAGMA query_only=ON",)


def parsed(url: str) -> URL:
    """The address of a database, of one of the two kinds that work."""
    try:
        address = make_url(url)
    except ArgumentError as error:
        raise StorageError(f"not the address of a database: {url!r}") from error
    if address.drivername == "sqlite+aiosqlite" and address.database not in (None, "", ":memory:"):
        return address
    if address.drivername == "postgresql+asyncpg":
        return address
    raise StorageError(
        f"this database cannot be used: {address.render_as_string()}; it has to be sqlite+aiosqlite:///PATH "
        "or postgresql+asyncpg://USER:PASSWORD@HOST/NAME"
    )


def is_sqlite(url: URL) -> bool:
    return url.get_backend_name() == "sqlite"


def sqlite_path(url: URL) -> Path:
    """The file of an SQLite database."""
    return Path(str(url.database))


class _Cursor:
    """A cursor that reads its rows in the thread that runs its statement.

    aiosqlite crosses to its thread and back for each of open, execute, fetch and close; one crossing for all of
    them makes a statement three times as fast.
    """

    arraysize = 1

    def __init__(self, connection: _Connection) -> None:
        self._connection = connection
        self._rows: list[Any] = []
        self.description: Any = None
        self.rowcount = -1
        self.lastrowid: int | None = None

    async def __aenter__(self) -> _Cursor:
        return self

    def _take(self, cursor: sqlite3.Cursor) -> None:
        self.description = cursor.description
        self._rows = cursor.fetchall() if cursor.description else []
        self.rowcount = cursor.rowcount
        self.lastrowid = cursor.lastrowid
        cursor.close()

    def _execute(self, connection: sqlite3.Connection, statement: str, values: Sequence[Any]) -> None:
        self._take(connection.execute(statement, values))

    def _executemany(self, connection: sqlite3.Connection, statement: str, rows: Iterable[Sequence[Any]]) -> None:
        self._take(connection.executemany(statement, rows))

    async def execute(self, statement: str, values: Sequence[Any] = ()) -> None:
        await self._connection.in_thread(self._execute, statement, values)

    async def executemany(self, statement: str, rows: Iterable[Sequence[Any]]) -> None:
        await self._connection.in_thread(self._executemany, statement, rows)

    async def fetchall(self) -> list[Any]:
        return self._rows

    async def close(self) -> None:
        self._rows = []


class _Connection(aiosqlite.Connection):
    def cursor(self) -> Any:
        return _Cursor(self)

    async def in_thread(self, work: Callable[..., T], *values: Any) -> T:
        """Run `work(connection, *values)` in the connection's thread."""
        return await self._execute(lambda: work(self._conn, *values))  # type: ignore[no-any-return, no-untyped-call]

    def ahead_in_thread(self, work: Callable[..., T], *values: Any) -> asyncio.Future[T]:
        """Have `work(connection, *values)` run in the connection's thread before all that is asked of it later."""
        ended = asyncio.get_running_loop().create_future()
        self._tx.put_nowait((ended, lambda: work(self._conn, *values)))
        return ended


def _connection(path: str, **options: Any) -> _Connection:
    return _Connection(partial(sqlite3.connect, path, **options), iter_chunk_size=64)


def _pragmas(statements: Sequence[str]) -> Callable[[Any, Any], None]:
    def prepare(connection: Any, _record: Any) -> None:
        cursor = connection.cursor()
        for statement in statements:
            cursor.execute(statement)
        cursor.close()

    return prepare


def sqlite_engine(url: URL, *, writes: bool, connections: int, streams: bool = False) -> AsyncEngine:
    """An engine for an SQLite file, whose transactions begin as IMMEDIATE where it writes.

    One that `streams` reads long results piece by piece, slower for short ones.
    """
    sqlite_path(url).parent.mkdir(parents=True, exist_ok=True)
    engine = create_async_engine(
        url,
        pool_size=connections,
        max_overflow=0,
        pool_timeout=BUSY_SECONDS,
        connect_args={
            **({} if streams else {"async_creator_fn": _connection}),
            "isolation_level": None,  # the driver begins nothing by itself
            "timeout": BUSY_SECONDS,
            "check_same_thread": False,
            "cached_statements": 512,
        },
    )
    event.listen(engine.sync_engine, "connect", _pragmas((*(_WRITER if writes else _READER), *_ALWAYS)))
    begin = "BEGIN IMMEDIATE" if writes else "BEGIN"
    event.listen(engine.sync_engine, "begin", partial(_begin, begin))
    return engine


def _begin(statement: str, connection: Any) -> None:
    """What was begun past SQLAlchemy goes on."""
    if not connection.connection.driver_connection.in_transaction:
        connection.exec_driver_sql(statement)


def postgres_engine(url: URL, *, connections: int, name: str) -> AsyncEngine:
    """An engine for PostgreSQL whose sessions carry `name`, so that the server's lists say whose they are."""
    return create_async_engine(
        url,
        pool_size=connections,
        max_overflow=0,
        pool_pre_ping=True,
        # To compile a statement pays off after seconds; ours take milliseconds.
        connect_args={"server_settings": {"application_name": name, "jit": "off"}},
    )


def postgres_snapshots(url: URL, *, connections: int, name: str) -> AsyncEngine:
    """An engine whose transactions see one state of a PostgreSQL database and write nothing."""
    engine = postgres_engine(url, connections=connections, name=name)
    return engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)


async def tidy(url: URL) -> None:
    """Give the pages that SQLite freed back to the file system, and let it look at its statistics.

    PostgreSQL does both by itself.
    """
    engine = sqlite_engine(url, writes=True, connections=1)
    try:
        async with connected(engine) as connection:
            driver: Any = (await connection.get_raw_connection()).driver_connection
            with translated():
                while await driver.in_thread(_vacuum_some):
                    pass
                await driver.in_thread(lambda c: c.execute("PRAGMA optimize").fetchall())
    finally:
        await engine.dispose()


def _vacuum_some(connection: sqlite3.Connection) -> bool:
    """Free some pages, few enough for writers to wait; whether there are more."""
    connection.execute(f"PRAGMA incremental_vacuum({VACUUM_PAGES})").fetchall()
    return int(connection.execute("PRAGMA freelist_count").fetchone()[0]) > 0
