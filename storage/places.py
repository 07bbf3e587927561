"""Communities, channels, subscriptions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import Row, bindparam, delete, exists, false, or_, select, update

from bot.domain.model import (
    Channel,
    ChannelId,
    ChannelSettings,
    Community,
    CommunityId,
    FeedId,
    PostState,
    Ref,
    Rules,
    Server,
    Subscription,
    SubscriptionId,
    Visibility,
    network_of,
)
from storage.rules import RULES, rules_from, rules_row
from storage.schema.columns import BigId
from storage.schema.places import channels, communities, posts, servers, subscriptions
from storage.sql import Sql, chunks, insert

_COMMUNITY = insert(communities).on_conflict_do_nothing(index_elements=["slug"]).returning(communities.c.id)
_COMMUNITY_CALLED = select(communities.c.id).where(communities.c.slug == bindparam("p_slug"))
_HAS_DEFAULT = select(exists().where(communities.c.is_default))
_NOT_DEFAULT = update(communities).where(communities.c.is_default).values(is_default=False)
_RENAME = update(communities).where(communities.c.id == bindparam("p_id")).values(name=bindparam("p_name"))
_DEFAULT = update(communities).where(communities.c.id == bindparam("p_id")).values(is_default=True)
_COMMUNITIES = select(communities).order_by(communities.c.id)

_CHANNEL = (
    insert(channels).values(cases=false()).on_conflict_do_nothing(index_elements=["ref"]).returning(channels.c.id)
)
_CHANNEL_AT = select(channels.c.id).where(channels.c.ref == bindparam("p_ref"))
_CHANNELS = select(channels).order_by(channels.c.id)
_SETTINGS = ("sort", "up", "down", "flag", "hide_weight", "colour", "cases")
_SET_CHANNEL = (
    update(channels)
    .where(channels.c.id == bindparam("p_id"))
    .values({name: bindparam(name) for name in ("name", "language", "zone", "visibility", *_SETTINGS)})
)
_PLACE_IN = (
    update(channels)
    .where(channels.c.id == bindparam("p_id", type_=BigId))
    .values(server=bindparam("p_server", type_=channels.c.server.type))
)
_MOVE_CHANNEL = (
    update(channels)
    .where(channels.c.id == bindparam("p_id", type_=BigId))
    .values(ref=bindparam("p_to", type_=channels.c.ref.type))
)
_SUSPEND = (
    update(subscriptions)
    .where(subscriptions.c.channel_id == bindparam("p_id", type_=BigId))
    .values(suspended=bindparam("p_why", type_=subscriptions.c.suspended.type))
)
_SERVERS = select(servers).order_by(servers.c.at, servers.c.ref)
_SERVER = select(servers).where(servers.c.ref == bindparam("p_ref"))
_SERVER_AT = select(servers.c.ref).where(servers.c.ref == bindparam("p_ref"))
_put = insert(servers)
_PUT_SERVER = _put.on_conflict_do_update(
    index_elements=["ref"],
    set_={name: _put.excluded[name] for name in ("name", "standing", "community_id", "invited_by", "at")},
)
_DROP_SERVER = delete(servers).where(servers.c.ref == bindparam("p_ref"))
_MOVE_SERVER = (
    update(servers).where(servers.c.ref == bindparam("p_from")).values(ref=bindparam("p_to", type_=servers.c.ref.type))
)
_MOVE_PLACED = (
    update(channels)
    .where(channels.c.server == bindparam("p_from"))
    .values(server=bindparam("p_to", type_=channels.c.server.type))
)
_OWN_EMOJI = select(channels).where(
    or_(channels.c.up.is_not(None), channels.c.down.is_not(None), channels.c.flag.is_not(None))
)

_SUBSCRIBE = (
    insert(subscriptions)
    .values({name: bindparam(name) for name in ("feed_id", "channel_id", "backlog", "since", "sensitive")})
    .values(primed=false(), paused=false(), filter="", template="", tags=(), members_only=false())
    .on_conflict_do_nothing(index_elements=["feed_id", "channel_id"])
    .returning(subscriptions.c.id)
)
_SUBSCRIPTION = select(subscriptions.c.id).where(
    subscriptions.c.feed_id == bindparam("p_feed"), subscriptions.c.channel_id == bindparam("p_channel")
)
CHANNEL = tuple(column.label(f"channel_{column.name}") for column in channels.c)
_SUBSCRIPTIONS = (
    select(subscriptions, *(c for c in CHANNEL if c.name != "channel_id"))
    .join(channels, channels.c.id == subscriptions.c.channel_id)
    .order_by(subscriptions.c.id)
)
_SUBSCRIPTIONS_OF = _SUBSCRIPTIONS.where(subscriptions.c.feed_id == bindparam("p_feed"))
_SUBSCRIPTION_BY_ID = _SUBSCRIPTIONS.where(subscriptions.c.id == bindparam("p_id"))
_DIGESTS_DUE = _SUBSCRIPTIONS.where(
    subscriptions.c.digest_due <= bindparam("p_now"),
    subscriptions.c.paused.is_(False),
    subscriptions.c.suspended.is_(None),
)
_DIGEST_MADE = (
    update(subscriptions)
    .where(subscriptions.c.id == bindparam("p_id"), subscriptions.c.digest_due == bindparam("p_was"))
    .values(digest_due=bindparam("p_due"))
)
_SET_RULES = (
    update(subscriptions)
    .where(subscriptions.c.id == bindparam("p_id"))
    .values({name: bindparam(name) for name in (*RULES, "digest_due")})
)
_this = subscriptions.c.id == bindparam("p_id", type_=BigId)
_SET_SENSITIVE = update(subscriptions).where(_this).values(sensitive=bindparam("sensitive"))
_PAUSE = update(subscriptions).where(_this).values(paused=bindparam("p_paused", type_=subscriptions.c.paused.type))
_LET_PASS = (
    update(posts)
    .where(
        posts.c.subscription_id == bindparam("p_id", type_=BigId),
        posts.c.state.in_((PostState.HELD, PostState.GATHERED)),
    )
    .values(state=PostState.SKIPPED, changed_at=bindparam("p_now", type_=posts.c.changed_at.type))
)
_UNSUBSCRIBE = delete(subscriptions).where(_this)
_PRIMED = update(subscriptions).where(subscriptions.c.id.in_(bindparam("ids", expanding=True))).values(primed=True)


def channel_from(row: Row[Any]) -> Channel:
    """The channel in a row that carries the columns `CHANNEL`."""
    return Channel(
        id=ChannelId(row.channel_id),
        community_id=CommunityId(row.channel_community_id),
        ref=Ref(row.channel_ref),
        name=row.channel_name,
        language=row.channel_language,
        zone=row.channel_zone,
        visibility=row.channel_visibility,
        settings=ChannelSettings(
            sort=row.channel_sort,
            up=row.channel_up,
            down=row.channel_down,
            flag=row.channel_flag,
            hide_weight=row.channel_hide_weight,
            colour=row.channel_colour,
            cases=row.channel_cases,
        ),
        server=None if row.channel_server is None else Ref(row.channel_server),
    )


def plain_channel(row: Row[Any]) -> Channel:
    """The channel in a row of its own table."""
    return Channel(
        id=ChannelId(row.id),
        community_id=CommunityId(row.community_id),
        ref=Ref(row.ref),
        name=row.name,
        language=row.language,
        zone=row.zone,
        visibility=row.visibility,
        settings=ChannelSettings(**{name: getattr(row, name) for name in _SETTINGS}),
        server=None if row.server is None else Ref(row.server),
    )


def subscription_from(row: Row[Any], channel: Channel) -> Subscription:
    """The subscription to a channel in a row that carries its columns."""
    return Subscription(
        id=SubscriptionId(row.id),
        feed_id=FeedId(row.feed_id),
        channel=channel,
        backlog=row.backlog,
        primed=row.primed,
        paused=row.paused,
        sensitive=row.sensitive,
        since=row.since,
        digest_due=row.digest_due,
        suspended=row.suspended,
        rules=rules_from(row),
    )


def _server_from(row: Row[Any]) -> Server:
    return Server(
        ref=Ref(row.ref),
        name=row.name,
        standing=row.standing,
        community_id=None if row.community_id is None else CommunityId(row.community_id),
        invited_by=row.invited_by,
        at=row.at,
    )


class SqlPlaces:
    """See `bot.ports.stores.Places`."""

    def __init__(self, sql: Sql) -> None:
        self._sql = sql

    async def put_community(self, slug: str, name: str, *, default: bool) -> CommunityId:
        first = default and not await self._sql.value(_HAS_DEFAULT)
        made = await self._sql.value(_COMMUNITY, slug=slug, name=name, is_default=first)
        return CommunityId(await self._sql.value(_COMMUNITY_CALLED, p_slug=slug) if made is None else made)

    async def set_community(self, community_id: CommunityId, name: str, *, default: bool) -> None:
        await self._sql.run(_RENAME, p_id=community_id, p_name=name)
        if default:
            await self._sql.run(_NOT_DEFAULT)
            await self._sql.run(_DEFAULT, p_id=community_id)

    async def communities(self) -> Sequence[Community]:
        return [
            Community(id=CommunityId(row.id), slug=row.slug, name=row.name, default=row.is_default)
            for row in await self._sql.all(_COMMUNITIES)
        ]

    async def put_channel(
        self, community_id: CommunityId, ref: Ref, name: str, *, language: str, zone: str, visibility: Visibility
    ) -> ChannelId:
        made = await self._sql.value(
            _CHANNEL,
            community_id=community_id,
            ref=ref,
            network=network_of(ref),
            name=name,
            language=language,
            zone=zone,
            visibility=visibility,
        )
        return ChannelId(await self._sql.value(_CHANNEL_AT, p_ref=ref) if made is None else made)

    async def channels(self) -> Sequence[Channel]:
        return [plain_channel(row) for row in await self._sql.all(_CHANNELS)]

    async def set_channel(self, channel: Channel) -> None:
        await self._sql.run(
            _SET_CHANNEL,
            p_id=channel.id,
            name=channel.name,
            language=channel.language,
            zone=channel.zone,
            visibility=channel.visibility,
            **{name: getattr(channel.settings, name) for name in _SETTINGS},
        )

    async def place_in(self, channel_id: ChannelId, server: Ref | None) -> None:
        await self._sql.run(_PLACE_IN, p_id=channel_id, p_server=server)

    async def move_channel(self, channel_id: ChannelId, ref: Ref) -> bool:
        if await self._sql.value(_CHANNEL_AT, p_ref=ref) is not None:
            return False
        return await self._sql.run(_MOVE_CHANNEL, p_id=channel_id, p_to=ref) > 0

    async def suspend(self, channel_id: ChannelId, why: str | None) -> int:
        return await self._sql.run(_SUSPEND, p_id=channel_id, p_why=why)

    async def servers(self, network: str | None = None) -> Sequence[Server]:
        found = [_server_from(row) for row in await self._sql.all(_SERVERS)]
        return [each for each in found if network is None or network_of(each.ref) == network]

    async def server(self, ref: Ref) -> Server | None:
        row = await self._sql.first(_SERVER, p_ref=ref)
        return None if row is None else _server_from(row)

    async def put_server(self, server: Server) -> None:
        await self._sql.run(_PUT_SERVER, **asdict(server))

    async def move_server(self, ref: Ref, to: Ref) -> None:
        if await self._sql.value(_SERVER_AT, p_ref=ref) is not None:
            await self._sql.run(_DROP_SERVER, p_ref=to)
            await self._sql.run(_MOVE_SERVER, p_from=ref, p_to=to)
        await self._sql.run(_MOVE_PLACED, p_from=ref, p_to=to)

    async def own_emoji(self) -> Mapping[ChannelId, ChannelSettings]:
        return {channel.id: channel.settings for channel in map(plain_channel, await self._sql.all(_OWN_EMOJI))}

    async def subscribe(
        self,
        feed_id: FeedId,
        channel_id: ChannelId,
        *,
        backlog: int,
        since: datetime | None = None,
        sensitive: str | None = None,
    ) -> SubscriptionId:
        made = await self._sql.value(
            _SUBSCRIBE, feed_id=feed_id, channel_id=channel_id, backlog=backlog, since=since, sensitive=sensitive
        )
        if made is None:
            made = await self._sql.value(_SUBSCRIPTION, p_feed=feed_id, p_channel=channel_id)
        return SubscriptionId(made)

    async def subscriptions(self, feed_id: FeedId | None = None) -> Sequence[Subscription]:
        if feed_id is None:
            rows = await self._sql.all(_SUBSCRIPTIONS)
        else:
            rows = await self._sql.all(_SUBSCRIPTIONS_OF, p_feed=feed_id)
        return [subscription_from(row, channel_from(row)) for row in rows]

    async def subscription(self, subscription_id: SubscriptionId) -> Subscription | None:
        row = await self._sql.first(_SUBSCRIPTION_BY_ID, p_id=subscription_id)
        return None if row is None else subscription_from(row, channel_from(row))

    async def digests_due(self, now: datetime) -> Sequence[Subscription]:
        return [subscription_from(row, channel_from(row)) for row in await self._sql.all(_DIGESTS_DUE, p_now=now)]

    async def digest_made(self, subscription: Subscription, *, due: datetime | None) -> bool:
        made = await self._sql.run(_DIGEST_MADE, p_id=subscription.id, p_was=subscription.digest_due, p_due=due)
        return made > 0

    async def set_rules(self, subscription_id: SubscriptionId, rules: Rules, *, digest_due: datetime | None) -> None:
        await self._sql.run(_SET_RULES, p_id=subscription_id, digest_due=digest_due, **rules_row(rules))

    async def set_sensitive(self, subscription_id: SubscriptionId, sensitive: str | None) -> None:
        await self._sql.run(_SET_SENSITIVE, p_id=subscription_id, sensitive=sensitive)

    async def pause(self, subscription_id: SubscriptionId, *, paused: bool) -> None:
        await self._sql.run(_PAUSE, p_id=subscription_id, p_paused=paused)

    async def unsubscribe(self, subscription_id: SubscriptionId, now: datetime) -> None:
        await self._sql.run(_LET_PASS, p_id=subscription_id, p_now=now)
        await self._sql.run(_UNSUBSCRIBE, p_id=subscription_id)

    async def primed(self, subscriptions: Sequence[SubscriptionId]) -> None:
        for part in chunks(subscriptions):
            await self._sql.run(_PRIMED, ids=part)
