"""The one place that builds things: what is run, with which parts, and in which order it stops."""

from __future__ import annotations

import asyncio
import os
import secrets
import socket
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from random import random
from typing import TYPE_CHECKING

import structlog
from prometheus_client import CollectorRegistry

from adapters.web import PageInvitations, PageLinks, WebNetwork, WebSettings, make_link
from adapters.web.refs import section as section_ref
from bot.aftermath import Following
from bot.check import CheckReport, look, report
from bot.commands.everything import COMMANDS
from bot.commands.house import House
from bot.commands.registry import Registry
from bot.config import Config
from bot.courier import Courier, CourierSettings
from bot.discussion import CatchingUp, Discussion, DiscussionSettings
from bot.domain.delivery import RefillPolicy
from bot.domain.flags import Heat
from bot.domain.model import Feed, Ref, Role, network_of
from bot.domain.reputation import TITLES, Title
from bot.garbage import settle
from bot.governing import ChannelDesk, CommunityDesk, ParkedDesk, RoleDesk, ServerDesk, Unknown, Whereabouts
from bot.health import StoreHealth
from bot.lifecycle import Lifecycle, lifecycle
from bot.metrics import Gauges
from bot.moderation import Articles, ArticlesSettings, CaseShowing, Corrections, ModerationDesk
from bot.newsroom import Access, DeskSettings, Digests, FeedDesk, Making, Newsroom, NewsroomSettings, OpmlImports
from bot.office import Office
from bot.people import MembersDesk, PeopleSettings, Watch
from bot.ports.cards import CaseCards
from bot.ports.clock import Clock
from bot.ports.network import CanHide, CanInspect, Network
from bot.ports.signals import Signals
from bot.ports.stores import Store, Tx
from bot.reading import ChattingDesk, ReadingDesk
from bot.reception import Reception
from bot.reputation import Ledger
from bot.seeding import held, plan_of, seed
from bot.signals import Noticeboard
from bot.supervision import supervise
from bot.upkeep import away_since, keep_alive, look_after, prune_daily
from feeds.fetch import HttpFeedSource
from feeds.opml import OpmlDocuments
from feeds.settings import FetchSettings
from storage import SchemaState, SqlStore, migrate, open_store, schema_state
from storage.instance import hold

if TYPE_CHECKING:
    from adapters.discord import DiscordSettings

log = structlog.get_logger()

AFTER_DOWNTIME = timedelta(minutes=10)  # how long what comes up after a long absence is refilled as after an outage
LINK_LIFETIME = timedelta(hours=12)
SCHEMA = {
    SchemaState.NONE: "there is none yet: a start makes it",
    SchemaState.BEHIND: "older than this version: a start upgrades it",
    SchemaState.CURRENT: "up to date",
    SchemaState.AHEAD: "made by a newer version of Tribune: a start refuses",
}


Page = Callable[[], WebSettings] | None
"""Asks for the settings of the page, whose port may be known late; None where there is no page."""


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
    clock: Clock


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
            tribune = await _assemble(parts, extra_networks)
            await tribune.run(life, announce)


Visiting = Callable[[Config], AbstractAsyncContextManager[Mapping[str, CanInspect]]]
"""What can be asked about channels, for as long as it is entered."""


async def check(config: Config, networks: Visiting | None = None) -> CheckReport:
    """Say what a start would do, and what the bot lacks in the channels of `networks` (those that are configured),
    changing nothing. Raises StorageError where the database cannot be asked."""
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
    async with (networks or _unconnected)(config) as asked:
        looked = await look(plan, there, asked)
    return report(plan, there, database=config.database.shown, schema=SCHEMA[state], looked=looked)


@asynccontextmanager
async def _parts(config: Config, clock: Clock | None = None) -> AsyncIterator[Parts]:
    store = await open_store(config.database.address)
    try:
        yield Parts(config=config, store=store, signals=Noticeboard(), clock=clock or SystemClock())
    finally:
        await store.close()


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


