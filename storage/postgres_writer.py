"""Writing to PostgreSQL: a transaction for each work, from a pool; tells others, and hears them."""

from __future__ import annotations

import asyncio
import random
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, TypeVar

from sqlalchemy import text
from sqlalchemy.engine import URL
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.errors import StorageError
from storage.engine import postgres_engine
from storage.sql import connected, translated
from storage.tx import SqlTx
from storage.writing import Work

T = TypeVar("T")

CHANNEL = "tribune_writes"
TRIES = 8
# Serialization failure and deadlock: another try may well succeed.
_AGAIN = frozenset({"40001", "40P01"})
_RECONNECT_SECONDS = 1.0
_NOTIFY = text("SELECT pg_notify(:channel, :writer)")


class PostgresWriter:
    """See `storage.writing.Writer`."""

    def __init__(self, engine: AsyncEngine, address: URL) -> None:
        self._engine = engine
        self._address = address
        self._name = secrets.token_hex(8)
        self._closed = False
        self._running = 0
        self._idle = asyncio.Event()

    async def write(self, work: Work[T]) -> T:
        """Run `work` in a transaction of its own, again where others got in its way."""
        if self._closed:
            raise StorageError("the database has been closed")
        self._running += 1
        try:
            return await self._repeatedly(work)
        finally:
            self._running -= 1
            if not self._running:
                self._idle.set()

    async def _repeatedly(self, work: Work[T]) -> T:
        for attempt in range(1, TRIES):
            try:
                return await self._once(work)
            except StorageError as error:
                if not _may_be_tried_again(error):
                    raise
            await asyncio.sleep(random.uniform(0, 0.01 * 2**attempt))
        return await self._once(work)

    async def _once(self, work: Work[T]) -> T:
        async with connected(self._engine) as connection:
            result = await work(SqlTx(connection))
            with translated():
                await connection.execute(_NOTIFY, {"channel": CHANNEL, "writer": self._name})
                await connection.commit()
        return result

    async def foreign_writes(self) -> AsyncIterator[None]:
        engine = postgres_engine(self._address, connections=1, name="tribune, listening")
        heard = asyncio.Event()
        try:
            while not self._closed:
                try:
                    async with self._listening(engine, heard) as lost:
                        while not lost.is_set():
                            await heard.wait()
                            heard.clear()
                            yield  # also after a lost connection: something may have been said meanwhile
                except StorageError:  # the server is away, which every other work will say
                    await asyncio.sleep(_RECONNECT_SECONDS)
        finally:
            await engine.dispose()

    @asynccontextmanager
    async def _listening(self, engine: AsyncEngine, heard: asyncio.Event) -> AsyncIterator[asyncio.Event]:
        lost = asyncio.Event()

        def listen(_connection: object, _pid: int, _channel: str, writer: object) -> None:
            if writer != self._name:
                heard.set()

        def end(_connection: object) -> None:
            lost.set()
            heard.set()

        async with connected(engine) as connection:
            driver: Any = (await connection.get_raw_connection()).driver_connection
            driver.add_termination_listener(end)
            with translated():
                await connection.commit()
                await driver.add_listener(CHANNEL, listen)
            try:
                yield lost
            finally:
                await connection.invalidate()  # not given back: it listens

    async def close(self) -> None:
        self._closed = True
        while self._running:
            self._idle.clear()
            await self._idle.wait()


def _may_be_tried_again(error: StorageError) -> bool:
    cause = error.__cause__
    return isinstance(cause, DBAPIError) and getattr(cause.orig, "sqlstate", None) in _AGAIN
