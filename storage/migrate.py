"""The schema in the database, and how it becomes the one this version works with."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from enum import StrEnum
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.errors import SchemaError
from storage.engine import is_sqlite, parsed, postgres_engine, sqlite_engine, sqlite_path
from storage.sql import translated

_SCRIPTS = Path(__file__).with_name("migrations")


class SchemaState(StrEnum):
    """How the schema in a database stands to the one of this version."""

    NONE = "none"  # nothing there yet
    BEHIND = "behind"
    CURRENT = "current"
    AHEAD = "ahead"  # made by a newer version


def _config(connection: Connection | None = None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(_SCRIPTS).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config


def head_revision() -> str:
    """The revision of the schema that this version works with."""
    return str(ScriptDirectory.from_config(_config()).get_current_head())


def state_of(connection: Connection) -> SchemaState:
    """How the schema behind a connection stands."""
    found = MigrationContext.configure(connection).get_current_heads()
    if not found:
        return SchemaState.NONE
    scripts = ScriptDirectory.from_config(_config())
    if found == (scripts.get_current_head(),):
        return SchemaState.CURRENT
    known = {script.revision for script in scripts.walk_revisions()}
    return SchemaState.BEHIND if set(found) <= known else SchemaState.AHEAD


def require(state: SchemaState) -> None:
    """Raise a `SchemaError` that names the remedy unless the schema is current."""
    if state is SchemaState.AHEAD:
        raise SchemaError(
            "the database was made by a newer version of Tribune: install that version, or restore a backup"
        )
    if state is SchemaState.NONE:
        raise SchemaError("there is nothing in the database yet: start Tribune, or run `tribune db upgrade`")
    if state is not SchemaState.CURRENT:
        raise SchemaError("the schema of the database is older than this version: run `tribune db upgrade`")


@asynccontextmanager
async def connected(url: str) -> AsyncIterator[AsyncConnection]:
    """A connection in a transaction that is committed at the end, whatever the schema."""
    address = parsed(url)
    if is_sqlite(address):
        engine = sqlite_engine(address, writes=True, connections=1)
    else:
        engine = postgres_engine(address, connections=1, name="tribune db")
    try:
        with translated():
            async with engine.begin() as connection:
                yield connection
    finally:
        await engine.dispose()


async def schema_state(url: str) -> SchemaState:
    """How the schema of the database at `url` stands; a file that is not there is not made.

    Raises `StorageError` where the database cannot be reached.
    """
    address = parsed(url)
    if is_sqlite(address) and not sqlite_path(address).exists():
        return SchemaState.NONE
    async with connected(url) as connection:
        return await connection.run_sync(state_of)


async def migrate(url: str) -> None:
    """Bring the schema up to this version, in one transaction; an SQLite file is made where there is none.

    Raises `SchemaError` where a newer version made it, `StorageError` where the database cannot be reached.
    """
    async with connected(url) as connection:
        if await connection.run_sync(state_of) is SchemaState.AHEAD:
            require(SchemaState.AHEAD)
        await connection.run_sync(lambda c: command.upgrade(_config(c), "head"))
