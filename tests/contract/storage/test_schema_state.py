"""How a database's schema stands, and what is said about it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import text

from bot.errors import SchemaError, StorageError
from storage.migrate import SchemaState, connected, migrate, schema_state
from storage.store import open_store
from tests.servers.postgres import Postgres


@pytest.fixture(params=["sqlite", "postgresql"])
async def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[str]:
    if request.param == "sqlite":
        yield f"sqlite+aiosqlite:///{tmp_path}/new/folder/tribune.db"
    else:
        server: Postgres = request.getfixturevalue("postgres")
        url = await server.new(empty=True)
        yield url
        await server.drop(url)


async def test_from_nothing_to_current(empty_url: str, tmp_path: Path) -> None:
    assert await schema_state(empty_url) is SchemaState.NONE
    assert not (tmp_path / "new").exists(), "to look makes nothing"
    with pytest.raises(SchemaError, match="tribune db upgrade"):
        await open_store(empty_url)
    await migrate(empty_url)
    assert await schema_state(empty_url) is SchemaState.CURRENT
    await (await open_store(empty_url)).close()


async def test_a_newer_schema_is_refused(database_url: str) -> None:
    async with connected(database_url) as connection:
        await connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    assert await schema_state(database_url) is SchemaState.AHEAD
    with pytest.raises(SchemaError, match="newer version"):
        await open_store(database_url)
    with pytest.raises(SchemaError, match="newer version"):
        await migrate(database_url)


@pytest.mark.parametrize(
    "url",
    [
        "mysql://here/there",
        "sqlite+aiosqlite://",
        "sqlite+aiosqlite:///:memory:",
        "sqlite:///plain.db",
        "postgresql://u@h/d",
        "nonsense",
        "",
    ],
)
async def test_other_databases_are_refused(url: str) -> None:
    with pytest.raises(StorageError):
        await open_store(url)


async def test_a_server_that_is_not_there() -> None:
    with pytest.raises(StorageError):
        await open_store("postgresql+asyncpg://nobody@127.0.0.1:1/nothing")


async def test_a_file_that_is_no_database(tmp_path: Path) -> None:
    path = tmp_path / "text.db"
    path.write_text("This is not a database. " * 100)
    with pytest.raises(StorageError):
        await open_store(f"sqlite+aiosqlite:///{path}")


async def test_a_password_is_not_in_the_message() -> None:
    with pytest.raises(StorageError) as told:
        await open_store("mysql://me:secret@here/there")
    assert "secret" not in str(told.value)
