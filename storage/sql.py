"""Running statements: what every aggregate does with its connection, and the one place where faults are translated."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager
from typing import Any, Protocol, TypeVar

from sqlalchemy import BigInteger, Executable, Row, bindparam, func, select
from sqlalchemy.dialects.postgresql import Insert
from sqlalchemy.dialects.postgresql import insert as _insert
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine
from sqlalchemy.schema import Table

from bot.errors import StorageError
from storage.compiled import changed, compiled, only

V = TypeVar("V")

_LOCK = select(func.pg_advisory_xact_lock(bindparam("lock", type_=BigInteger)))
_LOCK_WITHIN = select(
    func.pg_advisory_xact_lock_shared(bindparam("within", type_=BigInteger)),
    func.pg_advisory_xact_lock(bindparam("lock", type_=BigInteger)),
)

# What changes counts in many discussions passes this lock, what counts in one is within it.
COUNTING = (1 << 62) + 1

# SQLite takes 32,766 parameters in a statement, PostgreSQL 32,767.
CHUNK = 10_000
# To make parameters of more rows than that would keep others waiting for the loop.
AT_ONCE = 200


@contextmanager
def translated() -> Iterator[None]:
    """What the driver raises comes out as a `StorageError`, with its cause."""
    try:
        yield
    except sqlite3.Error as error:
        raise StorageError(f"the database refused: {error}") from error
    except DBAPIError as error:
        raise StorageError(f"the database refused: {error.orig}") from error
    except PoolTimeoutError as error:
        raise StorageError(f"no connection to the database is free: {error}") from error
    except OSError as error:
        raise StorageError(f"the database cannot be reached: {error}") from error


@asynccontextmanager
async def connected(engine: AsyncEngine) -> AsyncIterator[AsyncConnection]:
    """A connection of the pool; what is not committed is rolled back at the end."""
    with translated():
        connection = await engine.connect()
    try:
        yield connection
    finally:
        # A caller who is cancelled must not leave a connection behind that nobody gives back.
        await asyncio.shield(asyncio.ensure_future(connection.close()))


class Driver(Protocol):
    """A connection to SQLite, with a way into its thread."""

    async def in_thread(self, work: Callable[..., V], *values: Any) -> V: ...


class Sql:
    """Statements on one connection. Values are passed by the names of their bind parameters.

    With a `driver`, what needs nothing of SQLAlchemy but its text goes to SQLite directly.
    """

    def __init__(self, connection: AsyncConnection, driver: Driver | None = None) -> None:
        self._connection = connection
        self._driver = driver

    @property
    def engine(self) -> str:
        """Which database this is: "sqlite" or "postgresql"."""
        return self._connection.dialect.name

    @property
    def bundles(self) -> bool:
        """Whether many rows go quicker as one: see `storage.bundles`."""
        return self.engine == "sqlite"

    async def alone(self, lock: int, *, within: int | None = None) -> None:
        """Until this transaction ends, no other one passes the same `lock`, nor the lock that it is `within`.

        On SQLite there is one writer anyway.
        """
        if self._connection.dialect.name != "postgresql":
            return
        if within is None:
            await self.run(_LOCK, lock=lock)
        else:
            await self.run(_LOCK_WITHIN, lock=lock, within=within)

    async def all(self, statement: Executable, **values: Any) -> Sequence[Row[Any]]:
        """All rows."""
        with translated():
            return (await self._connection.execute(statement, values)).all()

    async def first(self, statement: Executable, **values: Any) -> Row[Any] | None:
        """The first row, None where there is none."""
        with translated():
            return (await self._connection.execute(statement, values)).first()

    async def value(self, statement: Executable, **values: Any) -> Any:
        """The first column of the first row, None where there is none."""
        row = await self.first(statement, **values)
        return None if row is None else row[0]

    async def bundle(self, statement: Executable, **values: Any) -> str:
        """The only value of a query that gives a text: see `storage.bundles`."""
        with translated():
            if self._driver is not None and (known := compiled(statement, values)) is not None:
                return str(await self._driver.in_thread(only, known.sql, known.values(values)))
            return str((await self._connection.execute(statement, values)).scalar_one())

    async def run(self, statement: Executable, **values: Any) -> int:
        """Run a statement; how many rows it touched."""
        with translated():
            if self._driver is not None and (known := compiled(statement, values)) is not None:
                return await self._driver.in_thread(changed, known.sql, known.values(values))
            return (await self._connection.execute(statement, values)).rowcount

    async def many(self, statement: Executable, rows: Sequence[Mapping[str, Any]]) -> None:
        """Run a statement once for each of `rows`."""
        with translated():
            for start in range(0, len(rows), AT_ONCE):
                await self._connection.execute(statement, rows[start : start + AT_ONCE])


def insert(table: Table) -> Insert:
    """An INSERT that may have an ON CONFLICT: PostgreSQL's construct, which SQLAlchemy writes for SQLite as well."""
    return _insert(table)


def chunks(values: Sequence[V]) -> Iterator[Sequence[V]]:
    """`values` in parts that fit one statement."""
    for start in range(0, len(values), CHUNK):
        yield values[start : start + CHUNK]
