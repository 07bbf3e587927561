"""Who may do what in a room: power levels, and from version 12 on the creators, who outrank everybody."""

from __future__ import annotations

import asyncio
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from adapters.matrix.line import Line
from adapters.matrix.state import Content, content, content_of, state_event, word
from bot.domain.model import Role

PERMISSIONS = {
    "m.room.message": "Send messages",
    "m.room.encrypted": "Send encrypted messages",
    "m.reaction": "Send reactions",
    "m.room.redaction": "Remove messages sent by me",
    "redact": "Remove messages sent by others",  # flags are taken off, hidden comments removed
}
"""What the bot has to be allowed, by the names that clients show."""

_ADMIN = 100
_FIRST_WITH_CREATORS = 12
_FORERUNNER = "org.matrix.hydra"  # what version 12 was called while it was tried
_MOST = 2**53
_KEPT = 600.0  # seconds: that levels have changed may not be heard
_NUMBER = re.compile(r"\s*[+-]?\d{1,15}\s*")


@dataclass(frozen=True, kw_only=True, slots=True)
class Standings:
    """Who may do what in one room. `levels` is None where the room has no power levels at all."""

    levels: Content | None
    version: str
    creator: str | None
    additional: frozenset[str] = frozenset()
    encrypted: bool = False

    def of(self, user: str) -> float:
        """Somebody's level; no number reaches that of creators who have none."""
        if self._outranks(user):
            return math.inf
        if self.levels is None:
            return _ADMIN if user == self.creator else 0
        users = _table(self.levels, "users")
        return _level(users.get(user), _level(self.levels.get("users_default"), 0))

    def to_send(self, kind: str, *, state: bool = False) -> int:
        """The level that it takes to send something."""
        if self.levels is None:
            return 0
        usual = _level(self.levels.get("state_default"), 50) if state else _level(self.levels.get("events_default"), 0)
        return _level(_table(self.levels, "events").get(kind), usual)

    @property
    def to_redact(self) -> int:
        """The level that it takes to redact what others wrote."""
        return _level((self.levels or {}).get("redact"), 50)

    def role(self, user: str) -> Role:
        """100 and creators are admins, who may redact others' messages moderators."""
        level = self.of(user)
        if level >= _ADMIN:
            return Role.ADMIN
        return Role.MODERATOR if self._redacts(level) and level > 0 else Role.MEMBER

    def lacks(self, user: str) -> Sequence[str]:
        """What somebody may not do that the bot has to do."""
        level = self.of(user)
        sent = ("m.room.encrypted" if self.encrypted else "m.room.message", "m.reaction", "m.room.redaction")
        lacking = [PERMISSIONS[each] for each in sent if level < self.to_send(each)]
        return [*lacking, *([] if level >= self.to_redact else [PERMISSIONS["redact"]])]

    def _redacts(self, level: float) -> bool:
        return level >= max(self.to_redact, self.to_send("m.room.redaction"))

    def _outranks(self, user: str) -> bool:
        return has_creators(self.version) and (user == self.creator or user in self.additional)


def has_creators(version: str) -> bool:
    """Whether who made a room of this version outranks everybody in it."""
    return (version.isdecimal() and int(version) >= _FIRST_WITH_CREATORS) or version.startswith(_FORERUNNER)


def standings(create: Mapping[str, Any] | None, levels: Mapping[str, Any] | None, *, encrypted: bool) -> Standings:
    """Reads the events `m.room.create` and `m.room.power_levels` of a room."""
    made = content(create)
    additional = made.get("additional_creators")
    sender = create.get("sender") if create is not None else None
    version = word(made, "room_version") or "1"
    creator = sender if isinstance(sender, str) else None
    if version.isdecimal() and int(version) < 11:
        creator = word(made, "creator") or creator
    return Standings(
        levels=content(levels) if levels is not None else None,
        version=version,
        creator=creator,
        additional=frozenset(each for each in additional if isinstance(each, str))
        if isinstance(additional, list)
        else frozenset(),
        encrypted=encrypted,
    )


class Powers:
    """Reads a room's power levels; kept until the room says that they changed."""

    def __init__(self, line: Line) -> None:
        self._line = line
        self._rooms: dict[str, tuple[Standings, float]] = {}
        self._told = 0  # how often something was forgotten

    async def role(self, room: str, user: str) -> Role:
        """What a room lets somebody do: 100 and creators are admins, who may redact others' messages moderators.
        Raises NetworkError."""
        return (await self.standings(room)).role(user)

    async def lacks(self, room: str) -> Sequence[str]:
        """What the bot may not do there and has to, as messages of the catalogue. Raises NetworkError."""
        return (await self.standings(room)).lacks(self._line.client.user_id)

    async def standings(self, room: str) -> Standings:
        """Who may do what in a room. Raises NetworkError."""
        known, read_at = self._rooms.get(room, (None, 0.0))
        now = asyncio.get_running_loop().time()
        if known is None or now - read_at > _KEPT:
            told, known = self._told, await self._read(room)
            if told == self._told:
                self._rooms[room] = known, now
        return known

    def forget(self, room: str) -> None:
        """The room's power levels, or its creation, were told anew."""
        self._told += 1
        self._rooms.pop(room, None)

    async def _read(self, room: str) -> Standings:
        client = self._line.client
        create = await state_event(client, room, "m.room.create")
        levels = await state_event(client, room, "m.room.power_levels")
        encrypted = bool(await content_of(client, room, "m.room.encryption"))
        return standings(create, levels, encrypted=encrypted)


def _table(levels: Content, name: str) -> Content:
    found = levels.get(name)
    return found if isinstance(found, dict) else {}


def _level(value: object, usual: int) -> int:
    """A level as rooms write it: a number, and in old versions a number in quotes."""
    if isinstance(value, str) and _NUMBER.fullmatch(value):
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int | float) or not abs(value) < _MOST:
        return usual
    return int(value)
