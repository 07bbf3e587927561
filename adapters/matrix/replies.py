"""Replies to posts and comments that stand outside of their threads: homeservers list them nowhere but among all that
was said in a room."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from adapters.matrix.asking import ask, path
from adapters.matrix.events import relation_of
from adapters.matrix.line import Line
from adapters.matrix.related import Raw

PAGE: Final = 1000
_SAID: Final = ("m.room.message", "m.room.encrypted")


@dataclass(frozen=True, kw_only=True, slots=True)
class Beside:
    """Replies outside of threads, the oldest first; some may be gone. `now`: the position in the homeserver's stream up
    to which was looked, another one whenever something has happened in the room."""

    replies: Sequence[str]
    now: str


@dataclass(frozen=True, kw_only=True, slots=True)
class _Walk:
    """A room was walked through from `since` (milliseconds) up to `now`. `replies`: event -> what it replies to."""

    since: int
    now: str
    replies: Mapping[str, str]


class Replies:
    """Walks through each room once, and after that only through what came since."""

    def __init__(self, line: Line) -> None:
        self._line = line
        self._walks: dict[str, _Walk] = {}
        self._busy: dict[str, asyncio.Lock] = {}

    async def to(self, room: str, events: Collection[str], since: datetime) -> Beside:
        """The replies to these events, and to the replies among them, from `since` on. Raises NetworkError."""
        earliest = int(since.timestamp() * 1000)
        async with self._busy.setdefault(room, asyncio.Lock()):
            before = self._walks.get(room)
            walk = await self._walked(room, earliest, before if before and before.since <= earliest else None)
            self._walks[room] = walk
        return Beside(replies=_those_to(events, walk.replies), now=walk.now)

    async def _walked(self, room: str, since: int, before: _Walk | None) -> _Walk:
        """Back from now to where the walk before began, or to `since`."""
        found, now, start = dict[str, str](), "", None
        known = _Walk(since=since, now="", replies={}) if before is None else before
        while True:
            answer = await self._page(room, start, known.now or None)
            now = now or str(answer["start"])
            lately = [each for each in answer["chunk"] if each["origin_server_ts"] >= since]
            found |= _replies(lately)
            start = answer.get("end")
            if start is None or not answer["chunk"] or (before is None and not lately):
                newer = dict(reversed(found.items()))
                return _Walk(since=known.since, now=now, replies={**known.replies, **newer})

    async def _page(self, room: str, start: str | None, until: str | None) -> Mapping[str, Any]:
        client = self._line.client
        kept = {"types": _SAID, "not_senders": [client.user_id], "lazy_load_members": True}
        at = {name: each for name, each in (("from", start), ("to", until)) if each is not None}
        return await ask(
            client, "GET", path("rooms", room, "messages", dir="b", limit=PAGE, filter=json.dumps(kept), **at)
        )


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
