"""The configuration seeds each feed and subscription once; afterwards the database rules. On both engines."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from bot.domain.model import CommunityId, FeedId, Ref, Server, ServerStanding, Visibility
from bot.domain.plan import Comparison, Plan, PlannedChannel, PlannedFeed, Standing, Thing, compare
from bot.ports.stores import Tx
from bot.seeding import held, seed, seeded_before
from storage.store import SqlStore

NOW = datetime(2026, 5, 1, tzinfo=UTC)
NEWS, SPORT = Ref("web:section/news"), Ref("web:section/sport")
ONE, TWO = "https://one.example/feed", "https://two.example/feed"


def channel(ref: Ref, name: str) -> PlannedChannel:
    return PlannedChannel(community="town", ref=ref, name=name, language="en", zone="UTC", visibility=Visibility.PUBLIC)


def feed(address: str, *channels: Ref, backlog: int = 3) -> PlannedFeed:
    return PlannedFeed(address=address, interval=timedelta(minutes=30), backlog=backlog, channels=channels)


PLAN = Plan(
    communities=(("town", "Town"),),
    channels=(channel(NEWS, "News"), channel(SPORT, "Sport")),
    feeds=(feed(ONE, NEWS),),
)


async def subscribed(store: SqlStore) -> set[tuple[str, Ref]]:
    async with store.read() as tx:
        addresses = {each.id: each.address for each in await tx.feeds.all()}
        return {(addresses[each.feed_id], each.channel.ref) for each in await tx.places.subscriptions()}


async def standings(store: SqlStore, plan: Plan) -> set[Standing]:
    async with store.read() as tx:
        return {each.standing for each in compare(plan, await held(tx, plan))}


async def test_a_plan_is_written_and_is_then_the_same(store: SqlStore) -> None:
    assert await standings(store, PLAN) == {Standing.NEW}
    await seed(store, PLAN, NOW)
    assert await subscribed(store) == {(ONE, NEWS)}
    assert await standings(store, PLAN) == {Standing.SAME}
    async with store.read() as tx:
        (community,) = await tx.places.communities()
        (stored,) = await tx.feeds.all()
    assert community.default
    assert (stored.from_config, stored.next_at) == (True, NOW)


async def test_to_seed_again_writes_nothing(store: SqlStore) -> None:
    await seed(store, PLAN, NOW)
    await seed(store, PLAN, NOW + timedelta(days=1))
    async with store.read() as tx:
        (stored,) = await tx.feeds.all()
    assert stored.next_at == NOW


async def test_what_is_new_in_the_configuration_is_added(store: SqlStore) -> None:
    await seed(store, PLAN, NOW)
    await seed(store, replace(PLAN, feeds=(feed(ONE, NEWS, SPORT), feed(TWO, NEWS))), NOW)
    assert await subscribed(store) == {(ONE, NEWS), (ONE, SPORT), (TWO, NEWS)}


async def test_what_was_taken_out_of_the_configuration_stays(store: SqlStore) -> None:
    await seed(store, PLAN, NOW)
    await seed(store, replace(PLAN, feeds=()), NOW)
    assert await subscribed(store) == {(ONE, NEWS)}


async def test_what_was_changed_in_the_configuration_does_not_change_the_database(store: SqlStore) -> None:
    await seed(store, PLAN, NOW)
    changed = replace(PLAN, feeds=(replace(feed(ONE, NEWS, backlog=9), interval=timedelta(hours=1)),))
    await seed(store, changed, NOW)
    assert await standings(store, changed) == {Standing.SAME, Standing.DIFFERS}
    async with store.read() as tx:
        (stored,) = await tx.feeds.all()
    assert stored.interval == timedelta(minutes=30)


async def test_a_feed_that_the_database_has_from_elsewhere_is_subscribed(store: SqlStore) -> None:
    async def add(tx: Tx) -> FeedId:
        return await tx.feeds.add(ONE, interval=timedelta(hours=2), from_config=False, now=NOW)

    await store.write(add)
    await seed(store, PLAN, NOW)
    assert await subscribed(store) == {(ONE, NEWS)}


async def test_what_was_seeded_is_remembered(store: SqlStore) -> None:
    await seed(store, PLAN, NOW)
    async with store.read() as tx:
        before = await seeded_before(tx)
    assert before.feeds == {ONE}
    assert before.subscriptions == {(ONE, NEWS)}


async def test_many_feeds_are_seeded_and_started_with_quickly(store: SqlStore) -> None:
    many = replace(PLAN, feeds=tuple(feed(f"https://f{number}.example/feed", NEWS) for number in range(500)))
    await seed(store, many, NOW)
    assert len(await subscribed(store)) == 500


ONE_SERVER = Ref("chat:server/1")
WITH_SERVER = replace(PLAN, servers=(("town", ONE_SERVER),))


async def put_server(store: SqlStore, standing: ServerStanding, community_id: CommunityId | None) -> None:
    server = Server(ref=ONE_SERVER, name="Readers", standing=standing, community_id=community_id, at=NOW)
    await store.write(lambda tx: tx.places.put_server(server))


async def server_line(store: SqlStore) -> Comparison:
    async with store.read() as tx:
        (line,) = [each for each in compare(WITH_SERVER, await held(tx, WITH_SERVER)) if each.thing is Thing.SERVER]
    return line


async def server_now(store: SqlStore) -> tuple[str, ServerStanding, CommunityId | None]:
    async with store.read() as tx:
        (server,) = await tx.places.servers()
    return server.name, server.standing, server.community_id


async def test_a_configured_server_is_admitted(store: SqlStore) -> None:
    assert (await server_line(store)).standing is Standing.NEW
    for _ in range(2):
        await seed(store, WITH_SERVER, NOW)
    async with store.read() as tx:
        (community,) = await tx.places.communities()
    assert await server_now(store) == ("", ServerStanding.ADMITTED, community.id)
    assert (await server_line(store)).standing is Standing.SAME


async def test_a_server_that_waited_is_admitted_by_the_configuration(store: SqlStore) -> None:
    await put_server(store, ServerStanding.ASKED, None)
    assert (await server_line(store)).standing is Standing.NEW
    await seed(store, WITH_SERVER, NOW)
    name, standing, community_id = await server_now(store)
    assert (name, standing, community_id is not None) == ("Readers", ServerStanding.ADMITTED, True)


async def test_what_was_decided_on_a_server_stays(store: SqlStore) -> None:
    await seed(store, PLAN, NOW)
    other = await store.write(lambda tx: tx.places.put_community("other", "Other", default=False))
    await put_server(store, ServerStanding.REFUSED, None)
    await seed(store, WITH_SERVER, NOW)
    assert await server_now(store) == ("Readers", ServerStanding.REFUSED, None)
    line = await server_line(store)
    assert (line.standing, line.detail) == (
        Standing.DIFFERS,
        "community: town configured, none in the database; standing: admitted configured, refused in the database",
    )
    await put_server(store, ServerStanding.LEFT, other)
    await seed(store, WITH_SERVER, NOW)
    assert await server_now(store) == ("Readers", ServerStanding.LEFT, other)
    assert (await server_line(store)).detail == "community: town configured, other in the database"


async def test_a_community_that_went_into_one_of_the_database_alone_is_planned_there(store: SqlStore) -> None:
    own = await store.write(lambda tx: tx.places.put_community("own", "Own", default=True))
    await store.write(lambda tx: tx.settings.put("joined", '{"town": "own"}'))
    await seed(store, WITH_SERVER, NOW)
    assert (await server_now(store))[2] == own
    assert (await server_line(store)).standing is Standing.SAME
