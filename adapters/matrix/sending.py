"""Messages on their way out: encrypted where the room is, within the size of an event, once for each key."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any
from uuid import uuid4

from nio.client.async_client import AsyncClient

from adapters.matrix.asking import ask, path
from adapters.matrix.failures import DUPLICATE, FORBIDDEN, NOT_THERE, Refused
from adapters.matrix.keys import Keys
from adapters.matrix.line import Line
from bot.errors import AnswerLost, NetworkRefused, NetworkUnavailable

REACTION = "m.reaction"

_ENCRYPTION = "m.room.encryption"
_TOLD_WITHIN = 5.0  # seconds that a room which was just joined or made is waited for
_LOOKS_EVERY = 0.1
_COMES_IN = timedelta(seconds=2)  # that long it may take to join a room that the bot is invited to


class Sending:
    """Sends events into rooms."""

    def __init__(self, line: Line) -> None:
        self._line = line
        self._keys = Keys()
        # The homeserver said that these are not encrypted; sync tells where they become so.
        self._plain: set[str] = set()

    async def send(self, room: str, kind: str, content: Mapping[str, Any], key: str) -> str:
        """Send an event, once for each `key`; returns its ID. Raises NetworkError.

        What goes into an encrypted room is never sent in clear, whatever is known of the room.
        """
        client = self._line.client
        try:
            return await self._send(client, room, kind, content, key)
        except Refused as refused:
            if refused.code != FORBIDDEN:
                raise
            if room in client.invited_rooms:
                raise NetworkUnavailable("the bot is on its way into the room", retry_after=_COMES_IN) from refused
            if str(refused) == NOT_THERE:  # nothing can be said there until the bot is invited
                raise Refused(NOT_THERE, code=FORBIDDEN, gone=True) from refused
            raise

    async def _send(self, client: AsyncClient, room: str, kind: str, content: Mapping[str, Any], key: str) -> str:
        # Reactions are in clear everywhere: servers and clients count them so.
        if kind != REACTION and await self._is_encrypted(client, room):
            kind, content = await self._keys.encrypted(client, room, kind, content)
        where = path("rooms", room, "send", kind, key)
        sent = (await ask(client, "PUT", where, content, creates=True)).get("event_id")
        if not isinstance(sent, str):
            raise AnswerLost("the homeserver did not say which event was made")
        return sent

    async def react(self, room: str, event: str, emoji: str) -> None:
        """Put an emoji on a message as the bot; one that is there already is put there. Raises NetworkError."""
        relation = {"rel_type": "m.annotation", "event_id": event, "key": emoji}
        try:
            await self.send(room, REACTION, {"m.relates_to": relation}, uuid4().hex)
        except Refused as refused:
            if refused.code != DUPLICATE:
                raise

    async def knows(self, room: str, user: str) -> None:
        """Returns once sync has told that somebody is in an encrypted room, or asked in: before, they could not read
        what is sent there. Raises `NetworkUnavailable` where it does not."""
        client = self._line.client

        def is_told() -> bool:
            there = client.rooms.get(room)
            return there is not None and there.encrypted and user in there.users

        await _told(is_told)

    async def _is_encrypted(self, client: AsyncClient, room: str) -> bool:
        """What sync has told of it; where it told of no encryption, what the homeserver says, once: a room that is
        being made may have been told of by halves."""
        there = client.rooms.get(room)
        if there is not None and there.encrypted:
            return True
        if there is not None and room in self._plain:
            return False
        try:
            await ask(client, "GET", path("rooms", room, "state", _ENCRYPTION, ""))
        except NetworkRefused as refused:
            if not refused.gone:
                raise
            self._plain.add(room)
            return False
        await self._be_there(client, room)
        await self.knows(room, client.user_id)
        return True

    async def _be_there(self, client: AsyncClient, room: str) -> None:
        """Who was put out of a room still sees what it was then, and will hear of it no more."""
        there = await ask(client, "GET", path("rooms", room, "state", "m.room.member", client.user_id))
        if there.get("membership") != "join":
            raise Refused(NOT_THERE, code=FORBIDDEN)


async def _told(is_told: Callable[[], bool]) -> None:
    for _ in range(int(_TOLD_WITHIN / _LOOKS_EVERY)):
        if is_told():
            return
        await asyncio.sleep(_LOOKS_EVERY)
    raise NetworkUnavailable(
        "the room is encrypted, and the bot does not know yet who is in it", retry_after=timedelta(seconds=2)
    )
