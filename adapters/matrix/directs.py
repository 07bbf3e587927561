"""Rooms with one person, for what nobody else is to see."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from adapters.matrix.line import Line
from adapters.matrix.sending import Sending
from bot.domain.model import Ref
from bot.ports.network import Say


class Directs:
    """See `bot.ports.network.CanDirectMessage`."""

    def __init__(self, line: Line, sending: Sending) -> None:
        self._line = line
        self._sending = sending

    async def tell(self, account: Ref, message: Say, key: str) -> Ref:
        raise NotImplementedError

    async def find(self, account: Ref, marker: str, since: datetime | None) -> Sequence[Ref]:
        """The bot's messages to somebody that carry `marker`, oldest first."""
        raise NotImplementedError
