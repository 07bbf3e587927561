"""A running bot: what goes on at once, and in which order it stops."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Coroutine, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta

from adapters.web import WebNetwork, make_link
from bot.app.parts import Parts
from bot.courier import Courier
from bot.domain.model import Role
from bot.garbage import settle
from bot.health import StoreHealth
from bot.lifecycle import Lifecycle
from bot.metrics import Gauges
from bot.moderation import ModerationDesk
from bot.newsroom import Digests, Newsroom
from bot.people import Watch
from bot.ports.network import Network
from bot.reception import Reception
from bot.reputation import Ledger
from bot.supervision import supervise
from bot.upkeep import keep_alive, look_after, prune_daily
from feeds.fetch import HttpFeedSource

LINK_LIFETIME = timedelta(hours=12)


@dataclass(kw_only=True, slots=True)
class Tribune:
    """All parts of a running bot, as `assemble` wires them."""

    parts: Parts
    source: HttpFeedSource
    newsroom: Newsroom
    courier: Courier
    reception: Reception
    moderation: ModerationDesk
    digests: Digests
    watch: Watch
    ledger: Ledger
    health: StoreHealth
    gauges: Gauges
    networks: Mapping[str, Network]
    web: WebNetwork | None

    async def run(self, life: Lifecycle, announce: Callable[[str], None]) -> None:
        """Work until told to stop, then stop in order: no new polls, no new deliveries, then the doors."""
        if self.web is not None:
            await self.web.start()
        try:
            async with asyncio.TaskGroup() as group:
                steady = [group.create_task(each) for each in self._steady(life)]
                doors = [group.create_task(supervise(each, self.reception.take)) for each in self.networks.values()]
                newsroom = group.create_task(self.newsroom.run(), name="newsroom")
                courier = group.create_task(self.courier.run(), name="courier")
                await self._announce(announce)
                settle()
                life.notifier.ready(f"{len(self.networks)} networks")
                await life.stopping.wait()
                await self.newsroom.drain()
                await newsroom
                await self.courier.drain()
                await courier
                for task in [*doors, *steady]:
                    task.cancel()
        finally:
            await self.source.close()

    def _steady(self, life: Lifecycle) -> Iterator[Coroutine[object, object, None]]:
        """What goes on beside the work, until the end."""
        store, clock, retention = self.parts.store, self.parts.clock, self.parts.config.database.retention
        yield life.watch(self._alive)
        yield keep_alive(store, clock)
        yield self._hear_others()
        yield self.ledger.keep_current()
        yield look_after(self.moderation)
        yield look_after(self.digests)
        yield look_after(self.watch)
        yield self.reception.catching_up.run()
        yield self.gauges.keep_current()
        if retention is not None:
            yield prune_daily(store, clock, retention)

    async def _hear_others(self) -> None:
        """The command line wrote into the database: look what there is to do."""
        async for _ in self.parts.store.foreign_writes():
            self.parts.signals.all_changed()
            self.newsroom.wake()
            self.courier.wake()

    async def _alive(self) -> bool:
        return (await self.health.report()).database

    async def _announce(self, announce: Callable[[str], None]) -> None:
        """Where the page is, and how the administrator gets in: on a terminal, not into a service's journal."""
        if self.web is None:
            announce("Tribune is running, without a page.")
            return
        announce(f"Tribune is running: {self.web.settings.base}/")
        if "INVOCATION_ID" in os.environ:
            announce("For a sign-in link, run: tribune role invite --role admin")
            return
        link = await self._admin_link(self.web)
        announce(f"Administrator's sign-in, good once and for {LINK_LIFETIME.seconds // 3600} hours: {link}")

    async def _admin_link(self, web: WebNetwork) -> str:
        store, now = self.parts.store, self.parts.clock.now()
        async with store.read() as tx:
            default = next(each for each in await tx.places.communities() if each.default)
        return await make_link(store, web.settings, default.id, role=Role.ADMIN, now=now, lifetime=LINK_LIFETIME)
