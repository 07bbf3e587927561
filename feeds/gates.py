"""At most so many requests at once to a host."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field


@dataclass(slots=True)
class _Gate:
    inside: int = 0
    waiting: deque[asyncio.Future[None]] = field(default_factory=deque)


class HostGates:
    """Lets `limit` requests at once through to each host, first come first served; forgets hosts that are idle."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._gates: dict[str, _Gate] = {}

    def __len__(self) -> int:
        return len(self._gates)

    @asynccontextmanager
    async def through(self, host: str) -> AsyncIterator[None]:
        """Held while a request to `host` is under way."""
        await self.enter(host)
        try:
            yield
        finally:
            self.leave(host)

    def enter_at_once(self, host: str) -> bool:
        """Take a place where there is one; `leave` is owed for it."""
        gate = self._gates.get(host)
        if gate is None:
            gate = self._gates[host] = _Gate()
        if gate.inside >= self._limit:
            return False
        gate.inside += 1
        return True

    async def enter(self, host: str) -> None:
        """Wait for a place; each call that returns is followed by one of `leave`."""
        if self.enter_at_once(host):
            return
        gate = self._gates[host]
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        gate.waiting.append(turn)
        try:
            await turn
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled():  # the place was handed over just now
                self.leave(host)
            elif turn in gate.waiting:
                gate.waiting.remove(turn)
            raise

    def leave(self, host: str) -> None:
        """Give the place to who waits longest."""
        gate = self._gates[host]
        while gate.waiting:
            turn = gate.waiting.popleft()
            if not turn.done():
                turn.set_result(None)
                return
        gate.inside -= 1
        if not gate.inside:
            del self._gates[host]
