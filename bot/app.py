"""The one place that builds things: what is run, with which parts, and in which order it stops."""

from __future__ import annotations

import asyncio
import os
import secrets
import socket
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from random import random

import structlog
from prometheus_client import CollectorRegistry

from adapters.web import WebNetwork, WebSettings, make_link
from adapters.web.refs import section as section_ref
from bot.check import CheckReport, report
from bot.config import Config
from bot.courier import Courier, CourierSettings
from bot.discussion import Discussion, DiscussionSettings
from bot.domain.delivery import RefillPolicy
from bot.domain.model import Feed, Post, Role, network_of
from bot.health import StoreHealth
from bot.lifecycle import Lifecycle, lifecycle
from bot.metrics import Gauges
from bot.newsroom import Access, FeedDesk, Newsroom, NewsroomSettings
from bot.ports.network import Network
from bot.ports.signals import Signals
from bot.ports.stores import Tx
from bot.seeding import held, plan_of, seed
from bot.signals import Noticeboard
from bot.supervision import supervise
from bot.upkeep import away_since, keep_alive, prune_daily
from feeds.fetch import HttpFeedSource
from feeds.settings import FetchSettings
from storage import SchemaState, SqlStore, migrate, open_store, schema_state
from storage.instance import hold

log = structlog.get_logger()

AFTER_DOWNTIME = timedelta(minutes=10)  # how long what comes up after a long absence is refilled as after an outage
LINK_LIFETIME = timedelta(hours=12)
SCHEMA = {
    SchemaState.NONE: "there is none yet: a start makes it",
    SchemaState.BEHIND: "older than this version: a start upgrades it",
    SchemaState.CURRENT: "up to date",
    SchemaState.AHEAD: "made by a newer version of Tribune: a start refuses",
}


class SystemClock:
    """Tells the machine's time."""

    def now(self) -> datetime:
        """The present moment, aware, in UTC."""
        return datetime.now(UTC)


@dataclass(frozen=True, kw_only=True, slots=True)
class Parts:
    """What an extra network may be built with."""

    config: Config
    store: SqlStore
    signals: Signals
    clock: SystemClock


async def run(
    config: Config,
    *,
    announce: Callable[[str], None],
    extra_networks: Sequence[Callable[[Parts], Network]] = (),
) -> None:
    """Run Tribune until it is told to stop. Raises ConfigError, StorageError, DatabaseHeldError."""
    async with lifecycle() as life, hold(config.database.address):
        await migrate(config.database.address)
        async with _parts(config) as parts:
            await Tribune(parts, extra_networks).run(life, announce)


async def check(config: Config) -> CheckReport:
    """Say what a start would do, changing nothing. Raises StorageError where the database cannot be asked."""
    address, plan = config.database.address, plan_of(config, section_ref)
    state = await schema_state(address)
    there = None
    if state is SchemaState.CURRENT:
        store = await open_store(address)
        try:
            async with store.read() as tx:
                there = await held(tx, plan)
        finally:
            await store.close()
    return report(plan, there, database=config.database.shown, schema=SCHEMA[state])


@asynccontextmanager
async def _parts(config: Config) -> AsyncIterator[Parts]:
    store = await open_store(config.database.address)
    try:
        yield Parts(config=config, store=store, signals=Noticeboard(), clock=SystemClock())
    finally:
        await store.close()


