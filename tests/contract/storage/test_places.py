"""Communities, channels, subscriptions."""

from __future__ import annotations

from dataclasses import replace
from datetime import time

import pytest

from bot.domain.model import (
    Channel,
    DigestTime,
    PostState,
    Ref,
    Rules,
    Server,
    ServerStanding,
    Visibility,
)
from bot.ports.stores import Tx
from storage.store import SqlStore
from tests.contract.storage.world import NOW, World, add_channel, build, later, subscribe


async def test_communities_are_stored_and_renamed(store: SqlStore) -> None:
    town = await store.write(lambda tx: tx.places.put_community("town", "Town", default=True))
    village = await store.write(lambda tx: tx.places.put_community("village", "Village", default=False))
    assert await store.write(lambda tx: tx.places.put_community("town", "Old Town", default=True)) == town
    async with store.read() as tx:
        assert [each.name for each in await tx.places.communities()] == ["Town", "Village"]
    await store.write(lambda tx: tx.places.set_community(town, "Old Town", default=False))
    async with store.read() as tx:
        found = await tx.places.communities()
    assert [(each.id, each.slug, each.name, each.default) for each in found] == [
        (town, "town", "Old Town", True),
        (village, "village", "Village", False),
    ]


async def test_one_community_is_the_default(store: SqlStore) -> None:
    for slug in ("town", "village"):
        await store.write(lambda tx, slug=slug: tx.places.put_community(slug, slug, default=True))  # type: ignore[misc]
    async with store.read() as tx:
        town, village = await tx.places.communities()
    assert (town.default, village.default) == (True, False)
    await store.write(lambda tx: tx.places.set_community(village.id, "Village", default=True))
    async with store.read() as tx:
        assert [each.slug for each in await tx.places.communities() if each.default] == ["village"]


async def test_a_channel_that_is_there_is_left_as_it_is(world: World) -> None:
    made = await add_channel(world, "matrix:!room:example.org")
    other = await world.write(lambda tx: tx.places.put_community("village", "Village", default=False))
    again = await world.write(
        lambda tx: tx.places.put_channel(
            other, made.ref, "Other", language="en", zone="UTC", visibility=Visibility.PUBLIC
        )
    )
    assert again == made.id
    async with world.store.read() as tx:
        assert await tx.places.channels() == [
            world.section,
            Channel(
                id=made.id,
                community_id=world.community,
                ref=Ref("matrix:!room:example.org"),
                name="matrix:!room:example.org",
                language="fr",
                zone="Europe/Paris",
                visibility=Visibility.PRIVATE,
            ),
        ]


async def test_subscriptions_of_all_and_of_one_feed(world: World) -> None:
    other = await build(world.store, "village", feed="https://other.example/feed")
    second = await subscribe(world, await add_channel(world, "discord:1"))
    async with world.store.read() as tx:
        assert await tx.places.subscriptions() == [world.subscription, other.subscription, second]
        assert await tx.places.subscriptions(world.feed) == [world.subscription, second]
    again = await world.write(lambda tx: tx.places.subscribe(world.feed, world.section.id, backlog=99))
    assert again == world.subscription.id
    assert world.subscription.backlog == 3
    assert not world.subscription.primed
    assert not world.subscription.paused
    assert world.subscription.sensitive is None


async def test_a_subscription_whose_articles_stand_behind_a_curtain(world: World) -> None:
    channel = await add_channel(world, "discord:1")
    await world.write(lambda tx: tx.places.subscribe(world.feed, channel.id, backlog=3, sensitive="Crime"))
    async with world.store.read() as tx:
        assert [each.sensitive for each in await tx.places.subscriptions()] == [None, "Crime"]


async def test_primed_subscriptions(world: World) -> None:
    await world.write(lambda tx: tx.places.primed([world.subscription.id]))
    await world.write(lambda tx: tx.places.primed([]))
    async with world.store.read() as tx:
        assert [each.primed for each in await tx.places.subscriptions()] == [True]


