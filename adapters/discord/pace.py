"""How quickly Discord is called: so often a second, over all calls.

Discord tells of that limit only by refusing what is too much, and keeps out an address that it has refused too often;
discord.py waits after a refusal, and then everything that waited is sent in the same moment.
"""

from __future__ import annotations

import asyncio
from collections import deque

import aiohttp
from aiohttp.connector import Connection
from aiohttp.tracing import Trace

_SECOND = 1.05  # what is sent a second apart may arrive closer together
_NOT_COUNTED = ("/interactions/", "/webhooks/")  # answers to people, which have limits of their own


class Pace:
    """Gives each call its turn, in the order in which they ask."""

    def __init__(self, most: int, within: float = _SECOND) -> None:
        self._within = within
        self._turns: deque[float] = deque(maxlen=most)

    async def turn(self) -> None:
        """Return when it is one's turn."""
        now = asyncio.get_running_loop().time()
        full = len(self._turns) == self._turns.maxlen
        at = max(now, self._turns[0] + self._within) if full else now
        self._turns.append(at)
        if at > now:
            await asyncio.sleep(at - now)

    def connector(self) -> aiohttp.TCPConnector:
        """To be given to a client: every call of it, each further try too, waits for its turn before it has a
        connection. A trace of the session would do the same, and costs every call a tenth more."""
        return _Connector(self)

    async def before(self, asked: aiohttp.ClientRequest) -> None:
        """Return when it is a call's turn; answers to people do not wait."""
        if not any(part in asked.url.path for part in _NOT_COUNTED):
            await self.turn()


class _Connector(aiohttp.TCPConnector):
    def __init__(self, pace: Pace) -> None:
        super().__init__(limit=0)
        self._pace = pace

    async def connect(
        self, req: aiohttp.ClientRequest, traces: list[Trace], timeout: aiohttp.ClientTimeout
    ) -> Connection:
        await self._pace.before(req)
        return await super().connect(req, traces, timeout)
