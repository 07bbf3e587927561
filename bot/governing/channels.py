"""What is set in channels."""

from __future__ import annotations

from bot.office import Office


class ChannelDesk:
    """See `bot.ports.governing.ChannelsDesk`."""

    def __init__(self, office: Office) -> None:
        self._office = office
