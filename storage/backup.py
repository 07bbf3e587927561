"""Backups that work while the bot runs, and that move a database from one engine to the other."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Select, TableClause, column, delete, insert, select, table, text, update
from sqlalchemy import Table as SchemaTable
from sqlalchemy.engine import URL
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine
from sqlalchemy.types import TypeDecorator

from bot.domain.orders import OutboxState
from bot.errors import SchemaError, StorageError
from storage.engine import is_sqlite, postgres_snapshots, sqlite_engine
from storage.instance import hold
from storage.migrate import connected as connected_to
from storage.migrate import head_revision, migrate, require, schema_state
from storage.portable import BackupReader, BackupWriter, Header
from storage.schema import metadata
from storage.schema.news import feeds
from storage.schema.search import DERIVED
from storage.schema.work import lanes, outbox, settings
from storage.sql import connected, translated
from storage.words import rebuild

AT_ONCE = 1_000  # rows
DOUBT = timedelta(days=1)


async def back_up(address: URL, target: Path) -> None:
    """Write all tables as they are at one moment to `target`, which is there whole or not at all."""
    engine = _reading(address)
    try:
        async with connected(engine) as connection:
            with _writing(target), BackupWriter(target, _header()) as file:
                for each in metadata.sorted_tables:
                    await _write_table(connection, each, file)
    finally:
        await engine.dispose()


def _reading(address: URL) -> AsyncEngine:
    if is_sqlite(address):
        return sqlite_engine(address, writes=False, connections=1, streams=True)
    return postgres_snapshots(address, connections=1, name="tribune, backing up")


def _header() -> Header:
    return Header(schema=head_revision(), at=datetime.now(UTC))


@contextmanager
def _writing(target: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise StorageError(f"the backup {target} cannot be written: {error.strerror}") from error


async def _write_table(connection: AsyncConnection, source: SchemaTable, file: BackupWriter) -> None:
    file.table(source.name, [each.name for each in source.columns])
    with translated():
        async with connection.stream(_all_of(source)) as rows:
            async for part in rows.partitions(AT_ONCE):
                # Packing is work for the processor: it must not stop the bot.
                await asyncio.to_thread(file.rows, part)


def _raw(source: SchemaTable) -> TableClause:
    """The table with the values that stand in it, not what the domain makes of them."""
    return table(source.name, *(column(each.name, _stored(each.type)) for each in source.columns))


def _stored(kind: Any) -> Any:
    return kind.impl if isinstance(kind, TypeDecorator) else kind


def _all_of(source: SchemaTable) -> Select[Any]:
    raw = _raw(source)
    return select(*raw.columns).order_by(*(raw.c[each.name] for each in source.primary_key))


async def restore(url: str, source: Path, *, now: datetime | None = None) -> None:
    """Replace everything in the database at `url` by what a backup holds, in one transaction.

    What was in flight then may have been done since: unfinished orders are in doubt, and so are those that are made
    within a day from now. Raises `DatabaseHeldError` where a Tribune runs on the database, `SchemaError` where the
    backup is of another version, `StorageError` where the file is no backup or not whole; then nothing has changed.
    """
    with BackupReader(source) as file:
        if file.header.schema != head_revision():
            raise SchemaError(
                f"the backup {source} has schema {file.header.schema}, this version works with {head_revision()}: "
                "restore it with the version that wrote it, then upgrade"
            )
        async with hold(url):
            await migrate(url)
            async with connected_to(url) as connection:
                await _replace(connection, file)
                await _doubt(connection, now or datetime.now(UTC))


async def rebuild_words(url: str) -> tuple[int, int]:
    """Make the words by which articles and comments are found anew; how many of each.

    Raises `DatabaseHeldError` where a Tribune runs on the database, `StorageError`, `SchemaError`.
    """
    async with hold(url):
        require(await schema_state(url))
        async with connected_to(url) as connection:
            return await rebuild(connection)


async def _replace(connection: AsyncConnection, file: BackupReader) -> None:
    for each in (*(table(name) for name in DERIVED), *reversed(metadata.sorted_tables)):
        await connection.execute(delete(each))
    parts = file.parts(AT_ONCE)
    while (part := await asyncio.to_thread(_next, parts)) is not None:
        name, columns, rows = part
        raw = _raw(metadata.tables[name])
        await connection.execute(insert(raw), [dict(zip(columns, row, strict=True)) for row in rows])
    if connection.dialect.name == "postgresql":
        await _advance_sequences(connection)
    await rebuild(connection)


def _next(parts: Iterator[Any]) -> Any:
    return next(parts, None)


async def _advance_sequences(connection: AsyncConnection) -> None:
    for each in metadata.sorted_tables:
        if "id" in each.c:
            # No id is given twice, not even one that was given after the backup was written.
            await connection.execute(
                text(
                    f"SELECT setval(s, greatest((SELECT coalesce(max(id), 1) FROM {each.name}), nextval(s)))"
                    f" FROM pg_get_serial_sequence('{each.name}', 'id') AS s"
                )
            )


async def _doubt(connection: AsyncConnection, now: datetime) -> None:
    unfinished = outbox.c.state.in_((OutboxState.PENDING, OutboxState.PARKED))
    await connection.execute(update(outbox).where(unfinished).values(in_doubt=True))
    await connection.execute(update(lanes).values(owner=None, until=None))
    await connection.execute(update(feeds).values(claimed_until=None))
    times = {"restored_at": now.isoformat(), "doubt_until": (now + DOUBT).isoformat()}
    await connection.execute(delete(settings).where(settings.c.key.in_(list(times))))
    await connection.execute(insert(settings), [{"key": key, "value": value} for key, value in times.items()])