async def _assemble(parts: Parts, extra_networks: Sequence[Callable[[Parts], Network]]) -> Tribune:
    """Take the database over, seed it, and build everything on it."""
    store, clock, now = parts.store, parts.clock, parts.clock.now()
    away = await away_since(store)
    await store.write(lambda tx: tx.feeds.release_claims())
    await store.write(lambda tx: tx.outbox.take_over(now))
    await seed(store, plan_of(parts.config, section_ref), now)

    networks: dict[str, Network] = {}
    registry = CollectorRegistry()
    source = HttpFeedSource(_fetch_settings(parts.config))
    following = Following(
        new_key=new_key,
        reads_store=_asking(networks),
        refresh_every=parts.config.delivery.refresh_every,
        deletes_hidden=_deleting(networks),
    )
    office = _office(parts, following, lambda: courier.wake())
    page = _page(parts, networks)
    courier = _courier(parts, networks, CaseShowing(office, store.order, page=_base(page)))
    access = await _access(parts)
    newsroom = _newsroom(parts, networks, source, courier, access)
    health = StoreHealth(store, clock)
    discussion = Discussion(
        store=store,
        following=following,
        signals=parts.signals,
        clock=clock,
        settings=DiscussionSettings(heat=_heat(parts.config)),
        on_orders=courier.wake,
    )
    moderation = ModerationDesk(office, stale_after=parts.config.moderation.stale_after)
    articles = _articles(office, following, newsroom.wake)
    feeds = _feed_desk(parts, office, source, access, newsroom.wake)
    servers = _server_desk(parts, office, networks)
    house = _house(parts, office, moderation, health, feeds, page, articles, servers, networks)
    web = _web(parts, registry, house, articles, office, await _page_secret(store))
    chats = [*(build(parts) for build in extra_networks), *_chats(parts, house, office)]
    for network in [*chats, *([web] if web is not None else [])]:
        networks[network.name] = network
    catching_up = CatchingUp(
        store=store, networks=networks, discussion=discussion, clock=clock, horizon=parts.config.delivery.catch_up
    )
    if away is not None and now - away >= parts.config.delivery.outage_after:
        log.info("catching up after an absence", since=away.isoformat(timespec="seconds"))
        courier.recovering(now + AFTER_DOWNTIME)
    return Tribune(
        parts=parts,
        source=source,
        newsroom=newsroom,
        courier=courier,
        reception=Reception(discussion=discussion, servers=servers, catching_up=catching_up),
        moderation=moderation,
        digests=_digests(parts, courier.wake),
        watch=Watch(office),
        ledger=ledger(parts.config, store, parts.signals, clock, following),
        health=health,
        gauges=Gauges(registry, health),
        networks=networks,
        web=web,
    )


def _server_desk(parts: Parts, office: Office, networks: Mapping[str, Network]) -> ServerDesk:
    unknown = {"discord": Unknown(parts.config.discord.unknown_servers)}
    return ServerDesk(office, unknown, Whereabouts(office, networks))


@asynccontextmanager
async def _unconnected(config: Config) -> AsyncIterator[Mapping[str, CanInspect]]:
    """What can be asked about channels without a connection that listens."""
    settings = _discord_settings(config)
    if settings is None:
        yield {}
        return
    from adapters.discord.inspecting import Inspecting
    from adapters.discord.line import Line

    inspecting = Inspecting(Line(), settings)
    try:
        yield {"discord": inspecting}
    finally:
        await inspecting.close()


def _discord_settings(config: Config) -> DiscordSettings | None:
    """None without a token: the library of a network that is not configured is never imported."""
    discord = config.discord
    if discord.token is None:
        return None
    from adapters.discord import DiscordSettings

    return DiscordSettings(
        token=discord.token.get_secret_value(), message_content=discord.message_content, shards=discord.shards
    )


def _chats(parts: Parts, house: House, office: Office) -> Iterator[Network]:
    """The chat networks that are configured."""
    settings = _discord_settings(parts.config)
    if settings is not None:
        from adapters.discord import DiscordNetwork

        commands, chat = Registry(house, COMMANDS), ChattingDesk(office, Corrections(office))
        yield DiscordNetwork(settings, commands=commands, chat=chat, clock=parts.clock)


