"""How often something changed, for those who wait for it."""

from __future__ import annotations

import asyncio


class Changes:
    """A number that only rises."""

    def __init__(self) -> None:
        self.number = 0
        self._next = asyncio.Event()

    def add(self) -> None:
        """Something changed."""
        self.number += 1
        self._next.set()
        self._next = asyncio.Event()

    async def after(self, number: int, wait: float) -> int:
        """The number once it is beyond one that is known, or after `wait` seconds."""
        if self.number <= number:
            try:
                await asyncio.wait_for(self._next.wait(), wait)
            except TimeoutError:
                return self.number
        return self.number
