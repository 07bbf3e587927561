"""The bot's own messages, looked for by what they carry; and pages of events, decrypted."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import nio
from nio.client.async_client import AsyncClient
from nio.exceptions import EncryptionError

from adapters.matrix import refs
from adapters.matrix.asking import ask, path
from adapters.matrix.line import Line
from adapters.matrix.markers import marker_of
from bot.domain.model import Ref
from bot.errors import NetworkRefused

LOOKED_AT = 200
"""Events that are looked at where nobody says since when."""

THREAD = "m.thread"
REPLACE = "m.replace"

_PAGE = 100
_CLOCKS_DIFFER = timedelta(seconds=30)  # an event has the homeserver's time
_OLD_ENOUGH = 50  # events in a row: a single one may come from a homeserver with a wrong clock


class Finding:
    """See `bot.ports.network.CanFind`."""

    def __init__(self, line: Line) -> None:
        self._line = line

    async def find(self, place: Ref, marker: str, since: datetime | None) -> Sequence[Ref]:
        """In a thread, or in a room and none of its threads."""
        if refs.is_thread(place):
            at = refs.thread_id(place)
            return await self._carrying(self.relations(at.room, at.event, THREAD), at.room, marker, since, THREAD)
        room = refs.room_id(place)
        return await self._carrying(self.backwards(room, None), room, marker, since, None)

    async def relations(
        self, room: str, event: str, relation: str, kind: str | None = None
    ) -> AsyncIterator[nio.Event]:
        """What relates to an event ("m.thread", "m.annotation", "m.replace"), the newest first, decrypted where that is
        possible. Raises NetworkError."""
        parts = ("rooms", room, "relations", event, relation, *([kind] if kind is not None else []))
        batch: dict[str, str] = {}
        while True:
            where = path(*parts, version="v1", dir="b", limit=_PAGE, **batch)
            page = await ask(self._line.client, "GET", where)
            for each in self._read(room, page):
                yield each
            following = page.get("next_batch")
            if not following or batch.get("from") == str(following):
                return
            batch = {"from": str(following)}

    async def backwards(self, room: str, start: str | None, end: str | None = None) -> AsyncIterator[nio.Event]:
        """A room's timeline from a position (None: from now) back to another (None: to its beginning), decrypted."""
        batch = {"to": end} if end is not None else {}
        while True:
            if start is not None:
                batch["from"] = start
            page = await ask(self._line.client, "GET", path("rooms", room, "messages", dir="b", limit=_PAGE, **batch))
            for each in self._read(room, page):
                yield each
            following = page.get("end")
            if not following or not page.get("chunk") or following == start:
                return
            start = str(following)

    async def event(self, room: str, event: str) -> nio.Event | None:
        """One event, decrypted where that is possible; None where it is not there."""
        try:
            found = await ask(self._line.client, "GET", path("rooms", room, "event", event))
        except NetworkRefused as refused:
            if not refused.gone:
                raise
            return None
        return read(self._line.client, room, found)

    def _read(self, room: str, page: Mapping[str, Any]) -> Iterable[nio.Event]:
        client = self._line.client
        parsed = (read(client, room, each) for each in page.get("chunk", ()))
        return [each for each in parsed if each is not None]

    async def _carrying(
        self,
        events: AsyncIterator[nio.Event],
        room: str,
        marker: str,
        since: datetime | None,
        relation: str | None,
    ) -> list[Ref]:
        """The bot's messages among events that come the newest first, in the order in which they were written."""
        found: list[Ref] = []
        async for each in _since(events, since):
            content = content_of(each)
            own = each.sender == self._line.client.user_id
            if own and marker_of(content) == marker and relation_of(content) == relation:
                found.append(refs.message(room, each.event_id))
        return found[::-1]


def read(client: AsyncClient, room: str, source: Mapping[str, Any]) -> nio.Event | None:
    """An event as the homeserver tells it, decrypted where that is possible; None where it is none."""
    event = nio.Event.parse_event(dict(source))
    if isinstance(event, nio.MegolmEvent):
        event = _decrypted(client, room, event)
    return event if isinstance(event, nio.Event) else None


def content_of(event: nio.Event) -> Mapping[str, Any]:
    """What an event says; of an edited one what it said first."""
    content = event.source.get("content")
    return content if isinstance(content, Mapping) else {}


def relation_of(content: Mapping[str, Any]) -> str | None:
    """How an event relates to another one: "m.thread", "m.annotation", "m.replace"; None where it does not."""
    relation = content.get("m.relates_to")
    kind = relation.get("rel_type") if isinstance(relation, Mapping) else None
    return kind if isinstance(kind, str) else None


def _decrypted(client: AsyncClient, room: str, event: nio.MegolmEvent) -> object:
    """nio forgets what stands beside an encrypted content, such as the newest edit."""
    if client.olm is None:
        return event
    event.room_id = room
    try:
        clear = client.decrypt_event(event)
    except EncryptionError:
        return event
    if isinstance(clear, nio.Event):
        clear.source["unsigned"] = event.source.get("unsigned", {})
    return clear


async def _since(events: AsyncIterator[nio.Event], since: datetime | None) -> AsyncIterator[nio.Event]:
    """Of events that come the newest first those that matter: as many as are looked at, or all since a moment."""
    looked_at = old = 0
    earliest = (since - _CLOCKS_DIFFER).timestamp() * 1000 if since is not None else 0
    async for each in events:
        looked_at += 1
        old = old + 1 if each.server_timestamp < earliest else 0
        if (since is None and looked_at > LOOKED_AT) or old >= _OLD_ENOUGH:
            return
        if not old:
            yield each
