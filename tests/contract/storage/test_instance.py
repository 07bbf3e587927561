"""One Tribune for a database."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import sys

import asyncpg
import pytest

from bot.errors import DatabaseHeldError, StorageError
from storage.instance import hold

_HOLDER = """
import asyncio, sys
from storage.instance import hold

async def main():
    async with hold(sys.argv[1]):
        print("held", flush=True)
        await asyncio.sleep(60)

asyncio.run(main())
"""


async def test_a_second_one_is_told_who_holds_it(database_url: str) -> None:
    async with hold(database_url):
        with pytest.raises(DatabaseHeldError) as told:
            async with hold(database_url):
                pass
    assert f"process {os.getpid()} on {socket.gethostname()}" in str(told.value)
    assert ", since 20" in str(told.value)
    async with hold(database_url):
        pass


async def test_the_hold_ends_when_its_process_is_killed(database_url: str) -> None:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", _HOLDER, database_url, stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout is not None
    assert await process.stdout.readline() == b"held\n"
    with pytest.raises(DatabaseHeldError, match=f"process {process.pid} "):
        async with hold(database_url):
            pass
    process.send_signal(signal.SIGKILL)
    await process.wait()
    async with asyncio.timeout(5):
        while True:
            try:
                async with hold(database_url):
                    return
            except DatabaseHeldError:
                await asyncio.sleep(0.05)  # the server notices the lost connection in a moment


async def test_an_error_inside_comes_out_and_ends_the_hold(database_url: str) -> None:
    with pytest.raises(LookupError):
        async with hold(database_url):
            raise LookupError
    async with hold(database_url):
        pass


async def test_a_server_that_is_not_there() -> None:
    with pytest.raises(StorageError):
        async with hold("postgresql+asyncpg://nobody@127.0.0.1:1/nothing"):
            pass


_END_THE_HOLDER = """
SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory'
AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
"""


async def test_who_loses_the_connection_that_holds_the_database_is_broken_off(postgres_url: str) -> None:
    other = await asyncpg.connect(postgres_url.replace("+asyncpg", ""))

    async def hold_until_broken_off() -> None:
        async with hold(postgres_url):
            await other.execute(_END_THE_HOLDER)
            await asyncio.sleep(10)

    with pytest.raises(StorageError, match="connection"):
        await hold_until_broken_off()
    await other.close()
    async with hold(postgres_url):
        pass
