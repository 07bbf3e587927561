"""The state of rooms, as the homeserver tells it: whole events, with who sent them."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping, Sequence
from typing import Any

from nio.client.async_client import AsyncClient

from adapters.matrix.asking import ask, ask_list, path
from bot.errors import NetworkRefused

Event = Mapping[str, Any]
Content = Mapping[str, Any]

EMPTY: Content = {}


async def state_event(client: AsyncClient, room: str, kind: str, key: str = "") -> Event | None:
    """A room's state event with its sender; None where there is none. Raises NetworkError, `NetworkRefused` where the
    bot may not look into the room."""
    try:
        found = await ask(client, "GET", path("rooms", room, "state", kind, key, format="event"))
    except NetworkRefused as refused:
        if refused.gone:
            return None
        raise
    if isinstance(found.get("sender"), str) and isinstance(found.get("content"), dict):
        return found
    # An older homeserver answers with the content alone.
    every = await state_of(client, room)
    return next((each for each in every if each.get("type") == kind and each.get("state_key") == key), None)


async def content_of(client: AsyncClient, room: str, kind: str, key: str = "") -> Content:
    """The content of a room's state event, empty where there is none."""
    return content(await state_event(client, room, kind, key))


async def seen_content(client: AsyncClient, room: str, kind: str, key: str = "") -> Content:
    """The same; empty, too, where the bot may not look into the room."""
    with contextlib.suppress(NetworkRefused):
        return await content_of(client, room, kind, key)
    return EMPTY


async def state_of(client: AsyncClient, room: str) -> Sequence[Event]:
    """All state events of a room. Raises NetworkError."""
    return [each for each in await ask_list(client, path("rooms", room, "state")) if isinstance(each, dict)]


async def joined_rooms(client: AsyncClient) -> Sequence[str]:
    """The rooms that the bot is in, spaces among them. Raises NetworkError."""
    found = (await ask(client, "GET", path("joined_rooms"))).get("joined_rooms")
    return [each for each in found if isinstance(each, str)] if isinstance(found, list) else []


def content(event: Event | None) -> Content:
    """An event's content, empty where there is none."""
    found = event.get("content") if event is not None else None
    return found if isinstance(found, dict) else EMPTY


def word(found: Content, name: str) -> str | None:
    """A text in a content; None where there is none, or something else."""
    value = found.get(name)
    return value if isinstance(value, str) and value else None
