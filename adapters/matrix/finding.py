"""The bot's own messages, looked for by what they carry; and pages of events, decrypted."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from datetime import datetime

import nio

from adapters.matrix.line import Line
from bot.domain.model import Ref


class Finding:
    """See `bot.ports.network.CanFind`."""

    def __init__(self, line: Line) -> None:
        self._line = line

    async def find(self, place: Ref, marker: str, since: datetime | None) -> Sequence[Ref]:
        raise NotImplementedError

    def relations(self, room: str, event: str, relation: str, kind: str | None = None) -> AsyncIterator[nio.Event]:
        """What relates to an event ("m.thread", "m.annotation", "m.replace"), the newest first, decrypted where that is
        possible. Raises NetworkError."""
        raise NotImplementedError

    def backwards(self, room: str, start: str | None, end: str | None = None) -> AsyncIterator[nio.Event]:
        """A room's timeline from a position (None: from now) back to another (None: to its beginning), decrypted."""
        raise NotImplementedError

    async def event(self, room: str, event: str) -> nio.Event | None:
        """One event, decrypted where that is possible; None where it is not there."""
        raise NotImplementedError
