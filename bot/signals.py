"""The noticeboard between what changes and what is shown live, inside one process."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from bot.ports.signals import Signal

KEPT = 100


class Noticeboard:
    """Implements `Signals`: each reader has a short queue, and loses the newest signals when it does not read."""

    def __init__(self) -> None:
        self._readers: set[asyncio.Queue[Signal]] = set()

    def publish(self, signal: Signal) -> None:
        """Tell all readers; never waits."""
        for queue in self._readers:
            if not queue.full():
                queue.put_nowait(signal)

    @asynccontextmanager
    async def subscribe(self) -> AsyncIterator[AsyncIterator[Signal]]:
        """Signals from now on, without end."""
        queue: asyncio.Queue[Signal] = asyncio.Queue(KEPT)
        self._readers.add(queue)
        try:
            yield _drawn_from(queue)
        finally:
            self._readers.discard(queue)


async def _drawn_from(queue: asyncio.Queue[Signal]) -> AsyncIterator[Signal]:
    while True:
        yield await queue.get()
