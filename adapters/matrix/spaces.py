"""Which space a room is in: what holds rooms together is a server of the house."""

from __future__ import annotations

from adapters.matrix.line import Line
from bot.domain.model import Ref


class Spaces:
    """Knows the spaces that the bot is in."""

    def __init__(self, line: Line) -> None:
        self._line = line

    async def server_of(self, room: str) -> Ref:
        """The space that the bot is in and that has the room, else the room itself. Raises NetworkError."""
        raise NotImplementedError

    def forget(self, room: str) -> None:
        """The room's state has changed."""
        raise NotImplementedError