class Tribune:
    """All parts of a running bot, wired."""

    def __init__(self, parts: Parts, extra_networks: Sequence[Callable[[Parts], Network]]) -> None:
        self._parts = parts
        self._extra = extra_networks
        self._registry = CollectorRegistry()
        self._networks: dict[str, Network] = {}

    async def run(self, life: Lifecycle, announce: Callable[[str], None]) -> None:
        """Start everything, wait for the end, stop in order: no new polls, no new deliveries, then the doors."""
        config, store, clock = self._parts.config, self._parts.store, self._parts.clock
        now = clock.now()
        away = await away_since(store)
        await self._take_over(now)
        await seed(store, plan_of(config, section_ref), now)
        web = await self._open_doors()
        if away is not None and now - away >= config.delivery.outage_after:
            log.info("catching up after an absence", since=away.isoformat(timespec="seconds"))
            self._courier.recovering(now + AFTER_DOWNTIME)
        try:
            await self._work(life, announce, web)
        finally:
            await self._source.close()

    async def _take_over(self, now: datetime) -> None:
        """The database is held by this process: what another claimed is free."""
        await self._parts.store.write(lambda tx: tx.feeds.release_claims())
        await self._parts.store.write(lambda tx: tx.outbox.take_over(now))

    async def _open_doors(self) -> WebNetwork | None:
        self._source = HttpFeedSource(_fetch_settings(self._parts.config))
        self._courier = self._make_courier()
        self._newsroom = await self._make_newsroom()
        self._desk = self._make_desk()
        self._health = StoreHealth(self._parts.store, self._parts.clock)
        self._gauges = Gauges(self._registry, self._health)
        self._discussion = self._make_discussion()
        for build in self._extra:
            network = build(self._parts)
            self._networks[network.name] = network
        if not self._parts.config.web.enabled:
            return None
        web = WebNetwork(
            settings=web_settings(self._parts.config),
            reader=self._parts.store.pages,
            board=self._parts.store.board,
            store=self._parts.store,
            signals=self._parts.signals,
            desk=self._desk,
            health=self._health,
            clock=self._parts.clock,
            secret=await _page_secret(self._parts.store),
            registry=self._registry,
        )
        await web.start()
        self._networks[web.name] = web
        return web

    async def _work(self, life: Lifecycle, announce: Callable[[str], None], web: WebNetwork | None) -> None:
        store, clock, config = self._parts.store, self._parts.clock, self._parts.config
        async with asyncio.TaskGroup() as group:
            steady = [
                group.create_task(life.watch(self._alive)),
                group.create_task(keep_alive(store, clock)),
                group.create_task(self._hear_others()),
                group.create_task(self._gauges.keep_current()),
            ]
            if (retention := config.database.retention) is not None:
                steady.append(group.create_task(prune_daily(store, clock, retention)))
            doors = [
                group.create_task(supervise(network, self._discussion.take), name=f"network {network.name}")
                for network in self._networks.values()
            ]
            newsroom = group.create_task(self._newsroom.run(), name="newsroom")
            courier = group.create_task(self._courier.run(), name="courier")
            await self._announce(announce, web)
            life.notifier.ready(f"{len(self._networks)} networks")
            await life.stopping.wait()
            await self._newsroom.drain()
            await newsroom
            await self._courier.drain()
            await courier
            for task in [*doors, *steady]:
                task.cancel()

    async def _announce(self, announce: Callable[[str], None], web: WebNetwork | None) -> None:
        """Where the page is, and how the administrator gets in: on a terminal, not into a service's journal."""
        if web is None:
            announce("Tribune is running, without a page.")
            return
        announce(f"Tribune is running: {web.settings.base}/")
        if "INVOCATION_ID" in os.environ:
            announce("For a sign-in link, run: tribune invite --role admin")
            return
        link = await self._admin_link(web)
        announce(f"Administrator's sign-in, good once and for {LINK_LIFETIME.seconds // 3600} hours: {link}")

    async def _admin_link(self, web: WebNetwork) -> str:
        store, now = self._parts.store, self._parts.clock.now()
        async with store.read() as tx:
            communities = await tx.places.communities()
        default = next(each for each in communities if each.default)
        return await make_link(
            store,
            web.settings,
            default.id,
            role=Role.ADMIN,
            name=None,
            account_id=None,
            now=now,
            lifetime=LINK_LIFETIME,
        )

    async def _hear_others(self) -> None:
        """The command line wrote into the database: look what there is to do."""
        async for _ in self._parts.store.foreign_writes():
            self._newsroom.wake()
            self._courier.wake()

    async def _alive(self) -> bool:
        return (await self._health.report()).database

    # --- building ---

    def _make_courier(self) -> Courier:
        delivery = self._parts.config.delivery
        policy = RefillPolicy(
            outage_after=delivery.outage_after, keep=delivery.backlog_limit, per_minute=delivery.refill_per_minute
        )
        return Courier(
            store=self._parts.store,
            networks=self._networks,
            signals=self._parts.signals,
            clock=self._parts.clock,
            settings=CourierSettings(refill=policy),
            owner=f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(4)}",
            random=random,
            new_key=_new_key,
        )

    async def _make_newsroom(self) -> Newsroom:
        return Newsroom(
            store=self._parts.store,
            source=self._source,
            signals=self._parts.signals,
            clock=self._parts.clock,
            settings=NewsroomSettings(),
            access=await _access(self._parts),
            lives_on_its_own=self._lives_on_its_own,
            on_orders=self._courier.wake,
            random=random,
            new_key=_new_key,
        )

    def _make_desk(self) -> FeedDesk:
        return FeedDesk(
            store=self._parts.store,
            clock=self._parts.clock,
            new_key=_new_key,
            expires_after=NewsroomSettings().expires_after,
            on_orders=self._courier.wake,
            on_due=self._newsroom.wake,
        )

    def _make_discussion(self) -> Discussion:
        return Discussion(
            store=self._parts.store,
            networks=self._networks,
            signals=self._parts.signals,
            clock=self._parts.clock,
            settings=DiscussionSettings(),
            new_key=_new_key,
            on_orders=self._courier.wake,
        )

    def _lives_on_its_own(self, post: Post) -> bool:
        network = self._networks.get(network_of(post.channel.ref))
        return network is not None and network.reads_store


def _new_key() -> str:
    return secrets.token_hex(12)


async def _page_secret(store: SqlStore) -> bytes:
    """The key that signs the page's cookies; made once for a database."""
    fresh = secrets.token_hex(32)

    async def work(tx: Tx) -> str:
        known = await tx.settings.get("page-secret")
        if known is None:
            await tx.settings.put("page-secret", fresh)
        return known or fresh

    return bytes.fromhex(await store.write(work))


async def _access(parts: Parts) -> Callable[[Feed], Access]:
    """What each configured feed's requests carry, also after the feed moved for good."""
    known: dict[int, Access] = {}
    async with parts.store.read() as tx:
        for each in parts.config.feeds:
            feed = await tx.feeds.by_address(each.address)
            if feed is not None:
                known[feed.id] = Access(
                    headers=tuple((name, value.get_secret_value()) for name, value in each.headers.items()),
                    user=each.user,
                    password=each.password.get_secret_value() if each.password else None,
                    proxy=each.proxy.get_secret_value() if each.proxy else None,
                )
    nothing = Access()
    return lambda feed: known.get(feed.id, nothing)


def _fetch_settings(config: Config) -> FetchSettings:
    polling = config.polling
    return FetchSettings(
        contact=config.tribune.contact,
        allowed_hosts=polling.allowed_hosts,
        timeout=polling.timeout,
        workers=polling.workers,
        proxy=polling.proxy.get_secret_value() if polling.proxy else None,
    )


def web_settings(config: Config) -> WebSettings:
    web = config.web
    return WebSettings(
        host=web.host,
        port=web.port,
        public_base=web.public_base,
        trusted_proxies=web.trusted_proxies,
        open_registration=web.open_registration,
        images_https=web.images,
        contact=config.tribune.contact,
    )
