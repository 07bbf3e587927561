"""Which message a reply hangs on in the end. Who replies outside of threads names the message before alone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import nio

from adapters.matrix.asking import ask, path
from adapters.matrix.events import Relation, relation, relation_of
from adapters.matrix.line import Line
from bot.errors import NetworkRefused, NetworkUnavailable

_REMEMBERED = 20_000
_TRIES = 5
_DEEPEST = 20  # replies to replies that were not seen: each one is asked for


class Roots:
    """Remembers what hangs on what among the messages that were seen, so that few are asked for."""

    def __init__(self, line: Line) -> None:
        self._line = line
        self._failed: Counter[str] = Counter()  # how often one could not be had
        self._seen: dict[str, Relation | None] = {}  # None: a reaction

    def seen(self, event: nio.Event) -> None:
        """Remember a message."""
        self._put(event.event_id, relation(event))

    def reacted(self, event: str) -> None:
        """Remember that this is a reaction."""
        self._put(event, None)

    def is_reaction(self, event: str) -> bool | None:
        """Whether something is a reaction; None where it was not seen."""
        return self._seen[event] is None if event in self._seen else None

    async def of(self, room: str, event: nio.Event, is_channel: Callable[[str], Awaitable[bool]]) -> str | None:
        """The message that one hangs on, None where it hangs on none; nobody is asked where `is_channel` says that the
        room is none of the house's. Raises NetworkError."""
        told = relation(event)
        at = told.root or told.reply_to
        if told.root is not None or at is None:
            return at
        for _ in range(_DEEPEST):
            if at not in self._seen and not await is_channel(room):
                return None
            before = await self._relation(room, at)
            if before is None or before.root is not None:
                return before.root if before is not None else None
            if before.reply_to is None:
                return at
            at = before.reply_to
        return None

    async def _relation(self, room: str, event: str) -> Relation | None:
        if event not in self._seen:
            self._put(event, relation_of(await self._asked(room, event)))
        return self._seen[event]

    async def _asked(self, room: str, event: str) -> Mapping[str, Any]:
        """What is not there, or not to be seen, hangs on nothing."""
        try:
            return await ask(self._line.client, "GET", path("rooms", room, "event", event))
        except NetworkRefused:
            return {}
        except NetworkUnavailable:
            # It is asked for again with the sync, but not for ever: others wait behind it.
            if self._line.is_down:
                raise
            self._failed[event] += 1
            if self._failed[event] < _TRIES:
                raise
            del self._failed[event]
            return {}

    def _put(self, event: str, found: Relation | None) -> None:
        self._seen.pop(event, None)
        self._seen[event] = found
        if len(self._seen) > _REMEMBERED:
            del self._seen[next(iter(self._seen))]
