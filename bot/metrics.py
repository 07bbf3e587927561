"""What Prometheus reads."""

from __future__ import annotations

import asyncio

from prometheus_client import CollectorRegistry, Gauge

from bot.ports.desk import Health

EVERY = 15.0  # seconds


class Gauges:
    """The state of the whole as gauges."""

    def __init__(self, registry: CollectorRegistry, health: Health) -> None:
        self._health = health
        self._late = Gauge(
            "tribune_feeds_late_seconds", "How long the longest waiting due feed waits", registry=registry
        )
        self._feeds = Gauge("tribune_feeds", "Feeds that are polled", registry=registry)
        self._failing = Gauge("tribune_feeds_failing", "Feeds whose last poll failed", registry=registry)
        self._outbox = Gauge("tribune_outbox", "Unfinished rows of the outbox", ["state"], registry=registry)

    async def keep_current(self) -> None:
        """Ask every few seconds, until cancelled."""
        while True:
            report = await self._health.report()
            self._late.set(report.late.total_seconds())
            self._feeds.set(report.feeds)
            self._failing.set(report.failing)
            self._outbox.labels("pending").set(report.outbox_pending)
            self._outbox.labels("parked").set(report.outbox_parked)
            await asyncio.sleep(EVERY)
