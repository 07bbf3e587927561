"""All parts of a running bot, wired."""

from __future__ import annotations

import os
import secrets
import socket
from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from random import random

import structlog
from prometheus_client import CollectorRegistry

from adapters.web import WebNetwork
from adapters.web.refs import section as section_ref
from bot.aftermath import Following
from bot.app.chats import chats
from bot.app.desks import (
    access_of,
    articles_of,
    base_of,
    digests_of,
    feed_desk,
    fetch_settings,
    house_of,
    ledger,
    office_of,
    page_of,
    server_desk,
    web_settings,
)
from bot.app.parts import Parts, new_key
from bot.app.running import Tribune
from bot.commands.everything import COMMANDS
from bot.commands.house import House
from bot.commands.registry import Registry
from bot.config import Config
from bot.courier import Courier, CourierSettings
from bot.discussion import CatchingUp, Discussion, DiscussionSettings
from bot.domain.delivery import RefillPolicy
from bot.domain.flags import Heat
from bot.domain.model import Feed, Ref, network_of
from bot.health import StoreHealth
from bot.metrics import Gauges
from bot.moderation import Articles, CaseShowing, Corrections, ModerationDesk
from bot.newsroom import Access, Newsroom, NewsroomSettings
from bot.office import Office
from bot.people import Watch
from bot.ports.cards import CaseCards
from bot.ports.network import CanHide, Network
from bot.ports.stores import Tx
from bot.reception import Reception
from bot.seeding import plan_of, seed
from bot.upkeep import away_since
from feeds.fetch import HttpFeedSource
from storage import SqlStore

log = structlog.get_logger()
AFTER_DOWNTIME = timedelta(minutes=10)  # how long what comes up after a long absence is refilled as after an outage


async def assemble(parts: Parts, extra_networks: Sequence[Callable[[Parts], Network]]) -> Tribune:
    """Take the database over, seed it, and build everything on it."""
    store, clock, now = parts.store, parts.clock, parts.clock.now()
    away = await away_since(store)
    await store.write(lambda tx: tx.feeds.release_claims())
    await store.write(lambda tx: tx.outbox.take_over(now))
    await seed(store, plan_of(parts.config, section_ref), now)

    networks: dict[str, Network] = {}
    registry = CollectorRegistry()
    source = HttpFeedSource(fetch_settings(parts.config))
    following = Following(
        new_key=new_key,
        reads_store=asking(networks),
        refresh_every=parts.config.delivery.refresh_every,
        deletes_hidden=_deleting(networks),
    )
    office = office_of(parts, following, lambda: courier.wake())
    page = page_of(parts, networks)
    courier = _courier(parts, networks, CaseShowing(office, store.order, page=base_of(page)))
    access = await access_of(parts)
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
    articles = articles_of(office, following, newsroom.wake)
    feeds = feed_desk(parts, office, source, access, newsroom.wake)
    servers = server_desk(parts, office, networks)
    house = house_of(parts, office, moderation, health, feeds, page, articles, servers, networks)
    web = _web(parts, registry, house, articles, office, await _page_secret(store))
    chat_networks = [*(build(parts) for build in extra_networks), *chats(parts, house, office, source)]
    for network in [*chat_networks, *([web] if web is not None else [])]:
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
        reception=Reception(discussion=discussion, servers=servers, catching_up=catching_up, hurry=courier.hurry),
        moderation=moderation,
        digests=digests_of(parts, courier.wake),
        watch=Watch(office),
        ledger=ledger(parts.config, store, parts.signals, clock, following),
        health=health,
        gauges=Gauges(registry, health),
        networks=networks,
        web=web,
    )


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
    reads_store = asking(networks)
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


def asking(networks: Mapping[str, Network]) -> Callable[[Ref], bool]:
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


async def _page_secret(store: SqlStore) -> bytes:
    """The key that signs the page's cookies; made once for a database."""
    fresh = secrets.token_hex(32)

    async def work(tx: Tx) -> str:
        known = await tx.settings.get("page-secret")
        if known is None:
            await tx.settings.put("page-secret", fresh)
        return known or fresh

    return bytes.fromhex(await store.write(work))
