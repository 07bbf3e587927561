"""The news, as members ask for it."""

from __future__ import annotations

from bot.office import Office


class ReadingDesk:
    """See `bot.ports.newsdesk.NewsDesk`."""

    def __init__(self, office: Office) -> None:
        self._office = office
