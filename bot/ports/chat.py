"""What a chat network's door asks of the core, beside handing over events and commands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from bot.domain.events import Outcome, Who
from bot.domain.model import Channel, CommunityId, CorrectionKind, Ref, Totals


@dataclass(frozen=True, kw_only=True, slots=True)
class Place:
    """Where somebody is. `channel` is the one that articles are posted in, None where none are."""

    community_id: CommunityId
    channel: Channel | None
    language: str
    zone: str


@dataclass(frozen=True, kw_only=True, slots=True)
class BestComment:
    """A comment that others liked; `excerpt` is plain and short."""

    message: Ref
    author: str
    excerpt: str
    totals: Totals


class ChatDesk(Protocol):
    """Called by the doors of chat networks; raises `StorageError`, and `RequestError` where it says so."""

    async def place(self, server: Ref | None, *places: Ref) -> Place | None:
        """Whose words are spoken where somebody is: the first of `places` (a thread, its channel) that is known, else
        the community of the server; None where the bot has no business."""
        ...

    async def best(self, place: Ref, limit: int) -> Sequence[BestComment]:
        """The best comments of the discussion whose post, thread or comment `place` is, the best first; those on the
        same network and not hidden."""
        ...

    async def report_error(self, who: Who, post: Ref, kind: CorrectionKind, *, excerpt: str, remark: str) -> Outcome:
        """Report an error in the article of a post, as it is now."""
        ...

    async def recall(self, name: str) -> str | None:
        """What a door wrote down before."""
        ...

    async def note(self, name: str, value: str) -> None:
        """Write something small down for later, such as which commands were registered."""
        ...
