"""What is read to catch up with a network after a gap."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Protocol

from bot.domain.difference import Known
from bot.domain.model import Post, Ref
from bot.domain.orders import OutboxState


class Catching(Protocol):
    """Threads that were active lately, and what is stored of each."""

    async def threads(self, network: str, since: datetime) -> Sequence[Post]:
        """The posts on a network that have a thread, and whose discussion had a comment, a reaction or a post since
        then; the one that was active last first."""
        ...

    async def older(self, post: Post, before: datetime, limit: int) -> Sequence[Ref]:
        """The live comments of a post's thread from before then, the newest first."""
        ...

    async def known(self, post: Post, since: datetime, messages: Collection[Ref]) -> Known:
        """What is stored of a post's thread: the comments since then and, wherever they were written, `messages`; the
        reactions on the post and on all these. `locked` is whether the discussion's lock stands, None where the
        bot's last try to lock or unlock the thread has not come off."""
        ...

    async def taken(self, message: Ref) -> bool:
        """Whether the bot took a comment out of sight on its network, or is about to: some can do that only by
        deleting it there."""
        ...

    async def lock_order(self, thread: Ref) -> OutboxState | None:
        """How far the bot's last lock or unlock of a thread has come, None where there is none."""
        ...
