"""Time that is set by hand."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(slots=True)
class SetClock:
    """Implements `Clock`: it is always `time`, until somebody sets it anew."""

    time: datetime

    def now(self) -> datetime:
        """What the clock is set to."""
        return self.time
