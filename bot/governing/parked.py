"""What the outbox could not do: listed, tried again, dropped."""

from __future__ import annotations

from bot.office import Office


class ParkedDesk:
    """See `bot.ports.governing.OutboxDesk`."""

    def __init__(self, office: Office) -> None:
        self._office = office
