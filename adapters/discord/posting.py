"""What the bot writes on Discord: posts, threads, words, reactions."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from adapters.discord.line import Line
from bot.domain.model import Ref
from bot.ports.network import Card, CaseCard, Say


class Posting:
    """See `bot.ports.network`: the abilities that write, and those that look for what was written."""

    def __init__(self, line: Line) -> None:
        self._line = line

    async def post(self, channel: Ref, card: Card, key: str) -> Ref:
        raise NotImplementedError

    async def open_thread(self, post: Ref, name: str, key: str) -> Ref:
        raise NotImplementedError

    async def say(self, place: Ref, message: Say, key: str) -> Ref:
        raise NotImplementedError

    async def tell(self, account: Ref, message: Say, key: str) -> Ref:
        raise NotImplementedError

    async def edit(self, post: Ref, card: Card) -> None:
        raise NotImplementedError

    async def delete(self, message: Ref) -> None:
        raise NotImplementedError

    async def find(self, place: Ref, marker: str, since: datetime | None) -> Sequence[Ref]:
        raise NotImplementedError

    async def find_threads(self, post: Ref) -> Sequence[Ref]:
        raise NotImplementedError

    async def seed(self, message: Ref, emoji: str) -> None:
        raise NotImplementedError

    def invitation(self, language: str) -> str:
        raise NotImplementedError

    async def hide(self, message: Ref, *, hidden: bool) -> None:
        raise NotImplementedError

    async def lock(self, thread: Ref, *, locked: bool) -> None:
        raise NotImplementedError

    async def take_off(self, reaction: Ref) -> None:
        raise NotImplementedError

    async def rename(self, thread: Ref, name: str) -> None:
        raise NotImplementedError

    async def show_case(self, channel: Ref, case: CaseCard, key: str) -> Ref:
        raise NotImplementedError

    async def edit_case(self, message: Ref, case: CaseCard) -> None:
        raise NotImplementedError
