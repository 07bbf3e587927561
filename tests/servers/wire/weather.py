"""What goes wrong on the way: lost answers, late deeds, outages."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from random import Random
from typing import TypeVar

T = TypeVar("T")


class Lost(Exception):
    """The answer of this call does not arrive."""


@dataclass
class Weather:
    """`lose`: the share of the bot's writing calls that are carried out, but unanswered. `late`: up to so many seconds
    after the connection was lost. `slow`: up to so many seconds for any call of the bot's."""

    random: Random
    lose: float = 0.0
    late: float = 0.0
    slow: float = 0.0
    away: bool = False
    lost: int = 0
    calls: int = 0
    _later: set[asyncio.Task[object]] = field(default_factory=set)

    async def carry_out(self, deed: Callable[[], Awaitable[T]]) -> T:
        """Do a writing call. Raises `Lost` where it was, or will soon be, done without an answer."""
        self.calls += 1
        await asyncio.sleep(self.random.uniform(0, self.slow))
        if self.random.random() >= self.lose:
            return await deed()
        self.lost += 1
        if self.late and self.random.random() < 0.5:
            self._do_later(deed)
        else:
            await deed()
        raise Lost

    def _do_later(self, deed: Callable[[], Awaitable[object]]) -> None:
        async def later() -> None:
            await asyncio.sleep(self.random.uniform(0, self.late))
            await deed()

        task: asyncio.Task[object] = asyncio.create_task(later())
        self._later.add(task)
        task.add_done_callback(self._later.discard)
