"""Where in the homeserver's stream the bot has come to, written down when all before it is stored."""

from __future__ import annotations

from datetime import datetime, timedelta

from adapters.matrix.sessions import Session
from bot.ports.chat import ChatDesk
from bot.ports.clock import Clock

_AT_LEAST_EVERY = timedelta(minutes=5)


class Position:
    """A device's own: another one begins anew."""

    def __init__(self, chat: ChatDesk, session: Session, clock: Clock) -> None:
        self._chat = chat
        self._name = f"matrix:since:{session.user}:{session.device}"
        self._clock = clock
        self._noted_at: datetime | None = None

    async def recall(self) -> str | None:
        """None where nothing is known, and nobody can say what was missed."""
        return await self._chat.recall(self._name) or None

    async def note(self, batch: str, *, told: bool) -> None:
        """All before `batch` is stored. Where nothing was `told` that would be told again, it need not be noted each
        time."""
        now = self._clock.now()
        if not told and self._noted_at is not None and now - self._noted_at < _AT_LEAST_EVERY:
            return
        await self._chat.note(self._name, batch)
        self._noted_at = now
