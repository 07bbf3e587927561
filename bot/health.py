"""How the whole is doing."""

from __future__ import annotations

from datetime import timedelta

from bot.domain.orders import OutboxState
from bot.errors import StorageError
from bot.ports.clock import Clock
from bot.ports.desk import HealthReport
from bot.ports.stores import Store

DEAD = HealthReport(database=False, late=timedelta(0), feeds=0, failing=0, outbox_pending=0, outbox_parked=0)


class StoreHealth:
    """Asks the database."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    async def report(self) -> HealthReport:
        """The present state; a database that does not answer is reported, not raised."""
        try:
            async with self._store.read() as tx:
                due = await tx.feeds.next_due()
                feeds = await tx.feeds.count()
                counts = await tx.outbox.counts()
        except StorageError:
            return DEAD
        now = self._clock.now()
        return HealthReport(
            database=True,
            late=max(now - due, timedelta(0)) if due else timedelta(0),
            feeds=feeds.all,
            failing=feeds.failing,
            outbox_pending=counts.get(OutboxState.PENDING, 0),
            outbox_parked=counts.get(OutboxState.PARKED, 0),
        )
