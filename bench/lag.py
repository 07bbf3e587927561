"""How late a loop is: what it makes everybody wait who has nothing to do with what it works on."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from math import ceil
from time import perf_counter

STEP = 0.002  # seconds


class LagMeter:
    """While it is entered, asks to be woken every `STEP` seconds, and notes by how much that was late."""

    def __init__(self) -> None:
        self.lags: list[float] = []

    async def __aenter__(self) -> LagMeter:
        self._loop = asyncio.get_running_loop()
        self._due = perf_counter() + STEP  # the loop's own clock may count in whole milliseconds
        self._timer = self._loop.call_later(STEP, self._look)
        return self

    async def __aexit__(self, *_: object) -> None:
        self._timer.cancel()

    def _look(self) -> None:
        now = perf_counter()
        self.lags.append(max(now - self._due, 0.0))
        self._due = now + STEP
        self._timer = self._loop.call_later(STEP, self._look)


def percentile(values: Sequence[float], share: float) -> float:
    """The nearest-rank percentile, `share` in (0, 1]; 0 of nothing."""
    ordered = sorted(values)
    return ordered[max(ceil(share * len(ordered)), 1) - 1] if ordered else 0.0
