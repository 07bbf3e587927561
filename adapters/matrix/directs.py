"""Rooms with one person, for what nobody else is to see."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from adapters.matrix import refs
from adapters.matrix.asking import ask, path
from adapters.matrix.cards import said_content
from adapters.matrix.failures import FORBIDDEN, UNKNOWN, Refused
from adapters.matrix.finding import Finding
from adapters.matrix.line import Line
from adapters.matrix.sending import Sending
from adapters.matrix.state import content
from bot.domain.model import Ref
from bot.errors import AnswerLost, NetworkRefused
from bot.ports.network import Say

_DIRECT = "m.direct"  # account data: whom -> rooms
_MAKING = "tribune.directs"  # account data: whose rooms are being made
_FOR = "tribune.direct"  # in a room's creation: whom it is for
_MEMBER = "m.room.member"
_MESSAGE = "m.room.message"


class Directs:
    """See `bot.ports.network.CanDirectMessage`."""

    def __init__(self, line: Line, sending: Sending, finding: Finding) -> None:
        self._line = line
        self._sending = sending
        self._finding = finding
        self._making = asyncio.Lock()  # the account data are read, changed and written

    async def tell(self, account: Ref, message: Say, key: str) -> Ref:
        """Where they left the room they are invited again. Raises `NetworkRefused` where they cannot be."""
        user = refs.account_id(account)
        room = await self._room(user)
        await self._sending.knows(room, user)
        return refs.message(room, await self._sending.send(room, _MESSAGE, said_content(message), key))

    async def find(self, account: Ref, marker: str, since: datetime | None) -> Sequence[Ref]:
        """The bot's messages to somebody that carry `marker`, oldest first."""
        known = await self._known(refs.account_id(account))
        if known is None:
            return []
        return await self._finding.find(refs.channel(known), marker, since)

    async def _room(self, user: str) -> str:
        async with self._making:
            room = await self._known(user) or await self._made(user)
        await self._invite(room, user)
        return room

    async def _known(self, user: str) -> str | None:
        """The newest room with somebody that the bot is still in."""
        rooms = (await self._account_data(_DIRECT)).get(user)
        for room in reversed(rooms if isinstance(rooms, list) else []):
            if _membership(await self._state(room, _MEMBER, self._line.client.user_id)) == "join":
                return str(room)
        return None

    async def _made(self, user: str) -> str:
        """A room for somebody. Where an earlier answer was lost it is there already, so it is noted before that one is
        being made."""
        making = await self._account_data(_MAKING)
        found = await self._created_for(user) if user in making else None
        if found is None:
            await self._put_account_data(_MAKING, {**making, user: True})
            found = await self._create(user)
        direct = await self._account_data(_DIRECT)
        rooms = direct.get(user)
        await self._put_account_data(_DIRECT, {**direct, user: [*(rooms if isinstance(rooms, list) else []), found]})
        await self._forget_making(user)
        return found

    async def _forget_making(self, user: str) -> None:
        making = await self._account_data(_MAKING)
        await self._put_account_data(_MAKING, {each: True for each in making if each != user})

    async def _create(self, user: str) -> str:
        state = {"type": "m.room.encryption", "state_key": "", "content": {"algorithm": "m.megolm.v1.aes-sha2"}}
        asked = {
            "preset": "trusted_private_chat",
            "is_direct": True,
            "invite": [user],
            "initial_state": [state],
            "creation_content": {_FOR: user},
        }
        try:
            with _wanted(user):
                made = await ask(self._line.client, "POST", path("createRoom"), asked, creates=True)
        except NetworkRefused:
            await self._forget_making(user)
            raise
        room = made.get("room_id")
        if not isinstance(room, str):
            raise AnswerLost("the homeserver did not say which room was made")
        return room

    async def _created_for(self, user: str) -> str | None:
        """The room that was made for somebody, among all that the bot is in."""
        rooms = (await ask(self._line.client, "GET", path("joined_rooms"))).get("joined_rooms", [])
        for room in rooms:
            # Whoever made a room can have written anything into it: only the bot's own are for its letters.
            created = await self._state(room, "m.room.create", "", format="event")
            if created.get("sender") == self._line.client.user_id and content(created).get(_FOR) == user:
                return str(room)
        return None

    async def _invite(self, room: str, user: str) -> None:
        """Where they are not there, and not asked. Who declined is not asked again."""
        event = await self._state(room, _MEMBER, user, format="event")
        now, before = _membership(event.get("content")), _membership(_part(event.get("unsigned"), "prev_content"))
        if now in {"join", "invite"}:
            return
        if now == "ban" or (now == "leave" and before == "invite" and event.get("sender") == user):
            raise NetworkRefused(f"{user} does not want direct messages from the bot")
        with _wanted(user):
            await ask(self._line.client, "POST", path("rooms", room, "invite"), {"user_id": user})

    async def _state(self, room: str, kind: str, key: str, **query: str) -> Mapping[str, Any]:
        """What a room's state says; nothing where the bot is not there, or nothing is said."""
        try:
            return await ask(self._line.client, "GET", path("rooms", room, "state", kind, key, **query))
        except NetworkRefused:
            return {}

    async def _account_data(self, kind: str) -> Mapping[str, Any]:
        client = self._line.client
        try:
            return await ask(client, "GET", path("user", client.user_id, "account_data", kind))
        except NetworkRefused as refused:
            if not refused.gone:
                raise
            return {}

    async def _put_account_data(self, kind: str, content: Mapping[str, Any]) -> None:
        client = self._line.client
        await ask(client, "PUT", path("user", client.user_id, "account_data", kind), content)


@contextmanager
def _wanted(user: str) -> Iterator[None]:
    """Asking somebody in: what is refused there is that."""
    try:
        yield
    except Refused as refused:
        if refused.code not in {FORBIDDEN, UNKNOWN}:
            raise
        raise NetworkRefused(f"{user} cannot be invited to a direct conversation: {refused}") from refused


def _membership(content: object) -> object:
    return _part(content, "membership")


def _part(whole: object, name: str) -> object:
    return whole.get(name) if isinstance(whole, Mapping) else None
