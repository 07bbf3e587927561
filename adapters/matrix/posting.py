"""What the bot writes on Matrix: posts, the words in their threads, votes to press."""

from __future__ import annotations

from uuid import uuid4

from adapters.matrix import refs
from adapters.matrix.cards import edit_content, in_thread, post_content, said_content
from adapters.matrix.sending import Sending
from adapters.matrix.uploads import Uploads
from bot.domain.html import escape
from bot.domain.links import is_web_address
from bot.domain.model import Ref
from bot.locale import translator
from bot.ports.network import Card, Say

_MESSAGE = "m.room.message"


class Posting:
    """See `bot.ports.network.Network`, `CanSeed`, `CanInvite`."""

    def __init__(self, sending: Sending, uploads: Uploads) -> None:
        self._sending = sending
        self._uploads = uploads

    async def post(self, channel: Ref, card: Card, key: str) -> Ref:
        """A message with its picture, where that can be had in time."""
        room = refs.room_id(channel)
        content = post_content(card, await self._picture(card))
        return refs.message(room, await self._sending.send(room, _MESSAGE, content, key))

    async def say(self, place: Ref, message: Say, key: str) -> Ref:
        """In a thread, or in a room."""
        content = said_content(message)
        if not refs.is_thread(place):
            room = refs.room_id(place)
            return refs.message(room, await self._sending.send(room, _MESSAGE, content, key))
        at = refs.thread_id(place)
        sent = await self._sending.send(at.room, _MESSAGE, in_thread(content, at.event), key)
        return refs.message(at.room, sent)

    async def edit(self, post: Ref, card: Card) -> None:
        """Whoever was called by it is not called again."""
        at = refs.message_id(post)
        content = edit_content(at.event, post_content(card, await self._picture(card)))
        await self._sending.send(at.room, _MESSAGE, content, uuid4().hex)

    async def seed(self, message: Ref, emoji: str) -> None:
        """Where it is there already nothing is done."""
        at = refs.message_id(message)
        await self._sending.react(at.room, at.event, emoji)

    def invitation(self, language: str) -> str:
        """What a thread is for, as sanitised HTML."""
        t = translator(language)
        lines = (
            t("What do you think of this article? Write it here."),
            t("Votes are reactions, on the article and on what others write: the best comments are shown first."),
            t("Is something not right? Report it to the moderators: react to the message with a flag."),
        )
        return "".join(f"<p>{escape(line)}</p>" for line in lines)

    async def _picture(self, card: Card) -> str | None:
        if card.image is None or card.sensitive is not None or not card.image.startswith("https://"):
            return None
        return await self._uploads.uploaded(card.image) if is_web_address(card.image) else None
