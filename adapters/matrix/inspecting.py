"""Rooms that nothing was posted in yet."""

from __future__ import annotations

from adapters.matrix.line import Line
from adapters.matrix.powers import Powers
from adapters.matrix.spaces import Spaces
from bot.domain.model import Ref
from bot.ports.network import Inspected


class Inspecting:
    """See `bot.ports.network.CanInspect`."""

    def __init__(self, line: Line, powers: Powers, spaces: Spaces) -> None:
        self._line = line
        self._powers = powers
        self._spaces = spaces

    async def inspect(self, channel: Ref) -> Inspected:
        raise NotImplementedError
