"""Work that is begun in the order in which it came, with what may go side by side going side by side."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

T = TypeVar("T")


class InOrder:
    """Each piece of work comes in its turn, which it takes when its coroutine is first run. After one has failed, and
    once it is over, nothing is begun any more."""

    def __init__(self) -> None:
        self._alone: asyncio.Future[None] | None = None  # the last one that went alone
        self._beside: set[asyncio.Future[None]] = set()  # what came after it and goes side by side
        self._tasks: set[asyncio.Task[object]] = set()
        self._over = False

    async def alone(self, work: Callable[[], Awaitable[T]]) -> T | None:
        """Do it after all that came before, and before all that comes later; None where it was not begun."""
        before = [each for each in (self._alone, *self._beside) if each is not None]
        with self._turn() as mine:
            self._alone, self._beside = mine, set()
            return await self._after(before, work)

    async def beside(self, work: Callable[[], Awaitable[T]]) -> T | None:
        """As `alone`, but together with others of the kind that come in a row."""
        before = [self._alone] if self._alone is not None else []
        with self._turn() as mine:
            self._beside.add(mine)
            try:
                return await self._after(before, work)
            finally:
                self._beside.discard(mine)

    async def end(self) -> None:
        """Begin nothing any more; what is under way is cancelled, and waited for."""
        self._over = True
        running = [each for each in self._tasks if each is not asyncio.current_task()]
        for each in running:
            each.cancel()
        if running:
            await asyncio.wait(running)

    async def _after(self, before: list[asyncio.Future[None]], work: Callable[[], Awaitable[T]]) -> T | None:
        for each in before:
            await asyncio.shield(each)
        if self._over:
            return None
        try:
            return await work()
        except Exception:
            self._over = True
            raise

    @contextmanager
    def _turn(self) -> Iterator[asyncio.Future[None]]:
        mine: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        task = asyncio.current_task()
        assert task is not None, "a coroutine runs in a task"
        self._tasks.add(task)
        try:
            yield mine
        finally:
            mine.set_result(None)
            self._tasks.discard(task)
