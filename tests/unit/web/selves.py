"""What members see of order and do for it: their flags, what they were told, corrections. In memory."""

from __future__ import annotations

from dataclasses import dataclass

from tests.servers.clock import SetClock


@dataclass
class Selves:
    """The part of members and admins in `Order`."""

    clock: SetClock
