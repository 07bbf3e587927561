"""A room as a client knows it, and events in it, with nobody to ask."""

from __future__ import annotations

from typing import Any

import nio

ME, ANNA, BEN = "@tribune:example.org", "@anna:example.org", "@ben:example.org"
ROOM = "!room:example.org"


def room(version: str = "11", **names: str) -> nio.MatrixRoom:
    """A room with the bot, anna and ben in it; more people by their local names and what they call themselves."""
    found = nio.MatrixRoom(ROOM, ME)
    found.room_version = version
    called = {"anna": "Anna", "ben": "Ben", **names}
    for user, name in called.items():
        found.add_member(f"@{user}:example.org", name, None)
    return found


def event(kind: str, content: Any, sender: str = ANNA, **more: Any) -> nio.Event:
    """An event as nio reads it."""
    found = nio.Event.parse_event(raw(kind, content, sender, **more))
    assert isinstance(found, nio.Event), found
    return found


def raw(kind: str, content: Any, sender: str = ANNA, **more: Any) -> dict[str, Any]:
    return {
        "type": kind,
        "event_id": "$event",
        "sender": sender,
        "origin_server_ts": 1_800_000_000_000,
        "content": content,
        **more,
    }
