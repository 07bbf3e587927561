"""Who asks in a room is answered there, in a thread on the question or in the thread it was asked in."""

from __future__ import annotations

import nio

from adapters.matrix.line import Line
from adapters.matrix.powers import Powers
from adapters.matrix.redacting import Redacting
from adapters.matrix.sending import Sending
from adapters.matrix.spaces import Spaces
from bot.ports.chat import ChatDesk
from bot.ports.clock import Clock
from bot.ports.commands import Commands


class Door:
    """Called by `Listening`. Answers are made beside the loop, which never waits for them."""

    def __init__(
        self,
        line: Line,
        sending: Sending,
        redacting: Redacting,
        *,
        powers: Powers,
        spaces: Spaces,
        commands: Commands,
        chat: ChatDesk,
        clock: Clock,
    ) -> None:
        self._line = line
        self._sending = sending
        self._redacting = redacting
        self._powers = powers
        self._spaces = spaces
        self._commands = commands
        self._chat = chat
        self._clock = clock

    def said(self, room: nio.MatrixRoom, event: nio.RoomMessageText) -> bool:
        """Take a message that is a command, or speaks to the bot; False where it is neither, and so is a comment."""
        raise NotImplementedError

    def reacted(self, room: nio.MatrixRoom, event: nio.ReactionEvent) -> bool:
        """Take a reaction that may decide something; False where it is none of those, and so may be a vote."""
        raise NotImplementedError

    async def end(self) -> None:
        """Let answers that are under way be given, for a moment. Raises what broke while they were made."""
        raise NotImplementedError
