"""Reactions that come while others wait to be written are written together with them."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field

from bot.discussion.reactions import Reacting
from bot.domain.events import Outcome

MOST = 1000  # events in a transaction: more would keep other works waiting for more than a tenth of a second

Waiting = tuple[Reacting, "asyncio.Future[Outcome]"]


@dataclass(eq=False, slots=True)
class Batch:
    """Events that wait for one transaction. Whoever writes it closes it first."""

    waiting: list[Waiting] = field(default_factory=list)
    closed: bool = False

    def close(self) -> Sequence[Reacting]:
        """Nothing joins any more; what is to be written, without those that nobody waits for."""
        if not self.closed:
            self.closed = True
            self.waiting = [each for each in self.waiting if not each[1].cancelled()]
        return [event for event, _ in self.waiting]


class Gathering:
    """Collects single reactions into batches, in the order they come."""

    def __init__(self, write: Callable[[Batch], Awaitable[Sequence[Outcome | Exception]]]) -> None:
        """`write` closes the batch when its turn has come; it answers in the order of the events."""
        self._write = write
        self._open: Batch | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    async def take(self, event: Reacting) -> Outcome:
        """Have an event written with those that wait; returns once it is on disk."""
        answer: asyncio.Future[Outcome] = asyncio.get_running_loop().create_future()
        batch = self._open
        if batch is None or batch.closed or len(batch.waiting) >= MOST:
            batch = self._open = Batch()
            task = asyncio.create_task(self._written(batch), name="reactions")
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        batch.waiting.append((event, answer))
        return await answer

    async def pass_by(self) -> None:
        """Something else is to be written after all that came before it, and before all that comes later."""
        batch, self._open = self._open, None
        if batch is not None and not batch.closed:
            await asyncio.sleep(0)  # the batch's task asks for its write first

    async def _written(self, batch: Batch) -> None:
        try:
            outcomes = await self._write(batch)
            for (_, answer), outcome in zip(batch.waiting, outcomes, strict=True):
                _tell(answer, outcome)
        finally:
            for _, answer in batch.waiting:
                answer.cancel()  # nothing where it was told


def _tell(answer: asyncio.Future[Outcome], outcome: Outcome | Exception) -> None:
    if answer.done():
        return
    if isinstance(outcome, Exception):
        answer.set_exception(outcome)
    else:
        answer.set_result(outcome)
