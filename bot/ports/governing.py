"""How communities are run: roles, channels, communities, and what the outbox could not do.

Called by the commands; every method raises `RequestError` with a message for who asked.
"""

from __future__ import annotations

from typing import Protocol


class RolesDesk(Protocol):
    """Who may do what."""


class ChannelsDesk(Protocol):
    """What is set in channels."""


class CommunitiesDesk(Protocol):
    """The communities of one Tribune; for the operator."""


class OutboxDesk(Protocol):
    """What the outbox could not do."""
