"""One Tribune for a database: who runs holds it, and a second is told who that is."""

from __future__ import annotations

import asyncio
import fcntl
import json
import os
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import IO

from sqlalchemy import text
from sqlalchemy.engine import URL
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.errors import DatabaseHeldError, StorageError
from storage.engine import is_sqlite, parsed, postgres_engine, sqlite_path
from storage.sql import connected, translated

# "tribune" in ASCII. Advisory locks belong to one database, so that the number needs to differ from nobody else's.
_LOCK = 0x74726962756E65
_TRY = text("SELECT pg_try_advisory_lock(:lock)").bindparams(lock=_LOCK)
_HOLDER = text(
    "SELECT a.application_name, a.client_addr::text, a.backend_start"
    " FROM pg_locks l JOIN pg_stat_activity a ON a.pid = l.pid"
    " WHERE l.locktype = 'advisory' AND l.granted AND l.classid = :high AND l.objid = :low AND l.objsubid = 1"
    " AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())"
).bindparams(high=_LOCK >> 32, low=_LOCK & 0xFFFFFFFF)


@asynccontextmanager
async def hold(url: str) -> AsyncIterator[None]:
    """Hold the database at `url` while the block runs; the hold ends with the process, however that ends.

    Raises `DatabaseHeldError` with the holder's process, machine and time where somebody holds it, `StorageError`
    where the database cannot be reached.
    """
    address = parsed(url)
    if is_sqlite(address):
        with _file_held(sqlite_path(address)):
            yield
    else:
        async with _lock_held(address):
            yield


def lock_path(database: Path) -> Path:
    """The file beside an SQLite database that is locked while a Tribune runs on it."""
    return database.with_name(database.name + ".lock")


@contextmanager
def _file_held(database: Path) -> Iterator[None]:
    path = lock_path(database)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        file = path.open("a+", encoding="utf-8")
    except OSError as error:
        raise StorageError(f"the lock file {path} cannot be written: {error.strerror}") from error
    with file:
        _lock_file(file)
        # The file stays: to remove it would let two processes lock two files of one name.
        yield


def _lock_file(file: IO[str]) -> None:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        file.seek(0)
        raise DatabaseHeldError(_told(file.read())) from error
    file.truncate(0)
    file.write(json.dumps({"pid": os.getpid(), "host": socket.gethostname(), "since": _now()}))
    file.flush()


def _told(written: str) -> str:
    try:
        holder = json.loads(written)
        return (
            f"Tribune is running on this database: process {holder['pid']} on {holder['host']}, since {holder['since']}"
        )
    except (ValueError, KeyError, TypeError):  # it was locked a moment ago, and nothing is written yet
        return "Tribune is running on this database: it has only just started"


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")


@asynccontextmanager
async def _lock_held(address: URL) -> AsyncIterator[None]:
    name = f"tribune, process {os.getpid()} on {socket.gethostname()}"[:63]
    engine = postgres_engine(address, connections=1, name=name)
    try:
        async with connected(engine) as connection:
            await _lock_database(connection)
            async with _watched(connection):
                yield
    finally:
        await engine.dispose()


@asynccontextmanager
async def _watched(connection: AsyncConnection) -> AsyncIterator[None]:
    """The lock ends with its connection, and somebody else may hold it then: the block is broken off."""
    owner, lost = asyncio.current_task(), False
    driver = (await connection.get_raw_connection()).driver_connection
    assert driver is not None

    def end(_: object) -> None:
        nonlocal lost
        lost = True
        if owner is not None:
            owner.cancel()

    driver.add_termination_listener(end)
    try:
        yield
    except asyncio.CancelledError as error:
        if not lost or owner is None:
            raise
        owner.uncancel()
        raise StorageError("the connection by which this process held the database was lost: start it again") from error
    finally:
        if not lost:
            driver.remove_termination_listener(end)


async def _lock_database(connection: AsyncConnection) -> None:
    with translated():
        if (await connection.execute(_TRY)).scalar_one():
            await connection.commit()  # a session's lock outlives its transaction, which must not stay open
            return
        holder = (await connection.execute(_HOLDER)).first()
    if holder is None:
        raise DatabaseHeldError("Tribune was running on this database a moment ago: try again")
    name, machine, since = holder
    begun = since.astimezone(UTC).isoformat(timespec="seconds")
    where = f" ({machine})" if machine else ""
    raise DatabaseHeldError(
        f"Tribune is running on this database: {name.removeprefix('tribune, ')}{where}, since {begun}"
    )
