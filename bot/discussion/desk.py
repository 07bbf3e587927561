"""Takes events, has them stored, and tells what follows from them to whoever shows or sends it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from bot.discussion.recording import Recorded, Recording
from bot.domain.events import Event, Outcome
from bot.domain.votes import Ballot
from bot.ports.clock import Clock
from bot.ports.network import Network
from bot.ports.signals import Signal, Signals
from bot.ports.stores import Store, Tx


@dataclass(frozen=True, kw_only=True, slots=True)
class DiscussionSettings:
    """How events are taken."""

    ballot: Ballot = field(default_factory=Ballot)
    refresh_every: timedelta = timedelta(minutes=1)  # posts show new counts at most this often


class Discussion:
    """Stores what happens. The same event may come twice: the second changes nothing."""

    def __init__(
        self,
        *,
        store: Store,
        networks: Mapping[str, Network],
        signals: Signals,
        clock: Clock,
        settings: DiscussionSettings,
        new_key: Callable[[], str],
        on_orders: Callable[[], None],
    ) -> None:
        self._store = store
        self._networks = networks
        self._signals = signals
        self._clock = clock
        self._settings = settings
        self._new_key = new_key
        self._on_orders = on_orders

    async def take(self, event: Event) -> Outcome:
        """Store an event and what follows from it. Raises StorageError."""

        async def work(tx: Tx) -> Recorded:
            return await self._recording(tx).record(event)

        recorded = await self._store.write(work)
        for community_id, discussion_id in recorded.touched:
            self._signals.publish(Signal(community_id=community_id, discussion_id=discussion_id))
        if recorded.ordered:
            self._on_orders()
        return recorded.outcome

    def _recording(self, tx: Tx) -> Recording:
        return Recording(
            tx,
            ballot=self._settings.ballot,
            refresh_every=self._settings.refresh_every,
            live_networks=frozenset(name for name, each in self._networks.items() if each.reads_store),
            new_key=self._new_key,
            now=self._clock.now(),
        )