async def test_a_subscription_is_paused_put_behind_a_curtain_and_ended(world: World) -> None:
    number = world.subscription.id
    await world.write(lambda tx: tx.places.pause(number, paused=True))
    await world.write(lambda tx: tx.places.set_sensitive(number, "blood"))
    async with world.store.read() as tx:
        (found,) = await tx.places.subscriptions(world.feed)
    assert (found.paused, found.sensitive) == (True, "blood")
    article = await world.article("Held")
    held = await world.write(lambda tx: tx.posts.order(article, found, state=PostState.HELD, now=NOW))
    other = await world.article("Sent")
    sent = await world.write(lambda tx: tx.posts.order(other, found, now=NOW))
    assert held is not None
    assert sent is not None
    await world.write(lambda tx: tx.places.unsubscribe(number, later(1)))
    async with world.store.read() as tx:
        assert await tx.places.subscriptions() == []
        posts = [await tx.posts.get(each) for each in (held, sent)]
    assert [each and (each.state, each.subscription_id) for each in posts] == [
        (PostState.SKIPPED, None),
        (PostState.PENDING, None),
    ]


async def test_a_subscription_remembers_since_when_it_posts(world: World) -> None:
    other = await build(world.store, "village", feed="https://other.example/")
    await world.write(lambda tx: tx.places.subscribe(other.feed, world.section.id, backlog=0, since=later(-60)))
    async with world.store.read() as tx:
        found = [each for each in await tx.places.subscriptions(other.feed) if each.channel.id == world.section.id]
    assert [each.since for each in found] == [later(-60)]


def _server(name: str, *, at: float = 0, standing: ServerStanding = ServerStanding.ASKED) -> Server:
    ref = Ref(f"square:server/{name}")
    return Server(ref=ref, name=name, standing=standing, community_id=None, invited_by="Ann", at=later(at))


async def test_servers_are_stored_as_they_are_now_the_longest_known_first(world: World) -> None:
    one, two = _server("one", at=2), _server("two", at=1)
    other = replace(_server("one"), ref=Ref("matrix:server/one"), at=later(3))
    for each in (one, two, other):
        await world.write(lambda tx, each=each: tx.places.put_server(each))  # type: ignore[misc]
    async with world.store.read() as tx:
        assert await tx.places.servers() == [two, one, other]
        assert await tx.places.servers("square") == [two, one]
        assert await tx.places.server(one.ref) == one
        assert await tx.places.server(Ref("square:server/three")) is None
    admitted = replace(one, name="First", standing=ServerStanding.ADMITTED, community_id=world.community, at=later(9))
    await world.write(lambda tx: tx.places.put_server(admitted))
    async with world.store.read() as tx:
        assert await tx.places.servers("square") == [two, admitted]


async def test_a_channel_is_in_a_server(world: World) -> None:
    server, other = Ref("square:server/one"), await add_channel(world, "square:other")
    await world.write(lambda tx: tx.places.place_in(world.section.id, server))
    async with world.store.read() as tx:
        assert {each.id: each.server for each in await tx.places.channels()} == {
            world.section.id: server,
            other.id: None,
        }
        (subscription,) = await tx.places.subscriptions()
        assert subscription.channel.server == server
    await world.write(lambda tx: tx.places.place_in(world.section.id, None))
    async with world.store.read() as tx:
        assert {each.server for each in await tx.places.channels()} == {None}


async def test_the_subscriptions_of_a_channel_are_suspended_and_none_of_another(world: World) -> None:
    there = await subscribe(world, await add_channel(world, "square:other"))
    assert await world.write(lambda tx: tx.places.suspend(there.channel.id, "Gone.")) == 1
    async with world.store.read() as tx:
        found = {each.id: each.suspended for each in await tx.places.subscriptions()}
        suspended = await tx.places.subscription(there.id)
    assert found == {world.subscription.id: None, there.id: "Gone."}
    assert suspended is not None
    assert not suspended.takes_articles
    assert await world.write(lambda tx: tx.places.suspend(there.channel.id, None)) == 1
    async with world.store.read() as tx:
        assert await tx.places.subscription(there.id) == there


@pytest.mark.parametrize("stopped", ["paused", "suspended"])
async def test_no_digest_is_due_where_nothing_is_taken(world: World, stopped: str) -> None:
    subscription, rules = world.subscription, Rules(digest=DigestTime(at=time(8)))

    async def work(tx: Tx) -> None:
        await tx.places.set_rules(subscription.id, rules, digest_due=NOW)
        assert [each.id for each in await tx.places.digests_due(NOW)] == [subscription.id]
        if stopped == "paused":
            await tx.places.pause(subscription.id, paused=True)
        else:
            await tx.places.suspend(subscription.channel.id, "Gone.")
        assert await tx.places.digests_due(NOW) == []

    await world.write(work)
