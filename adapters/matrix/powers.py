"""Who may do what in a room: power levels, and from version 12 on the creators, who outrank everybody."""

from __future__ import annotations

from collections.abc import Sequence

from adapters.matrix.line import Line
from bot.domain.model import Role


class Powers:
    """Reads a room's power levels; kept until the room says that they changed."""

    def __init__(self, line: Line) -> None:
        self._line = line

    async def role(self, room: str, user: str) -> Role:
        """What a room lets somebody do: 100 and creators are admins, who may redact others' messages moderators.
        Raises NetworkError."""
        raise NotImplementedError

    async def lacks(self, room: str) -> Sequence[str]:
        """What the bot may not do there and has to, as messages of the catalogue. Raises NetworkError."""
        raise NotImplementedError

    def forget(self, room: str) -> None:
        """The room's power levels, or its creation, were told anew."""
        raise NotImplementedError
