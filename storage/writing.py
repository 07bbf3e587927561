"""What both engines' writers have in common."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Protocol, TypeVar

from storage.tx import SqlTx

T = TypeVar("T")
Work = Callable[[SqlTx], Awaitable[T]]


class Writer(Protocol):
    """Runs works in transactions, and notices those of others; see `bot.ports.stores.Store`."""

    async def write(self, work: Work[T]) -> T: ...

    def foreign_writes(self) -> AsyncIterator[None]: ...

    async def close(self) -> None:
        """Finish what was asked for, then let go of the database."""
        ...
