"""What the bot writes on Matrix: posts, the words in their threads, votes to press."""

from __future__ import annotations

from adapters.matrix.sending import Sending
from adapters.matrix.uploads import Uploads
from bot.domain.model import Ref
from bot.ports.network import Card, Say


class Posting:
    """See `bot.ports.network.Network`, `CanSeed`, `CanInvite`."""

    def __init__(self, sending: Sending, uploads: Uploads) -> None:
        self._sending = sending
        self._uploads = uploads

    async def post(self, channel: Ref, card: Card, key: str) -> Ref:
        raise NotImplementedError

    async def say(self, place: Ref, message: Say, key: str) -> Ref:
        raise NotImplementedError

    async def edit(self, post: Ref, card: Card) -> None:
        raise NotImplementedError

    async def seed(self, message: Ref, emoji: str) -> None:
        raise NotImplementedError

    def invitation(self, language: str) -> str:
        raise NotImplementedError
