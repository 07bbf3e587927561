"""Rooms that were replaced by others. Who may end a room says which one comes after it, and that one has to say which
one came before it: nobody else can have anything moved."""

from __future__ import annotations

from dataclasses import dataclass

from adapters.matrix import refs
from adapters.matrix.line import Line
from adapters.matrix.state import Event, content, joined_rooms, state_event, word
from bot.domain.events import Moved
from bot.errors import NetworkRefused
from bot.ports.clock import Clock
from bot.ports.network import Emit


@dataclass(frozen=True, kw_only=True, slots=True)
class Successor:
    """The room that takes the place of another, as that one says; `by` is who said so."""

    room: str
    by: str


class Following:
    """Knows what came before a room and what comes after it."""

    def __init__(self, line: Line, clock: Clock) -> None:
        self._line = line
        self._clock = clock
        self._told: set[tuple[str, str]] = set()
        self._creations: dict[str, Event | None] = {}

    async def successor(self, room: str) -> Successor | None:
        """What a room's own state says of what comes after it. Raises NetworkError."""
        known = self._line.client.rooms.get(room)
        if known is not None and not known.replacement_room:
            return None
        try:
            told = await state_event(self._line.client, room, "m.room.tombstone")
        except NetworkRefused:
            return None
        successor = word(content(told), "replacement_room")
        if told is None or successor is None or not successor.startswith("!") or successor == room:
            return None
        return Successor(room=successor, by=str(told["sender"]))

    async def predecessor(self, room: str) -> str | None:
        """The room that this one replaces, if both say so. Raises NetworkError."""
        told = content(await self.creation(room)).get("predecessor")
        before = word(told, "room_id") if isinstance(told, dict) else None
        if before is None or before == room or not before.startswith("!"):
            return None
        after = await self.successor(before)
        return before if after is not None and after.room == room else None

    async def creation(self, room: str) -> Event | None:
        """How a room was made, which never changes; None where the bot may not look. Raises NetworkError."""
        if room not in self._creations:
            try:
                self._creations[room] = await state_event(self._line.client, room, "m.room.create")
            except NetworkRefused:
                return None
        return self._creations[room]

    async def has_moved(self, room: str, successor: Successor) -> bool:
        """Whether the bot is where a room has gone. Raises NetworkError."""
        if successor.room not in await joined_rooms(self._line.client):
            return False
        return await self.predecessor(successor.room) == room

    async def tell(self, emit: Emit, before: str, after: str) -> None:
        """What went to one room goes to the other; told once in a run."""
        if (before, after) in self._told:
            return
        now = self._clock.now()
        await emit(Moved(place=refs.server(before), to=refs.server(after), at=now))
        await emit(Moved(place=refs.channel(before), to=refs.channel(after), at=now))
        self._told.add((before, after))
