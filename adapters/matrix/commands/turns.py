"""Work beside the loop: each person's in order, many people's at once, and nobody's without end."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable

import structlog

from bot.errors import NetworkError

log = structlog.get_logger()

AT_ONCE = 24
WAITING = 20
"""Of one person; what is asked for beyond that is not heard."""
PATIENCE = 3.0
"""Seconds that what is under way has when the bot is stopped."""


class Turns:
    """Runs what people ask for."""

    def __init__(self, *, at_once: int = AT_ONCE, waiting: int = WAITING, patience: float = PATIENCE) -> None:
        self._room = asyncio.Semaphore(at_once)
        self._waiting = waiting
        self._patience = patience
        self._last: dict[str, asyncio.Task[None]] = {}
        self._of: Counter[str] = Counter()
        self._running: set[asyncio.Task[None]] = set()
        self._broken: list[BaseException] = []

    def take(self, person: str, work: Callable[[], Awaitable[None]]) -> bool:
        """Do it after what the person asked for before; False where too much of theirs waits already."""
        if self._of[person] >= self._waiting:
            return False
        self._of[person] += 1
        task = asyncio.create_task(self._after(self._last.get(person), work))
        self._last[person] = task
        self._running.add(task)
        task.add_done_callback(lambda done: self._done(person, done))
        return True

    async def _after(self, before: asyncio.Task[None] | None, work: Callable[[], Awaitable[None]]) -> None:
        if before is not None:
            await asyncio.wait([before])
        async with self._room:
            try:
                await work()
            except NetworkError as error:
                log.warning("somebody was not answered on Matrix", reason=str(error))

    def _done(self, person: str, task: asyncio.Task[None]) -> None:
        self._running.discard(task)
        self._of[person] -= 1
        if self._of[person] <= 0:
            del self._of[person]
        if self._last.get(person) is task:
            del self._last[person]
        if not task.cancelled() and (error := task.exception()) is not None:
            self._broken.append(error)

    def raise_broken(self) -> None:
        """Raise what broke since, if something did."""
        if self._broken:
            raise self._broken.pop(0)

    async def idle(self) -> None:
        """Return when nothing is under way any more. Raises what broke."""
        while self._running:
            await asyncio.wait(set(self._running))
            await asyncio.sleep(0)  # those that are done are counted a moment later
        self.raise_broken()

    async def end(self) -> None:
        """Let what is under way come to its end, for a moment. Raises what broke."""
        if self._running:
            _, late = await asyncio.wait(set(self._running), timeout=self._patience)
            for each in late:
                each.cancel()
            await asyncio.gather(*late, return_exceptions=True)
        await asyncio.sleep(0)
        self.raise_broken()
