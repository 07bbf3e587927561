"""The connection to the homeserver: the session, the loop, and what becomes of failures."""

from __future__ import annotations

from collections.abc import Callable

from adapters.matrix.line import Line
from adapters.matrix.news import Listener
from adapters.matrix.settings import MatrixSettings
from bot.ports.chat import ChatDesk
from bot.ports.clock import Clock
from bot.ports.network import Emit


class Gateway:
    """Logs in, listens, and says clearly why it cannot."""

    def __init__(
        self,
        line: Line,
        settings: MatrixSettings,
        listening: Callable[[Emit], Listener],
        *,
        chat: ChatDesk,
        clock: Clock,
    ) -> None:
        self._line = line
        self._settings = settings
        self._listening = listening
        self._chat = chat
        self._clock = clock

    async def run(self, emit: Emit) -> None:
        """Log in and listen until cancelled. Raises NetworkError; what `emit` raises comes out as it is."""
        raise NotImplementedError
