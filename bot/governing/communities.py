"""The communities of one Tribune."""

from __future__ import annotations

from bot.office import Office


class CommunityDesk:
    """See `bot.ports.governing.CommunitiesDesk`."""

    def __init__(self, office: Office) -> None:
        self._office = office
