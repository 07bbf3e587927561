"""What members do for themselves: who they are here, what they follow, what is kept of them.

Called by the commands; every method raises `RequestError` with a message for who asked.
"""

from __future__ import annotations

from typing import Protocol


class PeopleDesk(Protocol):
    """What members do for themselves."""
