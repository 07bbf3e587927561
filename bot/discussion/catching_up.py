"""After a gap: what stands on a network is held against what is stored, and the difference is applied both ways."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from bot.discussion.desk import Discussion
from bot.ports.clock import Clock
from bot.ports.network import Network
from bot.ports.stores import Store


class CatchingUp:
    """Looks through the discussions that were active lately, network by network."""

    def __init__(
        self,
        *,
        store: Store,
        networks: Mapping[str, Network],
        discussion: Discussion,
        clock: Clock,
        horizon: timedelta,
    ) -> None:
        self._store = store
        self._networks = networks
        self._discussion = discussion
        self._clock = clock
        self._horizon = horizon

    def missed(self, network: str) -> None:
        """Something may have been missed on a network: look through it soon. A look under way is begun anew."""
        raise NotImplementedError

    async def run(self) -> None:
        """Look whenever something was missed, until cancelled. Raises StorageError."""
        raise NotImplementedError
