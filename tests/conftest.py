"""Databases for the tests: `postgres_url` and `sqlite_url` are fresh and migrated; `database_url` is each in turn."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from storage.migrate import migrate
from storage.store import SqlStore, open_store
from tests.servers.matrix.synapse import Synapse, running_synapse
from tests.servers.postgres import Postgres, running


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """A PostgreSQL server, started when the first test needs it."""
    with running() as server:
        yield server


@pytest.fixture
async def postgres_url(postgres: Postgres) -> AsyncIterator[str]:
    """A fresh database with today's schema."""
    url = await postgres.new()
    yield url
    await postgres.drop(url)


@pytest.fixture(scope="session")
def migrated_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An SQLite file with today's schema, to be copied."""
    path = tmp_path_factory.mktemp("migrated") / "tribune.db"
    asyncio.run(migrate(f"sqlite+aiosqlite:///{path}"))
    return path


@pytest.fixture
def sqlite_url(migrated_file: Path, tmp_path: Path) -> str:
    """A fresh SQLite file with today's schema."""
    path = tmp_path / "tribune.db"
    shutil.copy(migrated_file, path)
    return f"sqlite+aiosqlite:///{path}"


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    """A fresh database of each engine in turn, with today's schema."""
    return str(request.getfixturevalue("sqlite_url" if request.param == "sqlite" else "postgres_url"))


@pytest.fixture
async def store(database_url: str) -> AsyncIterator[SqlStore]:
    """An open store on each engine in turn."""
    opened = await open_store(database_url)
    yield opened
    await opened.close()


@pytest.fixture(scope="session")
def synapse() -> Iterator[Synapse]:
    """A homeserver, started when the first test needs it; each test registers people of its own."""
    with running_synapse() as server:
        yield server
