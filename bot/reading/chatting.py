"""What chat networks ask for: whose words are spoken where, the best comments, reported errors, small notes."""

from __future__ import annotations

from collections.abc import Sequence

from bot.domain.events import Outcome, Who
from bot.domain.model import CorrectionKind, Ref
from bot.office import Office
from bot.ports.chat import BestComment, Place
from bot.ports.moderation import CorrectionsDesk


class ChattingDesk:
    """See `bot.ports.chat.ChatDesk`."""

    def __init__(self, office: Office, corrections: CorrectionsDesk) -> None:
        self._office = office
        self._corrections = corrections

    async def place(self, server: Ref | None, *places: Ref) -> Place | None:
        raise NotImplementedError

    async def best(self, place: Ref, limit: int) -> Sequence[BestComment]:
        raise NotImplementedError

    async def report_error(self, who: Who, post: Ref, kind: CorrectionKind, *, excerpt: str, remark: str) -> Outcome:
        raise NotImplementedError

    async def recall(self, name: str) -> str | None:
        raise NotImplementedError

    async def note(self, name: str, value: str) -> None:
        raise NotImplementedError
