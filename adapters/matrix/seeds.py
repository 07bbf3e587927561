"""The bot's own reactions on its messages: put there to be pressed, and taken off when nothing is left to decide."""

from __future__ import annotations

from collections.abc import Iterable

import nio

from adapters.matrix.finding import Finding
from adapters.matrix.line import Line
from adapters.matrix.redacting import Redacting
from adapters.matrix.sending import REACTION, Sending


class Seeds:
    """Puts them, and takes them off. Raises NetworkError."""

    def __init__(self, line: Line, sending: Sending, redacting: Redacting, finding: Finding) -> None:
        self._line = line
        self._sending = sending
        self._redacting = redacting
        self._finding = finding

    async def put(self, room: str, event: str, emoji: Iterable[str]) -> None:
        """One after the other, so that they stand in this order."""
        for each in emoji:
            await self._sending.react(room, event, each)

    async def take_off(self, room: str, event: str) -> None:
        """All of the bot's; what others put there stays."""
        me = self._line.client.user_id
        async for each in self._finding.relations(room, event, "m.annotation", REACTION):
            if isinstance(each, nio.ReactionEvent) and each.sender == me:
                await self._redacting.redact(room, each.event_id)
