"""What stands in a discussion on Discord, listed again after a gap."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from adapters.discord.line import Line
from bot.domain.model import Ref
from bot.ports.network import Recount


class Recounting:
    """See `bot.ports.network.CanRecount`."""

    def __init__(self, line: Line) -> None:
        self._line = line

    async def recount(self, post: Ref, thread: Ref, since: datetime, messages: Sequence[Ref]) -> Recount:
        raise NotImplementedError
