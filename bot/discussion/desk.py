"""Takes events, has them stored, and tells what follows from them to whoever shows or sends it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from bot.aftermath import Following
from bot.discussion.recording import Recorded, Recording
from bot.domain.events import Event, Outcome
from bot.domain.flags import Heat
from bot.domain.votes import Ballot
from bot.ports.clock import Clock
from bot.ports.signals import Signal, Signals
from bot.ports.stores import Store, Tx


@dataclass(frozen=True, kw_only=True, slots=True)
class DiscussionSettings:
    """How events are taken."""

    ballot: Ballot = field(default_factory=Ballot)
    heat: Heat = field(default_factory=Heat)


class Discussion:
    """Stores what happens. The same event may come twice: the second changes nothing."""

    def __init__(
        self,
        *,
        store: Store,
        following: Following,
        signals: Signals,
        clock: Clock,
        settings: DiscussionSettings,
        on_orders: Callable[[], None],
    ) -> None:
        self._store = store
        self._following = following
        self._signals = signals
        self._clock = clock
        self._settings = settings
        self._on_orders = on_orders

    async def take(self, event: Event) -> Outcome:
        """Store an event and what follows from it. Raises StorageError."""

        async def work(tx: Tx) -> Recorded:
            return await self._recording(tx).record(event)

        recorded = await self._store.write(work)
        for community_id, discussion_id in recorded.settled.touched:
            self._signals.publish(Signal(community_id=community_id, discussion_id=discussion_id))
        if recorded.settled.ordered:
            self._on_orders()
        return recorded.outcome

    def _recording(self, tx: Tx) -> Recording:
        return Recording(
            tx,
            ballot=self._settings.ballot,
            heat=self._settings.heat,
            following=self._following,
            now=self._clock.now(),
        )
