"""What is said to who asked: in the thread, in files, and where nobody else is to see it in a direct message."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Sequence
from typing import TypeVar

from adapters.matrix import refs
from adapters.matrix.commands.documents import Documents
from adapters.matrix.commands.emoji import WORKING
from adapters.matrix.commands.spot import Spot, notice
from adapters.matrix.commands.words import packed, said
from adapters.matrix.directs import Directs
from adapters.matrix.markup.writing import Words
from adapters.matrix.redacting import Redacting
from adapters.matrix.sending import REACTION, Sending
from bot.domain.model import Ref
from bot.errors import NetworkError, NetworkRefused
from bot.locale import Translator
from bot.ports.commands import Document
from bot.ports.network import Say

Done = TypeVar("Done")

PROMPT = 2.0
"""Seconds after which a command that is not done yet shows that it is under way."""

_IN_PRIVATE = "Only you are to see this: I have sent it to you in a direct message."
_NOT_IN_PRIVATE = (
    "Only you are to see this, and I cannot write to you directly. Please take my invitations, and ask again."
)


class Replies:
    """Says it. Raises NetworkError."""

    def __init__(
        self, sending: Sending, redacting: Redacting, directs: Directs, documents: Documents, *, prompt: float = PROMPT
    ) -> None:
        self._sending = sending
        self._redacting = redacting
        self._directs = directs
        self._documents = documents
        self._prompt = prompt

    async def say(self, at: Spot, words: Sequence[Words], documents: Sequence[Document] = ()) -> None:
        """Say it in the thread, in as many messages as it takes; the documents as files after it."""
        for number, each in enumerate(packed(words)):
            await self.send(at, each, number)
        for number, document in enumerate(documents):
            await self._documents.send(at.room, document, f"{at.key}:file:{number}", at.relation)

    async def send(self, at: Spot, words: Words, number: int = 0, **more: object) -> str:
        """One message in the thread, with `more` in its content; returns it."""
        content = {**notice(words, at.key), "m.relates_to": at.relation, **more}
        return await self._sending.send(at.room, "m.room.message", content, f"{at.key}:{number}")

    async def tell(
        self, at: Spot, person: Ref, t: Translator, words: Sequence[Words], documents: Sequence[Document]
    ) -> None:
        """Say it to one person alone, and in the thread that it was."""
        try:
            await self._told(at, person, t, words, documents)
        except NetworkRefused:
            await self._word(at, t(_NOT_IN_PRIVATE))
        else:
            await self._word(at, t(_IN_PRIVATE))

    async def _told(
        self, at: Spot, person: Ref, t: Translator, words: Sequence[Words], documents: Sequence[Document]
    ) -> None:
        for number, each in enumerate(packed(words)):
            key = f"{at.key}:direct:{number}"
            sent = await self._directs.tell(person, Say(html=each.html, marker=at.key, language=t.language), key)
        for number, document in enumerate(documents):
            room = refs.message_id(sent).room
            await self._documents.send(room, document, f"{at.key}:direct:file:{number}")

    async def _word(self, at: Spot, text: str) -> None:
        content = {**notice(said(text), at.key), "m.relates_to": at.relation}
        await self._sending.send(at.room, "m.room.message", content, f"{at.key}:private")

    async def withdraw(self, at: Spot) -> None:
        """Take away the message that is answered, where the bot may: it tells a secret to the room."""
        try:
            await self._redacting.redact(at.room, at.event)
        except NetworkRefused:
            return  # who wrote it can still delete it

    async def beside(self, at: Spot, work: Awaitable[Done]) -> Done:
        """Await `work`; where it takes its time the message that asked for it shows that it is under way."""
        showing = asyncio.create_task(self._under_way(at))
        try:
            return await work
        finally:
            showing.cancel()
            await asyncio.wait([showing])
            broken = None if showing.cancelled() else showing.exception()
            if broken is not None and not isinstance(broken, NetworkError):  # the answer itself tells of those
                raise broken

    async def _under_way(self, at: Spot) -> None:
        await asyncio.sleep(self._prompt)
        relation = {"rel_type": "m.annotation", "event_id": at.event, "key": WORKING}
        sent = await self._sending.send(at.room, REACTION, {"m.relates_to": relation}, f"{at.key}:working")
        try:
            await asyncio.Event().wait()
        finally:
            await self._redacting.redact(at.room, sent)
