"""What the bot takes away: its own messages, comments that are to be hidden, reactions."""

from __future__ import annotations

from adapters.matrix.line import Line
from bot.domain.model import Ref


class Redacting:
    """Redacts events; what is gone is redacted."""

    def __init__(self, line: Line) -> None:
        self._line = line

    async def redact(self, room: str, event: str, reason: str | None = None) -> None:
        """Raises NetworkError."""
        raise NotImplementedError

    async def delete(self, message: Ref) -> None:
        """A message of the bot's, or a thread with the bot's messages in it."""
        raise NotImplementedError

    async def hide(self, message: Ref) -> None:
        """What a member wrote."""
        raise NotImplementedError

    async def take_off(self, reaction: Ref) -> None:
        """A member's reaction."""
        raise NotImplementedError
