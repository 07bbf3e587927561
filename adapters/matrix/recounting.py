"""What stands in a discussion on Matrix, listed again after a gap."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from adapters.matrix.finding import Finding
from adapters.matrix.line import Line
from bot.domain.model import Ref
from bot.ports.network import Recount


class Recounting:
    """See `bot.ports.network.CanRecount`."""

    def __init__(self, line: Line, finding: Finding) -> None:
        self._line = line
        self._finding = finding

    async def recount(self, post: Ref, thread: Ref, since: datetime, messages: Sequence[Ref]) -> Recount:
        raise NotImplementedError
