"""Which space a room is in: what holds rooms together is a server of the house.

Anybody can make a space and put any room into it. A space has a room where the room names it as its parent, or where
who put it there might have had the room say so.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from adapters.matrix import refs
from adapters.matrix.line import Line
from adapters.matrix.powers import Powers
from adapters.matrix.state import content, joined_rooms, seen_content, state_event, state_of, word
from bot.domain.model import Ref
from bot.errors import NetworkRefused

CHILD, PARENT = "m.space.child", "m.space.parent"
SPACE = "m.space"


class Spaces:
    """Knows the spaces that the bot is in."""

    def __init__(self, line: Line, powers: Powers) -> None:
        self._line = line
        self._powers = powers
        self._is_space: dict[str, bool] = {}  # what a room is never changes
        self._children: dict[str, Mapping[str, str]] = {}  # of a space: rooms, and who put them there
        self._joined: frozenset[str] | None = None
        self._instead: dict[str, str] = {}  # spaces that were replaced, and by which
        self._told = 0  # how often something was forgotten

    async def server_of(self, room: str) -> Ref:
        """The space that the bot is in and that has the room, else the room itself. Raises NetworkError."""
        return refs.server(await self.space_of(room) or room)

    async def space_of(self, room: str) -> str | None:
        """The space that the bot is in and that has the room; None where there is none, and for spaces."""
        if await self.is_space(room):
            return None
        listing = [each for each in await self._spaces() if room in await self._listed(each)]
        for space in sorted(listing):
            if await self._is_wanted(space, room):
                return self._instead.get(space, space)
        return None

    def replace(self, space: str, by: str) -> None:
        """What a space has is in another one."""
        if space != by:
            self._instead = {each: by if now == space else now for each, now in self._instead.items()} | {space: by}

    async def rooms_of(self, space: str) -> Sequence[str]:
        """The rooms that a space has and that the bot is in. Raises NetworkError."""
        return [each for each in sorted(await self._rooms()) if await self.space_of(each) == space]

    async def is_space(self, room: str) -> bool:
        """Whether a room is a space; False where the bot may not look. Raises NetworkError."""
        known = self._is_space.get(room)
        if known is None:
            kind = self._told_kind(room)
            if kind is None:
                kind = word(await seen_content(self._line.client, room, "m.room.create"), "type") or ""
            known = self._is_space[room] = kind == SPACE
        return known

    def forget(self, room: str) -> None:
        """The room's state has changed, or the bot's being in it."""
        self._told += 1
        self._joined = None
        self._children.pop(room, None)
        self._is_space.pop(room, None)

    def _told_kind(self, room: str) -> str | None:
        """What syncs have told of a room; None where they did not."""
        known = self._line.client.rooms.get(room)
        return known.room_type if known is not None else None

    async def _rooms(self) -> frozenset[str]:
        known = self._joined
        if known is None:
            told, known = self._told, frozenset(await joined_rooms(self._line.client))
            if told == self._told:
                self._joined = known
        return known

    async def _spaces(self) -> Sequence[str]:
        return [each for each in await self._rooms() if await self.is_space(each)]

    async def _listed(self, space: str) -> Mapping[str, str]:
        known = self._children.get(space)
        if known is None:
            told, known = self._told, await self._read(space)
            if told == self._told:
                self._children[space] = known
        return known

    async def _read(self, space: str) -> Mapping[str, str]:
        try:
            return dict(_child(each) for each in await state_of(self._line.client, space) if _is_child(each))
        except NetworkRefused:
            return {}

    async def _is_wanted(self, space: str, room: str) -> bool:
        """Whether a room that a space lists belongs there."""
        try:
            parent = await state_event(self._line.client, room, PARENT, space)
            if "via" in content(parent):
                return True
            known = await self._powers.standings(room)
        except NetworkRefused:
            return False
        by = (await self._listed(space)).get(room)
        return by is not None and known.of(by) >= known.to_send(PARENT, state=True)


def _is_child(event: Mapping[str, Any]) -> bool:
    """Whether it puts a room into the space; one without servers has been taken out."""
    return event.get("type") == CHILD and isinstance(content(event).get("via"), list)


def _child(event: Mapping[str, Any]) -> tuple[str, str]:
    return str(event.get("state_key")), str(event.get("sender"))
