"""Who may do what."""

from __future__ import annotations

from bot.office import Office


class RoleDesk:
    """See `bot.ports.governing.RolesDesk`."""

    def __init__(self, office: Office) -> None:
        self._office = office
