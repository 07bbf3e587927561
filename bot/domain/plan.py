"""What a configuration plans, beside what the database holds.

The configuration seeds each feed and each subscription once; what was seeded is remembered, so that one that was
removed in the database later does not come back. Communities and channels are made where they are missing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum

from bot.domain.model import (
    Channel,
    Community,
    CommunityId,
    Feed,
    FeedState,
    Ref,
    Server,
    ServerStanding,
    Subscription,
    Visibility,
)


@dataclass(frozen=True, kw_only=True, slots=True)
class PlannedChannel:
    """A section or channel as configured."""

    community: str  # its slug
    ref: Ref
    name: str
    language: str
    zone: str
    visibility: Visibility


@dataclass(frozen=True, kw_only=True, slots=True)
class PlannedFeed:
    """A feed as configured, with the channels that get its articles."""

    address: str
    interval: timedelta
    backlog: int
    channels: tuple[Ref, ...]
    sensitive: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Plan:
    """All that a configuration plans. `communities` are (slug, name); the first is the default one. `servers` are
    (slug of the community, server)."""

    communities: tuple[tuple[str, str], ...]
    channels: tuple[PlannedChannel, ...]
    feeds: tuple[PlannedFeed, ...]
    servers: tuple[tuple[str, Ref], ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Seeded:
    """What was written into the database once: addresses, and (address, channel)."""

    feeds: frozenset[str] = frozenset()
    subscriptions: frozenset[tuple[str, Ref]] = frozenset()


@dataclass(frozen=True, kw_only=True, slots=True)
class Held:
    """What the database holds. `moved` are configured addresses with the feed that moved away from them for good."""

    communities: Sequence[Community] = ()
    servers: Sequence[Server] = ()
    channels: Sequence[Channel] = ()
    feeds: Sequence[Feed] = ()
    subscriptions: Sequence[Subscription] = ()
    moved: tuple[tuple[str, Feed], ...] = ()
    seeded: Seeded = Seeded()
    joined: Mapping[str, str] = field(default_factory=dict)  # communities that went into others, by their short names


class Thing(StrEnum):
    """What a line of a comparison is about."""

    COMMUNITY = "community"
    SERVER = "server"
    CHANNEL = "channel"
    FEED = "feed"
    SUBSCRIPTION = "subscription"


class Standing(StrEnum):
    """How configuration and database stand to each other; the database rules."""

    NEW = "new"  # would be written
    SAME = "same"
    DIFFERS = "differs"
    REMOVED = "removed"  # was seeded once and removed in the database since: stays away
    DATABASE_ONLY = "database only"


@dataclass(frozen=True, kw_only=True, slots=True)
class Comparison:
    """One thing, in the configuration and in the database. `detail` says how they differ, "" where they do not."""

    thing: Thing
    name: str
    standing: Standing
    detail: str = ""


def feeds_to_seed(plan: Plan, seeded: Seeded) -> list[PlannedFeed]:
    """The feeds that were never written into the database."""
    return [feed for feed in plan.feeds if feed.address not in seeded.feeds]


def subscriptions_to_seed(plan: Plan, seeded: Seeded) -> list[tuple[PlannedFeed, Ref]]:
    """The subscriptions that were never written into the database."""
    each = ((feed, ref) for feed in plan.feeds for ref in feed.channels)
    return [(feed, ref) for feed, ref in each if (feed.address, ref) not in seeded.subscriptions]


def compare(plan: Plan, held: Held) -> list[Comparison]:
    """Everything that is in either, by kind, in the plan's order; what only the database has comes last."""
    return [
        *_communities(plan, held),
        *_servers(plan, held),
        *_channels(plan, held),
        *_feeds(plan, held),
        *_subscriptions(plan, held),
    ]


def _communities(plan: Plan, held: Held) -> list[Comparison]:
    there = {each.slug: each for each in held.communities}
    lines = [
        _line(Thing.COMMUNITY, slug, _named(there.get(slug), name), there=slug in there)
        if slug not in held.joined
        else _absent(Thing.COMMUNITY, slug, seeded_once=True)
        for slug, name in plan.communities
    ]
    planned = {slug for slug, _ in plan.communities}
    return [*lines, *(_only(Thing.COMMUNITY, slug) for slug in there if slug not in planned)]


def _named(community: Community | None, name: str) -> str:
    if community is None or community.name == name:
        return ""
    return f"name: {name} configured, {community.name} in the database"


def servers_to_seed(plan: Plan, servers: Sequence[Server]) -> list[tuple[str, Ref]]:
    """The servers that are not known, or wait to be admitted: what was decided on another one stays."""
    decided = {each.ref for each in servers if _decided(each)}
    return [(slug, ref) for slug, ref in plan.servers if ref not in decided]


def _decided(server: Server) -> bool:
    if server.standing is ServerStanding.REFUSED:
        return True
    return server.standing is not ServerStanding.ASKED and server.community_id is not None


def _servers(plan: Plan, held: Held) -> list[Comparison]:
    there = {each.ref: each for each in held.servers}
    slugs = {each.id: each.slug for each in held.communities}
    new = {ref for _, ref in servers_to_seed(plan, held.servers)}
    lines = [
        _line(Thing.SERVER, ref, _misplaced(slug, there.get(ref), slugs, held.joined), there=ref not in new)
        for slug, ref in plan.servers
    ]
    planned = {ref for _, ref in plan.servers}
    return [*lines, *(_only(Thing.SERVER, ref) for ref in there if ref not in planned)]


