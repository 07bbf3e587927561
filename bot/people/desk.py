"""What members do for themselves."""

from __future__ import annotations

from bot.office import Office


class MembersDesk:
    """See `bot.ports.people.PeopleDesk`."""

    def __init__(self, office: Office) -> None:
        self._office = office
