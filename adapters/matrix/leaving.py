"""Rooms that the bot goes out of by itself."""

from __future__ import annotations

from adapters.matrix.line import Line
from bot.domain.model import Ref


class Leaving:
    """See `bot.ports.network.CanLeave`."""

    def __init__(self, line: Line) -> None:
        self._line = line

    async def leave(self, server: Ref) -> None:
        """A space with the rooms in it that the bot is in, or a room."""
        raise NotImplementedError

    async def leave_room(self, room: str, reason: str | None = None) -> None:
        """Leave one room, or decline its invitation. Raises NetworkError."""
        raise NotImplementedError