def _misplaced(slug: str, server: Server | None, slugs: dict[CommunityId, str], joined: Mapping[str, str]) -> str:
    """How a server stands otherwise than planned; where the bot was removed from one, it is still welcome."""
    if server is None:
        return ""
    community = slugs.get(server.community_id, "none") if server.community_id is not None else "none"
    there = ServerStanding.ADMITTED if server.standing is ServerStanding.LEFT else server.standing
    return _differences(
        {"community": joined.get(slug, slug), "standing": ServerStanding.ADMITTED},
        {"community": community, "standing": there},
    )


def _channels(plan: Plan, held: Held) -> list[Comparison]:
    there = {each.ref: each for each in held.channels}
    slugs = {each.id: each.slug for each in held.communities}
    lines = []
    for planned in plan.channels:
        channel = there.get(planned.ref)
        detail = _differences(_facts(planned), _stored(channel, slugs)) if channel else ""
        lines.append(_line(Thing.CHANNEL, planned.ref, detail, there=channel is not None))
    refs = {each.ref for each in plan.channels}
    return [*lines, *(_only(Thing.CHANNEL, ref) for ref in there if ref not in refs)]


def _facts(channel: PlannedChannel) -> dict[str, str]:
    return {
        "community": channel.community,
        "name": channel.name,
        "language": channel.language,
        "zone": channel.zone,
        "visibility": channel.visibility,
    }


def _stored(channel: Channel, slugs: dict[CommunityId, str]) -> dict[str, str]:
    return {
        "community": slugs.get(channel.community_id, "?"),
        "name": channel.name,
        "language": channel.language,
        "zone": channel.zone,
        "visibility": channel.visibility,
    }


def _feeds(plan: Plan, held: Held) -> list[Comparison]:
    there = _by_address(held)
    lines = [_feed(planned, there, held.seeded) for planned in plan.feeds]
    planned_ids = {there[each.address].id for each in plan.feeds if each.address in there}
    return [*lines, *(_only(Thing.FEED, each.address) for each in held.feeds if each.id not in planned_ids)]


def _by_address(held: Held) -> dict[str, Feed]:
    return dict(held.moved) | {each.address: each for each in held.feeds}


def _feed(planned: PlannedFeed, there: dict[str, Feed], seeded: Seeded) -> Comparison:
    feed = there.get(planned.address)
    if feed is None:
        return _absent(Thing.FEED, planned.address, seeded_once=planned.address in seeded.feeds)
    detail = _differences(
        {"address": planned.address, "interval": _seconds(planned.interval), "state": FeedState.ACTIVE},
        {"address": feed.address, "interval": _seconds(feed.interval), "state": feed.state},
    )
    return _line(Thing.FEED, planned.address, detail, there=True)


def _subscriptions(plan: Plan, held: Held) -> list[Comparison]:
    feeds = _by_address(held)
    there = {(each.feed_id, each.channel.ref): each for each in held.subscriptions}
    lines, met = [], set()
    for planned in plan.feeds:
        for ref in planned.channels:
            feed = feeds.get(planned.address)
            pair = (feed.id, ref) if feed else None
            lines.append(_subscription(planned, ref, there.get(pair) if pair else None, held.seeded))
            met.add(pair)
    addresses = {each.id: each.address for each in held.feeds}
    rest = (pair for pair in there if pair not in met)
    return [*lines, *(_only(Thing.SUBSCRIPTION, _pair(addresses.get(feed, "?"), ref)) for feed, ref in rest)]


def _subscription(planned: PlannedFeed, ref: Ref, found: Subscription | None, seeded: Seeded) -> Comparison:
    name = _pair(planned.address, ref)
    if found is None:
        return _absent(Thing.SUBSCRIPTION, name, seeded_once=(planned.address, ref) in seeded.subscriptions)
    detail = _differences(
        {"backlog": str(planned.backlog), "state": "active", "sensitive": planned.sensitive or "no"},
        {
            "backlog": str(found.backlog),
            "state": "paused" if found.paused else "active",
            "sensitive": found.sensitive or "no",
        },
    )
    return _line(Thing.SUBSCRIPTION, name, detail, there=True)


def _pair(address: str, ref: Ref) -> str:
    return f"{address} → {ref}"


def _seconds(value: timedelta) -> str:
    return f"{int(value.total_seconds())}s"


def _differences(planned: dict[str, str], stored: dict[str, str]) -> str:
    return "; ".join(
        f"{key}: {value} configured, {stored[key]} in the database"
        for key, value in planned.items()
        if stored[key] != value
    )


def _line(thing: Thing, name: str, detail: str, *, there: bool) -> Comparison:
    standing = Standing.NEW if not there else Standing.DIFFERS if detail else Standing.SAME
    return Comparison(thing=thing, name=name, standing=standing, detail=detail)


def _absent(thing: Thing, name: str, *, seeded_once: bool) -> Comparison:
    standing = Standing.REMOVED if seeded_once else Standing.NEW
    return Comparison(thing=thing, name=name, standing=standing)


def _only(thing: Thing, name: str) -> Comparison:
    return Comparison(thing=thing, name=name, standing=Standing.DATABASE_ONLY)
