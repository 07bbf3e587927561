"""The configuration seeds each feed and subscription once; afterwards the database rules."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from bot.config import ChannelConfig, Config, FeedConfig, SectionConfig
from bot.domain.model import ChannelId, CommunityId, Feed, Ref, Server, ServerStanding
from bot.domain.plan import (
    Held,
    Plan,
    PlannedChannel,
    PlannedFeed,
    Seeded,
    feeds_to_seed,
    servers_to_seed,
    subscriptions_to_seed,
)
from bot.ports.stores import Store, Tx

SectionRef = Callable[[str], Ref]
"""How the page names a section, given its slug."""

_KEY = "seeded"
_JOINED = "joined"  # which community went into which, as `bot.governing` writes it down


def plan_of(config: Config, section_ref: SectionRef) -> Plan:
    """What a configuration plans."""
    refs = {place.slug: _ref(place, section_ref) for _, place in config.places()}
    return Plan(
        communities=tuple((each.slug, each.name) for each in config.communities),
        channels=tuple(
            _channel(place, refs[place.slug], community.slug, config) for community, place in config.places()
        ),
        feeds=tuple(_feed(each, refs, config) for each in config.feeds),
        servers=tuple((community.slug, Ref(each)) for community in config.communities for each in community.servers),
    )


def _ref(place: SectionConfig | ChannelConfig, section_ref: SectionRef) -> Ref:
    return section_ref(place.slug) if isinstance(place, SectionConfig) else Ref(place.ref)


def _channel(place: SectionConfig | ChannelConfig, ref: Ref, community: str, config: Config) -> PlannedChannel:
    return PlannedChannel(
        community=community,
        ref=ref,
        name=place.name,
        language=place.language or config.tribune.language,
        zone=place.zone,
        visibility=place.visibility,
    )


def _feed(feed: FeedConfig, refs: dict[str, Ref], config: Config) -> PlannedFeed:
    return PlannedFeed(
        address=feed.address,
        interval=config.interval_of(feed),
        backlog=config.backlog_of(feed),
        channels=tuple(dict.fromkeys(refs[slug] for slug in feed.channels)),
        sensitive=feed.sensitive,
    )


async def seed(store: Store, plan: Plan, now: datetime) -> None:
    """Write into the database, in one transaction, what the plan holds and was never written before."""

    async def work(tx: Tx) -> None:
        channels = await _places(tx, plan, now)
        seeded = await seeded_before(tx)
        for feed in feeds_to_seed(plan, seeded):
            await tx.feeds.add(feed.address, interval=feed.interval, from_config=True, now=now)
        subscribed = await _subscriptions(tx, plan, seeded, channels)
        await _remember(tx, seeded, plan, subscribed)

    await store.write(work)


async def _places(tx: Tx, plan: Plan, now: datetime) -> dict[Ref, ChannelId]:
    joined = await joined_into(tx)
    for number, (slug, name) in enumerate(plan.communities):
        if slug not in joined:
            await tx.places.put_community(slug, name, default=number == 0)
    there = {each.slug: each.id for each in await tx.places.communities()}
    of = {slug: there[joined.get(slug, slug)] for slug, _ in plan.communities}
    await _servers(tx, plan, of, now)
    return {
        each.ref: await tx.places.put_channel(
            of[each.community],
            each.ref,
            each.name,
            language=each.language,
            zone=each.zone,
            visibility=each.visibility,
        )
        for each in plan.channels
    }


async def _servers(tx: Tx, plan: Plan, communities: dict[str, CommunityId], now: datetime) -> None:
    known = {each.ref: each for each in await tx.places.servers()}
    for slug, ref in servers_to_seed(plan, list(known.values())):
        fresh = Server(ref=ref, name="", standing=ServerStanding.ADMITTED, community_id=None, at=now)
        there = known.get(ref, fresh)
        standing = ServerStanding.LEFT if there.standing is ServerStanding.LEFT else ServerStanding.ADMITTED
        await tx.places.put_server(replace(there, standing=standing, community_id=communities[slug], at=now))


async def _subscriptions(tx: Tx, plan: Plan, seeded: Seeded, channels: dict[Ref, ChannelId]) -> set[tuple[str, Ref]]:
    """A feed that was removed in the database takes no new subscriptions either, until it is added there again."""
    done: set[tuple[str, Ref]] = set()
    feeds: dict[str, Feed | None] = {}
    for planned, ref in subscriptions_to_seed(plan, seeded):
        if planned.address not in feeds:
            feeds[planned.address] = await tx.feeds.by_address(planned.address)
        feed = feeds[planned.address]
        if feed is not None:
            await tx.places.subscribe(feed.id, channels[ref], backlog=planned.backlog, sensitive=planned.sensitive)
            done.add((planned.address, ref))
    return done


async def _remember(tx: Tx, seeded: Seeded, plan: Plan, subscribed: set[tuple[str, Ref]]) -> None:
    feeds = seeded.feeds | {each.address for each in plan.feeds}
    subscriptions = seeded.subscriptions | subscribed
    if (feeds, subscriptions) != (seeded.feeds, seeded.subscriptions):
        await tx.settings.put(_KEY, json.dumps({"feeds": sorted(feeds), "subscriptions": sorted(subscriptions)}))


async def joined_into(tx: Tx) -> dict[str, str]:
    """The communities that were joined into others, by their short names: they are not made again."""
    stored: dict[str, str] = json.loads(await tx.settings.get(_JOINED) or "{}")
    return stored


async def seeded_before(tx: Tx) -> Seeded:
    """What was written once. An address that is taken out of the configuration stays in here."""
    stored = await tx.settings.get(_KEY)
    if stored is None:
        return Seeded()
    known = json.loads(stored)
    return Seeded(
        feeds=frozenset(known["feeds"]),
        subscriptions=frozenset((address, Ref(ref)) for address, ref in known["subscriptions"]),
    )


async def held(tx: Tx, plan: Plan) -> Held:
    """What the database holds, for a comparison with the plan."""
    feeds = await tx.feeds.all()
    there = {each.address for each in feeds}
    away = [each.address for each in plan.feeds if each.address not in there]
    found = [(address, await tx.feeds.by_address(address)) for address in away]
    return Held(
        communities=await tx.places.communities(),
        servers=await tx.places.servers(),
        channels=await tx.places.channels(),
        feeds=feeds,
        subscriptions=await tx.places.subscriptions(),
        moved=tuple((address, feed) for address, feed in found if feed is not None),
        seeded=await seeded_before(tx),
        joined=await joined_into(tx),
    )
