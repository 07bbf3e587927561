"""Rooms that invite the bot, that it comes into, that move, and that it is put out of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import nio

from adapters.matrix.leaving import Leaving
from adapters.matrix.line import Line
from adapters.matrix.sending import Sending
from adapters.matrix.settings import MatrixSettings
from adapters.matrix.spaces import Spaces
from bot.ports.chat import ChatDesk
from bot.ports.clock import Clock
from bot.ports.network import Emit


class Guests:
    """Called by `Listening`; each returns when what it tells of is stored."""

    def __init__(
        self,
        line: Line,
        sending: Sending,
        leaving: Leaving,
        spaces: Spaces,
        settings: MatrixSettings,
        *,
        chat: ChatDesk,
        clock: Clock,
    ) -> None:
        self._line = line
        self._sending = sending
        self._leaving = leaving
        self._spaces = spaces
        self._settings = settings
        self._chat = chat
        self._clock = clock

    async def invited(self, emit: Emit, room: str, state: Sequence[nio.InviteEvent]) -> None:
        """Join where the inviter is allowed to ask, or where the room is known; else decline with a reason."""
        raise NotImplementedError

    async def joined(self, emit: Emit, room: str) -> None:
        """The bot is in a room."""
        raise NotImplementedError

    async def left(self, emit: Emit, room: str, events: Sequence[nio.Event]) -> None:
        """The bot is not in a room any more."""
        raise NotImplementedError

    async def moved(self, emit: Emit, room: str, content: Mapping[str, object]) -> None:
        """A room was replaced by another one: follow, with all that goes there."""
        raise NotImplementedError
