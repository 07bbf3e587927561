"""Cases as moderators see them in a room, with reactions that decide."""

from __future__ import annotations

from adapters.matrix.redacting import Redacting
from adapters.matrix.sending import Sending
from bot.domain.model import Ref
from bot.ports.network import CaseCard


class Showing:
    """See `bot.ports.network.CanShowCases`."""

    def __init__(self, sending: Sending, redacting: Redacting) -> None:
        self._sending = sending
        self._redacting = redacting

    async def show_case(self, channel: Ref, case: CaseCard, key: str) -> Ref:
        raise NotImplementedError

    async def edit_case(self, message: Ref, case: CaseCard) -> None:
        raise NotImplementedError