def _courier(parts: Parts, networks: Mapping[str, Network], cases: CaseCards) -> Courier:
    delivery = parts.config.delivery
    policy = RefillPolicy(
        outage_after=delivery.outage_after, keep=delivery.backlog_limit, per_minute=delivery.refill_per_minute
    )
    return Courier(
        store=parts.store,
        networks=networks,
        signals=parts.signals,
        clock=parts.clock,
        settings=CourierSettings(refill=policy),
        owner=f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(4)}",
        random=random,
        new_key=new_key,
        cases=cases,
    )


def _newsroom(
    parts: Parts,
    networks: Mapping[str, Network],
    source: HttpFeedSource,
    courier: Courier,
    access: Callable[[Feed], Access],
) -> Newsroom:
    reads_store = _asking(networks)
    return Newsroom(
        store=parts.store,
        source=source,
        signals=parts.signals,
        clock=parts.clock,
        settings=NewsroomSettings(),
        access=access,
        lives_on_its_own=lambda post: reads_store(post.channel.ref),
        on_orders=courier.wake,
        random=random,
        new_key=new_key,
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class Opened:
    """The commands, and what they work with."""

    commands: Registry
    house: House


@asynccontextmanager
async def open_commands(config: Config, clock: Clock | None = None) -> AsyncIterator[Opened]:
    """The commands on the database, beside a Tribune that may be running: it notices what they write.

    Raises StorageError, SchemaError.
    """
    async with _parts(config, clock) as parts:
        source = HttpFeedSource(_fetch_settings(config))
        following = Following(
            new_key=new_key,
            reads_store=lambda ref: network_of(ref) == "web",
            refresh_every=config.delivery.refresh_every,
            deletes_hidden=lambda ref: network_of(ref) == "discord",
        )
        office = _office(parts, following, _nothing)
        moderation = ModerationDesk(office, stale_after=config.moderation.stale_after)
        health = StoreHealth(parts.store, parts.clock)
        try:
            feeds = _feed_desk(parts, office, source, await _access(parts), _nothing)
            articles = _articles(office, following, _nothing)
            servers = _server_desk(parts, office, {})
            house = _house(parts, office, moderation, health, feeds, _page(parts, {}), articles, servers, {})
            yield Opened(commands=Registry(house, COMMANDS), house=house)
        finally:
            await source.close()


def _nothing() -> None:
    """Nobody is to be woken here: a running Tribune notices by itself."""


def _office(parts: Parts, following: Following, on_orders: Callable[[], None]) -> Office:
    return Office(store=parts.store, signals=parts.signals, clock=parts.clock, following=following, on_orders=on_orders)


def _feed_desk(
    parts: Parts,
    office: Office,
    source: HttpFeedSource,
    access: Callable[[Feed], Access],
    on_due: Callable[[], None],
) -> FeedDesk:
    settings = DeskSettings(making=_making(), interval=parts.config.polling.interval)
    return FeedDesk(office, source=source, access=access, settings=settings, on_due=on_due)


def _digests(parts: Parts, on_orders: Callable[[], None]) -> Digests:
    return Digests(store=parts.store, clock=parts.clock, making=_making(), on_orders=on_orders)


def _making() -> Making:
    return Making(new_key=new_key, expires_after=NewsroomSettings().expires_after)


def _reading_desk(parts: Parts, office: Office, page: Page) -> ReadingDesk:
    return ReadingDesk(office, parts.store.news, page=_base(page), expires_after=NewsroomSettings().expires_after)


def _base(page: Page) -> Callable[[], str | None]:
    """Where the page is, None where there is none."""
    return lambda: page().base if page is not None else None


def _articles(office: Office, following: Following, on_due: Callable[[], None]) -> Articles:
    return Articles(
        office,
        ArticlesSettings(ballot=DiscussionSettings().ballot, expires_after=NewsroomSettings().expires_after),
        reads_store=following.reads_store,
        on_due=on_due,
    )


def _page(parts: Parts, networks: Mapping[str, Network]) -> Page:
    """The page's settings: as it is served once it is, else as it is configured."""
    configured = web_settings(parts.config)

    def settings() -> WebSettings:
        page = networks.get("web")
        return page.settings if isinstance(page, WebNetwork) else configured

    return settings if parts.config.web.enabled else None


def _house(
    parts: Parts,
    office: Office,
    moderation: ModerationDesk,
    health: StoreHealth,
    feeds: FeedDesk,
    page: Page,
    articles: Articles,
    servers: ServerDesk,
    networks: Mapping[str, Network],
) -> House:
    """What the commands work with."""
    return House(
        store=parts.store,
        clock=parts.clock,
        pages=parts.store.pages,
        order=parts.store.order,
        health=health,
        moderation=moderation,
        feeds=feeds,
        opml=OpmlImports(office, OpmlDocuments(), opened=feeds.opened, interval=parts.config.polling.interval),
        news=_reading_desk(parts, office, page),
        people=_members_desk(parts, office, page),
        roles=RoleDesk(office, PageInvitations(parts.store, page) if page is not None else None),
        channels=ChannelDesk(office, language=parts.config.tribune.language),
        communities=CommunityDesk(office, articles.place),
        outbox=ParkedDesk(office),
        servers=servers,
        networks=networks,
        prefix=parts.config.commands.prefix,
    )


def _members_desk(parts: Parts, office: Office, page: Page) -> MembersDesk:
    settings = web_settings(parts.config)
    links = PageLinks(parts.store, page, parts.clock) if page is not None else None
    people = PeopleSettings(ladder=settings.ladder, titles=settings.titles)
    return MembersDesk(office, links=links, new_name=new_key, settings=people)


def _web(
    parts: Parts,
    registry: CollectorRegistry,
    house: House,
    articles: Articles,
    office: Office,
    secret: bytes,
) -> WebNetwork | None:
    if not parts.config.web.enabled:
        return None
    return WebNetwork(
        settings=web_settings(parts.config),
        reader=parts.store.pages,
        board=parts.store.board,
        store=parts.store,
        signals=parts.signals,
        commands=Registry(house, COMMANDS),
        moderation=house.moderation,
        corrections=Corrections(office),
        articles=articles,
        order=parts.store.order,
        inbox=parts.store.inbox,
        health=house.health,
        clock=parts.clock,
        secret=secret,
        registry=registry,
    )


def _asking(networks: Mapping[str, Network]) -> Callable[[Ref], bool]:
    """Whether the network behind a reference shows what is stored; asked once all networks are there."""

    def reads_store(ref: Ref) -> bool:
        network = networks.get(network_of(ref))
        return network is not None and network.reads_store

    return reads_store


def _deleting(networks: Mapping[str, Network]) -> Callable[[Ref], bool]:
    """Whether the network behind a reference can only delete what is to be hidden."""

    def deletes_hidden(ref: Ref) -> bool:
        network = networks.get(network_of(ref))
        return isinstance(network, CanHide) and network.hiding_deletes

    return deletes_hidden


def _heat(config: Config) -> Heat:
    moderation = config.moderation
    return Heat(members=moderation.lock_members, within=moderation.lock_within, lock_for=moderation.lock_for)


def ledger(config: Config, store: Store, signals: Signals, clock: Clock, following: Following) -> Ledger:
    """The ledger with the titles that are configured, else the usual ones."""
    return Ledger(store=store, signals=signals, clock=clock, following=following, titles=_titles(config))


def _titles(config: Config) -> tuple[Title, ...]:
    titles = tuple(Title(key=each.key, points=each.points, upvoters=each.upvoters) for each in config.titles)
    return titles or TITLES


def new_key() -> str:
    """What idempotency keys are made of."""
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
        titles={each.key: each.names for each in config.titles},
        ladder=_titles(config),
    )
