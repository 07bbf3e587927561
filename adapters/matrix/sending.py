"""Messages on their way out: encrypted where the room is, within the size of an event, once for each key."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from adapters.matrix.line import Line


class Sending:
    """Sends events into rooms."""

    def __init__(self, line: Line) -> None:
        self._line = line

    async def send(self, room: str, kind: str, content: Mapping[str, Any], key: str) -> str:
        """Send an event, once for each `key`; returns its ID. Raises NetworkError."""
        raise NotImplementedError

    async def react(self, room: str, event: str, emoji: str) -> None:
        """Put an emoji on a message as the bot; one that is there already is put there. Raises NetworkError."""
        raise NotImplementedError
