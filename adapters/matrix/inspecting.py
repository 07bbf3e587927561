"""Rooms that nothing was posted in yet."""

from __future__ import annotations

from collections.abc import Sequence

from nio.client.async_client import AsyncClient

from adapters.matrix import refs
from adapters.matrix.asking import ask, path
from adapters.matrix.line import Line
from adapters.matrix.people import clean_name
from adapters.matrix.powers import Powers
from adapters.matrix.spaces import Spaces
from adapters.matrix.state import content_of, seen_content, word
from bot.domain.model import Ref
from bot.errors import NetworkRefused
from bot.ports.network import Inspected

_NAMED = 3  # of the members of a room without a name


class Inspecting:
    """See `bot.ports.network.CanInspect`."""

    def __init__(self, line: Line, powers: Powers, spaces: Spaces) -> None:
        self._line = line
        self._powers = powers
        self._spaces = spaces

    async def inspect(self, channel: Ref) -> Inspected:
        room, client = refs.room_id(channel), self._line.client
        member = await seen_content(client, room, "m.room.member", client.user_id)
        if member.get("membership") != "join":
            raise NetworkRefused("the bot is not in that room")
        if await self._spaces.is_space(room):
            raise NetworkRefused("articles can be posted in rooms only, and that is a space")
        return Inspected(
            server=await self._spaces.server_of(room),
            name=await name_of(client, room),
            lacks=tuple(await self._powers.lacks(room)),
        )


async def name_of(client: AsyncClient, room: str) -> str:
    """What a room is called: by its name, its address, or by who is in it. Raises NetworkError."""
    for kind, field in (("m.room.name", "name"), ("m.room.canonical_alias", "alias")):
        name = clean_name(word(await content_of(client, room, kind), field) or "")
        if name:
            return name
    return ", ".join(await _members(client, room)) or room


async def _members(client: AsyncClient, room: str) -> Sequence[str]:
    """The names of a few others in a room."""
    found = (await ask(client, "GET", path("rooms", room, "joined_members"))).get("joined")
    others = sorted(found.items()) if isinstance(found, dict) else []
    named = (
        clean_name(word(told, "display_name") or user) or user
        for user, told in others
        if user != client.user_id and isinstance(told, dict)
    )
    return [each for each, _ in zip(named, range(_NAMED), strict=False)]
