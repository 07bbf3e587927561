"""Another member of the room, who sees what is sent there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import nio

from bench.matrix_errand import News
from tests.servers.matrix.people import Person

_WAIT = 10_000  # milliseconds that one sync waits for news
_TIMELINE = 100  # events of a room in a sync; a homeserver gives no more


class Watcher:
    """Syncs as clients do, and takes down what the bot sends: edits left out."""

    def __init__(self, person: Person, room: str, bot: str) -> None:
        self._person = person
        self._room = room
        self._bot = bot
        self._events: dict[str, Mapping[str, Any]] = {}

    async def begin(self) -> None:
        """Look at what is there already."""
        await self._person.sync()

    async def seen(self, number: int) -> None:
        """Wait until so many events were seen. Raises RuntimeError where a sync left some out."""
        while len(self._events) < number:
            answer = await self._person.client.sync(_WAIT, sync_filter={"room": {"timeline": {"limit": _TIMELINE}}})
            if not isinstance(answer, nio.SyncResponse):
                raise RuntimeError(f"the homeserver does not answer who looks on: {answer}")
            if (there := answer.rooms.join.get(self._room)) is not None:
                self._take(there.timeline)

    def news(self, articles: int) -> Sequence[News]:
        """What was sent of each article. Raises RuntimeError where something is missing, or there too often."""
        found: dict[str, list[tuple[str, Mapping[str, Any]]]] = {}
        for event, raw in self._events.items():
            if (to := raw["content"].get("m.relates_to")) is None:
                found[event] = []
            else:
                found[to["event_id"]].append((raw["type"], raw["content"]))
        kinds = ["m.reaction", "m.reaction", "m.room.message"]
        whole = [sorted(kind for kind, _ in others) == kinds for others in found.values()]
        if len(whole) != articles or not all(whole):
            raise RuntimeError(f"of {articles} articles there are {len(whole)}, {sum(whole)} of them whole")
        return [News(post=self._events[post]["content"], others=others) for post, others in found.items()]

    def _take(self, timeline: nio.Timeline) -> None:
        if timeline.limited:
            raise RuntimeError("who looks on was too slow to see everything")
        for event in timeline.events:
            content = event.source["content"]
            edit = (content.get("m.relates_to") or {}).get("rel_type") == "m.replace"
            if event.sender == self._bot and event.source["type"] in ("m.room.message", "m.reaction") and not edit:
                self._events[event.event_id] = event.source
