"""Messages that cannot be decrypted yet: kept until their key comes, for some of them it does."""

from __future__ import annotations

from collections import OrderedDict

import nio
import structlog

from adapters.matrix.client import Client
from adapters.matrix.failures import checked, translated
from adapters.matrix.news import RoomNews

log = structlog.get_logger()

KEPT = 1000
"""Messages that are kept at most; the oldest are forgotten."""

ASKED = 10
"""Keys that are asked for in one round."""

_SESSIONS = 10_000  # that are remembered as asked for, or as told of


class Sealed:
    """Keeps what could not be decrypted, and asks for each key once."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self._kept: OrderedDict[tuple[str, str], nio.MegolmEvent] = OrderedDict()
        self._asked: OrderedDict[tuple[str, str], None] = OrderedDict()
        self._rooms: set[str] = set()

    def keep(self, room: str, event: nio.MegolmEvent) -> None:
        """Hand it over when its key has come."""
        event.room_id = room
        self._kept[room, event.event_id] = event
        while len(self._kept) > KEPT:
            self._kept.popitem(last=False)
        if room not in self._rooms:
            self._rooms.add(room)
            log.warning(
                "Matrix: a message cannot be read, since its key did not come with it",
                room=room,
                sender=event.sender,
                remedy="it is read when its key comes; where this goes on, look whether the bot's device is signed "
                "(`tribune matrix verify`), and have the room's members update their clients",
            )

    def forget(self, room: str, event: str) -> None:
        """It was taken away."""
        self._kept.pop((room, event), None)

    def opened(self) -> list[RoomNews]:
        """What can be decrypted by now, each once, in the order in which it was told of."""
        found = []
        for where, event in list(self._kept.items()):
            if self._has_key(event):
                del self._kept[where]
                found += self._decrypted(event)
        return found

    async def ask(self) -> None:
        """Ask the account's other devices for keys that are missing. Raises NetworkError."""
        wanted = [each for each in self._kept.values() if self._is_new(each)]
        for event in wanted[:ASKED]:
            with translated():
                checked(await self._client.request_room_key(event), nio.RoomKeyRequestResponse)
            self._asked[event.room_id, event.session_id or ""] = None
            while len(self._asked) > _SESSIONS:
                self._asked.popitem(last=False)

    def _is_new(self, event: nio.MegolmEvent) -> bool:
        session = event.session_id or ""
        return (event.room_id, session) not in self._asked and session not in self._client.outgoing_key_requests

    def _has_key(self, event: nio.MegolmEvent) -> bool:
        olm, sender, session = self._client.olm, event.sender_key, event.session_id
        if olm is None or sender is None or session is None:
            return False
        return olm.inbound_group_store.get(event.room_id, sender, session) is not None

    def _decrypted(self, event: nio.MegolmEvent) -> list[RoomNews]:
        try:
            plain = self._client.decrypt_event(event)
        except nio.EncryptionError:  # the key is for what was said later
            return []
        return [RoomNews(room_id=event.room_id, events=[plain])] if isinstance(plain, nio.Event) else []
