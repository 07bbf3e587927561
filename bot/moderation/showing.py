"""Cases as moderators are shown them in a channel of their own."""

from __future__ import annotations

from bot.domain.model import CaseId, Channel
from bot.office import Office
from bot.ports.moderation import ModerationReader
from bot.ports.network import CaseCard


class CaseShowing:
    """See `bot.ports.cards.CaseCards`."""

    def __init__(self, office: Office, order: ModerationReader) -> None:
        self._office = office
        self._order = order

    async def card(self, case_id: CaseId, channel: Channel, marker: str) -> CaseCard | None:
        raise NotImplementedError
