"""Writing to SQLite: one connection, and works that come close together in one transaction.

A commit waits for the disk; a hundred works in one commit wait once. Each work but a group's first has a savepoint, so
that one that fails is undone alone.
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any, TypeVar

from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from bot.errors import StorageError
from storage.sql import translated
from storage.tx import SqlTx
from storage.writing import Work

T = TypeVar("T")

LOOK_EVERY = 0.25  # seconds between looks for what others have committed
MOST_SECONDS = 0.1  # a group is committed by then, so that nobody waits for those who came later


@dataclass(eq=False, slots=True)
class _Asked:
    work: Work[Any]
    answer: asyncio.Future[Any]
    result: Any = None


class SqliteWriter:
    """See `storage.writing.Writer`. `gather` is how long, in seconds, a group waits for more works."""

    def __init__(self, engine: AsyncEngine, connection: AsyncConnection, driver: Any, gather: float) -> None:
        self._engine = engine
        self._connection = connection
        self._driver = driver
        self._gather = gather
        self._queue: asyncio.Queue[_Asked | None] = asyncio.Queue()
        self._closed = False
        self._marked = False
        self._tx = SqlTx(connection, driver)
        self._task = asyncio.create_task(self._run(), name="sqlite writer")

    @classmethod
    async def start(cls, engine: AsyncEngine, gather: float) -> SqliteWriter:
        with translated():
            connection = await engine.connect()
            raw = await connection.get_raw_connection()
        return cls(engine, connection, raw.driver_connection, gather)

    async def write(self, work: Work[T]) -> T:
        if self._closed:
            raise StorageError("the database has been closed")
        asked = _Asked(work, asyncio.get_running_loop().create_future())
        self._queue.put_nowait(asked)
        result: T = await asked.answer
        return result

    async def foreign_writes(self) -> AsyncIterator[None]:
        seen = await self._data_version()
        while not self._closed:
            await asyncio.sleep(LOOK_EVERY)
            version = seen if self._closed else await self._data_version()
            if version != seen:
                seen = version
                yield

    async def close(self) -> None:
        if not self._closed:
            self._closed = True
            self._queue.put_nowait(None)
        await self._task

    async def _data_version(self) -> int:
        # It changes with the commits of other connections only, and all of ours go through this one.
        try:
            row = await self._driver.in_thread(lambda c: c.execute("PRAGMA data_version").fetchone())
        except sqlite3.Error as error:
            raise StorageError(f"the database cannot be read: {error}") from error
        return int(row[0])

    async def _run(self) -> None:
        try:
            while (asked := await self._queue.get()) is not None:
                await self._commit_group(asked)
        finally:
            self._closed = True
            await self._connection.close()
            while not self._queue.empty():
                self._refuse([self._queue.get_nowait()], StorageError("the database has been closed"))

    async def _commit_group(self, first: _Asked) -> None:
        group: list[_Asked] = []
        try:
            with translated():
                try:
                    await self._driver.in_thread(self._begin)
                    await self._collect(first, group)
                    await self._commit()
                except BaseException:
                    await asyncio.shield(asyncio.ensure_future(self._roll_back()))
                    raise
            for asked in group:
                if not asked.answer.done():
                    asked.answer.set_result(asked.result)
        except (StorageError, sqlite3.Error) as error:
            self._refuse(group or [first], error)
        finally:
            self._refuse(group or [first], StorageError("the database was closed before the commit"))

    async def _commit(self) -> None:
        if self._connection.in_transaction():  # SQLAlchemy took part, and has to know that it is over
            await self._connection.commit()
        else:
            await self._driver.in_thread(sqlite3.Connection.commit)

    async def _roll_back(self) -> None:
        if self._connection.in_transaction():
            await self._connection.rollback()
        await self._driver.in_thread(sqlite3.Connection.rollback)

    def _refuse(self, group: list[Any], cause: Exception) -> None:
        for asked in group:
            if asked is not None and not asked.answer.done():
                error = StorageError(str(cause))
                error.__cause__ = cause.__cause__ or cause
                asked.answer.set_exception(error)

    async def _collect(self, first: _Asked, group: list[_Asked]) -> None:
        loop = asyncio.get_running_loop()
        begun = loop.time()
        asked: _Asked | None = first
        while asked is not None:
            if group:
                marked = self._driver.ahead_in_thread(
                    self._mark
                )  # to wait for it would cost each one more handing over
            group.append(asked)
            await self._attempt(asked)
            if len(group) > 1:
                await marked
            asked = await self._next(begun + self._gather) if loop.time() < begun + MOST_SECONDS else None

    async def _next(self, until: float) -> _Asked | None:
        if self._queue.empty():
            if asyncio.get_running_loop().time() >= until:
                return None
            try:
                async with asyncio.timeout_at(until):
                    asked = await self._queue.get()
            except TimeoutError:
                return None
        else:
            asked = self._queue.get_nowait()
        if asked is None:  # closing: commit this group, then find the end again
            self._queue.put_nowait(None)
        return asked

    async def _attempt(self, asked: _Asked) -> None:
        """Run one work; what it did is undone where it fails or nobody waits for it any more."""
        if asked.answer.cancelled():
            return
        try:
            asked.result = await asked.work(self._tx)
        except asyncio.CancelledError as error:
            task = asyncio.current_task()
            if task is not None and task.cancelling():
                raise
            await self._fail(asked, error)
        except Exception as error:  # noqa: BLE001 - it comes out where the work was asked for
            await self._fail(asked, error)
        else:
            if asked.answer.cancelled():
                await self._driver.in_thread(self._undo)

    async def _fail(self, asked: _Asked, error: BaseException) -> None:
        await self._driver.in_thread(self._undo)
        if not asked.answer.done():
            asked.answer.set_exception(error)

    # In the thread of the connection:

    def _begin(self, connection: sqlite3.Connection) -> None:
        connection.execute("BEGIN IMMEDIATE")
        self._marked = False

    def _mark(self, connection: sqlite3.Connection) -> None:
        """Another work begins; the first of a group has the transaction's own beginning to go back to."""
        if self._marked:
            connection.execute("RELEASE work")
        connection.execute("SAVEPOINT work")
        self._marked = True

    def _undo(self, connection: sqlite3.Connection) -> None:
        if self._marked:
            connection.execute("ROLLBACK TO work")
        else:
            connection.execute("ROLLBACK")
            self._begin(connection)
