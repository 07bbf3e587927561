"""What relates to an event, as the homeserver tells it: also by way of others, in one listing."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from nio.client.async_client import AsyncClient

from adapters.matrix.asking import ask, path
from adapters.matrix.events import REPLACE

Raw = Mapping[str, Any]
"""An event as the homeserver tells it."""

PAGE: Final = 250  # events in an answer; with their edits, and encrypted, they are up to two megabytes


@dataclass(frozen=True, kw_only=True, slots=True)
class Page:
    """Some events, the newest first. `deep`: also what relates to the event by way of others is listed."""

    events: Sequence[Raw]
    deep: bool


async def related(
    client: AsyncClient, room: str, event: str, relation: str, *, deep_from: str | None = None
) -> AsyncIterator[Page]:
    """All that relates to an event, the newest first; redacted events do not. `deep_from` asks for what stands on what
    relates to it, too, which not every homeserver knows. It is the position in the stream up to which that is asked
    for: without it Synapse gives the answer of last time again, whatever has happened meanwhile on what relates to the
    event. Raises NetworkError."""
    query: dict[str, str | int] = {"dir": "b", "limit": PAGE}
    if deep_from is not None:
        query |= {"recurse": "true", "from": deep_from}
    while True:
        answer = await ask(client, "GET", path("rooms", room, "relations", event, relation, version="v1", **query))
        yield Page(events=answer.get("chunk", []), deep="recursion_depth" in answer)
        following = answer.get("next_batch")
        if not following or query.get("from") == following:
            return
        query["from"] = following


def bundled_edit(event: Raw) -> Raw | None:
    """The newest edit, as the homeserver tells it together with the message."""
    found = event.get("unsigned", {}).get("m.relations", {}).get(REPLACE)
    return found if isinstance(found, dict) and "sender" in found else None


def is_redacted(event: Raw) -> bool:
    """Whether nothing is left of it."""
    return "redacted_because" in event.get("unsigned", {})
