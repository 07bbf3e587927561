"""Time, as something that is handed in."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol


class Clock(Protocol):
    """Tells the time; tests hand in one that they set."""

    def now(self) -> datetime:
        """The present moment, aware, in UTC."""
        ...
