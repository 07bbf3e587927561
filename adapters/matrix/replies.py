"""Replies to posts and comments that stand outside of their threads: homeservers list them nowhere but among all that
was said in a room."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from adapters.matrix.asking import ask, path
from adapters.matrix.events import relation_of
from adapters.matrix.line import Line
from adapters.matrix.related import Raw

PAGE: Final = 1000
_SAID: Final = ("m.room.message", "m.room.encrypted")


@dataclass(slots=True)
class _Walk:
    """How far a room was walked through: back to `since` (milliseconds), and from `position` on not yet. `replies`:
    event -> what it replies to."""

    since: int
    position: str
    replies: dict[str, str] = field(default_factory=dict)


class Replies:
    """Walks through each room once, and after that only through what came since."""

    def __init__(self, line: Line) -> None:
        self._line = line
        self._walks: dict[str, _Walk] = {}
        self._busy: dict[str, asyncio.Lock] = {}

    async def to(self, room: str, events: Collection[str], since: datetime) -> list[str]:
        """The replies to these events, and to the replies among them, since then and outside of threads, the oldest
        first. Some may be gone. Raises NetworkError."""
        async with self._busy.setdefault(room, asyncio.Lock()):
            walk = await self._walked(room, int(since.timestamp() * 1000))
        return _those_to(events, walk.replies)

    async def _walked(self, room: str, since: int) -> _Walk:
        walk = self._walks.get(room)
        if walk is None or since < walk.since:
            walk = self._walks[room] = await self._back(room, since)
        await self._on(room, walk)
        return walk

    async def _back(self, room: str, since: int) -> _Walk:
        position, found, start = "", dict[str, str](), None
        while True:
            answer = await self._page(room, "b", start)
            position = position or str(answer["start"])
            said = [each for each in answer["chunk"] if each["origin_server_ts"] >= since]
            found |= _replies(said)
            start = answer.get("end")
            if start is None or (answer["chunk"] and not said):
                return _Walk(since=since, position=position, replies=dict(reversed(found.items())))

    async def _on(self, room: str, walk: _Walk) -> None:
        while True:
            answer = await self._page(room, "f", walk.position)
            walk.replies |= _replies(answer["chunk"])
            end = answer.get("end")
            if end is None or end == walk.position:
                return
            walk.position = end
            if not answer["chunk"]:
                return

    async def _page(self, room: str, direction: str, start: str | None) -> Mapping[str, Any]:
        client = self._line.client
        kept = {"types": _SAID, "not_senders": [client.user_id], "lazy_load_members": True}
        at = {"from": start} if start is not None else {}
        where = path("rooms", room, "messages", dir=direction, limit=PAGE, filter=json.dumps(kept), **at)
        return await ask(client, "GET", where)


def _replies(events: Collection[Raw]) -> dict[str, str]:
    """Those outside of threads, and what they reply to."""
    told = ((each["event_id"], relation_of(each)) for each in events)
    return {event: each.reply_to for event, each in told if each.root is None and each.reply_to is not None}


def _those_to(events: Collection[str], replies: Mapping[str, str]) -> list[str]:
    """A reply may be listed before the one that it replies to: clocks and orders of homeservers differ."""
    known, found = set(events), set[str]()
    while more := {event for event, to in replies.items() if to in known and event not in known}:
        known |= more
        found |= more
    return [each for each in replies if each in found]
