"""Answers that a homeserver does not take at once: tried again for as long as somebody waits for them."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from adapters.matrix.failures import TokenRefused
from adapters.matrix.sending import Sending
from bot.errors import AnswerLost, NetworkUnavailable

TRIES = 4
FIRST = timedelta(seconds=1)
LONGEST = timedelta(seconds=30)


class Insistent(Sending):
    """Sends as another one does, and tries again with the same key where it was not done, or may not have been."""

    def __init__(self, sending: Sending, *, first: timedelta = FIRST) -> None:
        self._sending = sending
        self._first = first

    async def send(self, room: str, kind: str, content: Mapping[str, Any], key: str) -> str:
        """See `Sending.send`."""
        for tried in range(1, TRIES):
            try:
                return await self._sending.send(room, kind, content, key)
            except TokenRefused:
                raise
            except (NetworkUnavailable, AnswerLost) as error:
                asked = error.retry_after if isinstance(error, NetworkUnavailable) else None
                await asyncio.sleep(min(asked or self._first * 2**tried, LONGEST).total_seconds())
        return await self._sending.send(room, kind, content, key)
