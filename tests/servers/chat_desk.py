"""What a chat network's door asks of the core, answered as it is told to and noted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from bot.domain.events import Outcome, Who
from bot.domain.model import CorrectionKind, Ref
from bot.errors import StorageError
from bot.ports.chat import BestComment, Place


@dataclass
class NotedChat:
    """See `bot.ports.chat.ChatDesk`; `at` is where everything is."""

    at: Place | None
    broken: bool = False
    comments: tuple[BestComment, ...] = ()
    notes: dict[str, str] = field(default_factory=dict)
    asked: list[tuple[Ref | None, ...]] = field(default_factory=list)
    errors: list[tuple[str, Ref, CorrectionKind, str, str]] = field(default_factory=list)

    async def place(self, server: Ref | None, *places: Ref) -> Place | None:
        self.asked.append((server, *places))
        if self.broken:
            raise StorageError("the disk is full")
        return self.at

    async def best(self, place: Ref, limit: int) -> Sequence[BestComment]:
        self.asked.append((place,))
        return self.comments[:limit]

    async def report_error(self, who: Who, post: Ref, kind: CorrectionKind, *, excerpt: str, remark: str) -> Outcome:
        self.errors.append((who.name, post, kind, excerpt, remark))
        return Outcome()

    async def recall(self, name: str) -> str | None:
        return self.notes.get(name)

    async def note(self, name: str, value: str) -> None:
        self.notes[name] = value
