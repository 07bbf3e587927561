"""Rooms that the bot goes out of by itself."""

from __future__ import annotations

from adapters.matrix import refs
from adapters.matrix.asking import ask, path
from adapters.matrix.line import Line
from adapters.matrix.spaces import Spaces
from adapters.matrix.state import joined_rooms
from bot.domain.model import Ref
from bot.errors import NetworkRefused


class Leaving:
    """See `bot.ports.network.CanLeave`."""

    def __init__(self, line: Line, spaces: Spaces) -> None:
        self._line = line
        self._spaces = spaces

    async def leave(self, server: Ref) -> None:
        """A space with the rooms in it that the bot is in, or a room."""
        room = refs.server_id(server)
        inside = await self._spaces.rooms_of(room) if await self._spaces.is_space(room) else ()
        for each in (*inside, room):
            await self.leave_room(each)

    async def leave_room(self, room: str, reason: str | None = None) -> None:
        """Leave one room, or decline its invitation. Raises NetworkError."""
        try:
            body = {"reason": reason} if reason else {}
            await ask(self._line.client, "POST", path("rooms", room, "leave"), body)
        except NetworkRefused as refused:
            # Who is not in a room is refused in as many ways as there are homeservers.
            if not refused.gone and room in await joined_rooms(self._line.client):
                raise
        self._spaces.forget(room)
