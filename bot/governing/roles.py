"""Who may do what."""

from __future__ import annotations

from bot.office import Office
from bot.ports.people import Invitations


class RoleDesk:
    """See `bot.ports.governing.RolesDesk`."""

    def __init__(self, office: Office, links: Invitations | None) -> None:
        self._office = office
        self._links = links
