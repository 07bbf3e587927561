"""What happens in the rooms becomes events of the house, in the order in which it happened."""

from __future__ import annotations

from adapters.matrix.commands import Door
from adapters.matrix.guests import Guests
from adapters.matrix.line import Line
from adapters.matrix.news import News
from adapters.matrix.powers import Powers
from adapters.matrix.spaces import Spaces
from bot.ports.clock import Clock
from bot.ports.network import Emit


class Listening:
    """See `adapters.matrix.news.Listener`."""

    def __init__(
        self, line: Line, emit: Emit, door: Door, guests: Guests, powers: Powers, spaces: Spaces, *, clock: Clock
    ) -> None:
        self._line = line
        self._emit = emit
        self._door = door
        self._guests = guests
        self._powers = powers
        self._spaces = spaces
        self._clock = clock

    async def take(self, news: News) -> None:
        raise NotImplementedError

    async def end(self) -> None:
        await self._door.end()
