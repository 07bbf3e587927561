"""What the bot takes away: its own messages, comments that are to be hidden, reactions."""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import blake2b

from adapters.matrix import refs
from adapters.matrix.asking import ask, path
from adapters.matrix.failures import FORBIDDEN, Refused
from adapters.matrix.finding import THREAD, Finding
from adapters.matrix.line import Line
from bot.domain.model import Ref
from bot.errors import NetworkRefused
from bot.locale import translator
from bot.ports.chat import ChatDesk

_LEVELS = "m.room.power_levels"
_REDACT = 50  # the level that it takes where a room says nothing else


class Redacting:
    """Redacts events; what is gone is redacted."""

    def __init__(self, line: Line, finding: Finding, chat: ChatDesk) -> None:
        self._line = line
        self._finding = finding
        self._chat = chat

    async def redact(self, room: str, event: str, reason: str | None = None) -> None:
        """Raises NetworkError."""
        key = f"redact-{blake2b(event.encode(), digest_size=16).hexdigest()}"  # one redaction is enough for ever
        body = {"reason": reason} if reason is not None else {}
        try:
            await ask(self._line.client, "PUT", path("rooms", room, "redact", event, key), body)
        except Refused as refused:
            if not refused.gone:
                raise await self._why(room, refused) from refused

    async def delete(self, message: Ref) -> None:
        """A message of the bot's, or a thread with the bot's messages in it."""
        if not refs.is_thread(message):
            at = refs.message_id(message)
            await self.redact(at.room, at.event)
            return
        at = refs.thread_id(message)
        for event in await self._own(at):
            await self.redact(at.room, event)

    async def hide(self, message: Ref) -> None:
        """What a member wrote; who reads there is told why it is gone."""
        at = refs.message_id(message)
        place = await self._chat.place(None, refs.channel(at.room))
        t = translator(place.language if place is not None else "en")
        await self.redact(at.room, at.event, t("Taken out of sight by moderation."))

    async def take_off(self, reaction: Ref) -> None:
        """A member's reaction."""
        at = refs.reaction_id(reaction)
        await self.redact(at.room, at.event)

    async def _own(self, thread: refs.EventId) -> list[str]:
        """The bot's messages in a thread; none where it is no more."""
        user = self._line.client.user_id
        try:
            said = [each async for each in self._finding.relations(thread.room, thread.event, THREAD)]
        except NetworkRefused as refused:
            if not refused.gone:
                raise
            return []
        return [each.event_id for each in said if each.sender == user]

    async def _why(self, room: str, refused: Refused) -> NetworkRefused:
        """A refusal with the level that is missing, where it is for that."""
        if refused.code != FORBIDDEN:
            return refused
        client = self._line.client
        try:
            levels = await ask(client, "GET", path("rooms", room, "state", _LEVELS, ""))
        except NetworkRefused:  # the bot is not in the room, or nobody has set any
            return refused
        users = levels.get("users")
        own = users.get(client.user_id) if isinstance(users, Mapping) else None
        has = own if own is not None else levels.get("users_default", 0)
        needs = levels.get("redact", _REDACT)
        return NetworkRefused(
            f"the bot may not redact what others write in the room: "
            f"its power level is {has}, and that takes {needs} (redact)"
        )
