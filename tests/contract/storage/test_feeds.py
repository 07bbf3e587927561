"""Feeds: due times, claims, what polls leave behind, moves."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from functools import partial

import pytest
from sqlalchemy import select

from bot.domain.model import (
    CommunityId,
    Credentials,
    FailureKind,
    Feed,
    FeedId,
    FeedState,
    PollRecord,
    Told,
    Validators,
)
from bot.ports.stores import FeedCount, Tx
from storage.schema.news import aliases
from storage.store import SqlStore
from tests.contract.storage.world import HOUR, NOW, World, build, later


def _record(feed_id: FeedId, **changes: object) -> PollRecord:
    values = {"feed_id": feed_id, "polled_at": NOW, "next_at": later(3600), "succeeded": True}
    return PollRecord(**{**values, **changes})  # type: ignore[arg-type]


async def _get(store: SqlStore, feed_id: FeedId) -> Feed:
    async with store.read() as tx:
        feed = await tx.feeds.get(feed_id)
    assert feed is not None
    return feed


async def _claim(store: SqlStore, now: datetime = NOW, *, limit: int = 10) -> list[FeedId]:
    feeds = await store.write(lambda tx: tx.feeds.claim_due(now, until=now + HOUR, limit=limit))
    return [feed.id for feed in feeds]


async def test_a_new_feed_is_due_at_once_and_known_by_its_address(world: World) -> None:
    feed = await _get(world.store, world.feed)
    assert feed == Feed(
        id=world.feed,
        address="https://news.example/feed",
        interval=HOUR,
        from_config=True,
        next_at=NOW,
        unprimed=True,
    )
    again = await world.write(lambda tx: tx.feeds.add(feed.address, interval=HOUR * 2, from_config=False, now=later(5)))
    assert again == world.feed
    async with world.store.read() as tx:
        assert await tx.feeds.by_address(feed.address) == feed
        assert await tx.feeds.by_address("https://other.example/") is None
        assert await tx.feeds.get(FeedId(999)) is None
        assert await tx.feeds.all() == [feed]


async def test_due_feeds_are_claimed_once_the_longest_due_first(store: SqlStore) -> None:
    worlds = [await build(store, feed=f"https://news.example/{n}") for n in range(3)]
    await store.write(lambda tx: tx.feeds.record([_record(w.feed, next_at=later(-n)) for n, w in enumerate(worlds)]))
    first = await _claim(store, limit=2)
    assert first == [worlds[2].feed, worlds[1].feed]
    assert await _claim(store) == [worlds[0].feed]
    assert await _claim(store) == []
    assert sorted(await _claim(store, NOW + HOUR)) == sorted(w.feed for w in worlds), "claims run out"


async def test_claims_end_when_they_are_recorded_or_released(world: World) -> None:
    assert await _claim(world.store) == [world.feed]
    await world.write(lambda tx: tx.feeds.record([_record(world.feed, next_at=NOW)]))
    assert await _claim(world.store) == [world.feed]
    await world.write(lambda tx: tx.feeds.release_claims())
    assert await _claim(world.store) == [world.feed]


@pytest.mark.parametrize("state", [FeedState.PAUSED, FeedState.GONE])
async def test_only_active_feeds_are_due(world: World, state: FeedState) -> None:
    await world.write(lambda tx: tx.feeds.record([_record(world.feed, next_at=NOW, state=state)]))
    assert await _claim(world.store) == []
    async with world.store.read() as tx:
        assert await tx.feeds.next_due() is None


async def test_a_feed_without_a_subscription_is_never_due(store: SqlStore) -> None:
    await store.write(lambda tx: tx.feeds.add("https://lonely.example/", interval=HOUR, from_config=True, now=NOW))
    assert await _claim(store) == []
    async with store.read() as tx:
        assert await tx.feeds.next_due() is None


async def test_the_next_due_is_the_earliest_that_nobody_has_claimed(store: SqlStore) -> None:
    first, second = [await build(store, feed=f"https://news.example/{n}") for n in range(2)]
    await store.write(
        lambda tx: tx.feeds.record([_record(first.feed, next_at=NOW), _record(second.feed, next_at=later(60))])
    )
    async with store.read() as tx:
        assert await tx.feeds.next_due() == NOW
    await _claim(store)
    async with store.read() as tx:
        assert await tx.feeds.next_due() == later(60)


async def test_concurrent_claims_share_the_feeds(store: SqlStore) -> None:
    for n in range(20):
        await build(store, feed=f"https://news.example/{n}")
    shares = await asyncio.gather(*(_claim(store, limit=4) for _ in range(8)))
    claimed = [feed for share in shares for feed in share]
    assert len(claimed) == len(set(claimed)) == 20


async def test_a_poll_leaves_its_marks(world: World) -> None:
    validators = Validators(etag='"1"', last_modified="Sun", body_digest=b"\x00\xff", seen=b"forms")
    await world.write(
        lambda tx: tx.feeds.record([_record(world.feed, validators=validators, title="The News", ttl=HOUR)])
    )
    feed = await _get(world.store, world.feed)
    assert (feed.validators, feed.title, feed.ttl) == (validators, "The News", HOUR)
    assert (feed.first_read_at, feed.last_read_at, feed.last_polled_at) == (NOW, NOW, NOW)
    assert feed.next_at == later(3600)


async def test_a_failed_poll_keeps_what_is_known(world: World) -> None:
    validators = Validators(etag='"1"', seen=b"forms")
    await world.write(lambda tx: tx.feeds.record([_record(world.feed, validators=validators, title="T", ttl=HOUR)]))
    failed = _record(
        world.feed,
        polled_at=later(60),
        succeeded=False,
        failures=2,
        failing_since=later(30),
        failure=FailureKind.TLS,
        reason="The certificate has run out.",
        told=Told.FAILING,
    )
    await world.write(lambda tx: tx.feeds.record([failed]))
    feed = await _get(world.store, world.feed)
    assert (feed.validators, feed.title, feed.ttl) == (validators, "T", HOUR)
    assert (feed.last_polled_at, feed.last_read_at, feed.first_read_at) == (later(60), NOW, NOW)
    assert (feed.failures, feed.failing_since, feed.failure) == (2, later(30), FailureKind.TLS)
    assert (feed.reason, feed.told) == ("The certificate has run out.", Told.FAILING)
    async with world.store.read() as tx:
        assert await tx.feeds.count() == FeedCount(all=1, failing=1)


async def test_validators_can_be_forgotten(world: World) -> None:
    await world.write(lambda tx: tx.feeds.record([_record(world.feed, validators=Validators(etag="1", seen=b"x"))]))
    await world.write(lambda tx: tx.feeds.record([_record(world.feed, validators=Validators())]))
    assert (await _get(world.store, world.feed)).validators == Validators()


async def test_polling_soon_revives_a_feed_that_is_gone(world: World) -> None:
    await world.write(lambda tx: tx.feeds.record([_record(world.feed, state=FeedState.GONE)]))
    await world.write(lambda tx: tx.feeds.poll_soon(world.feed, later(1)))
    feed = await _get(world.store, world.feed)
    assert (feed.state, feed.next_at) == (FeedState.ACTIVE, later(1))


async def test_a_claimed_feed_says_whether_it_is_unprimed(store: SqlStore) -> None:
    first, second, third = [await build(store, f"place{n}", feed=f"https://news.example/{n}") for n in range(3)]
    await store.write(lambda tx: tx.places.primed([second.subscription.id]))
    claimed = await store.write(lambda tx: tx.feeds.claim_due(NOW, until=later(60), limit=9))
    assert {feed.id: feed.unprimed for feed in claimed} == {first.feed: True, second.feed: False, third.feed: True}


async def test_a_feed_is_unprimed_until_its_subscriptions_are_primed(world: World) -> None:
    assert (await _get(world.store, world.feed)).unprimed
    await world.write(lambda tx: tx.places.primed([world.subscription.id]))
    assert not (await _get(world.store, world.feed)).unprimed


async def test_a_feed_that_moved_is_found_at_both_addresses(world: World) -> None:
    old, new = "https://news.example/feed", "https://news.example/rss"
    await world.write(lambda tx: tx.feeds.record([_record(world.feed, address=new)]))
    async with world.store.read() as tx:
        at_old, at_new = await tx.feeds.by_address(old), await tx.feeds.by_address(new)
    assert at_old == at_new
    assert at_new is not None
    assert (at_new.id, at_new.address) == (world.feed, new)
    assert await world.write(lambda tx: tx.feeds.add(old, interval=HOUR, from_config=True, now=NOW)) == world.feed
    await world.write(lambda tx: tx.feeds.record([_record(world.feed, address=old)]))
    assert (await _get(world.store, world.feed)).address == old, "it may move back"


async def test_a_move_to_a_known_address_joins_the_two(world: World) -> None:
    other = await build(world.store, "village", feed="https://news.example/rss")
    shared = await world.article("Shared")
    await world.write(
        lambda tx: tx.articles.add_source(shared, other.feed, position=0, title="As there", link=None, now=NOW)
    )
    own = await world.article("Own")
    await world.write(lambda tx: tx.feeds.record([_record(world.feed, address="https://news.example/rss")]))

    async with world.store.read() as tx:
        joined = await tx.feeds.by_address("https://news.example/feed")
        assert joined is not None
        assert joined.id == other.feed
        assert await tx.feeds.get(world.feed) is None
        channels = {each.channel.id for each in await tx.places.subscriptions(other.feed)}
        article = await tx.articles.get(own)
        known = await tx.articles.known([])
        brought = {row.feed_id for row in await tx.sql.all(select(aliases.c.feed_id))}
    assert channels == {world.section.id, other.section.id}
    assert article is not None
    assert article.primary_feed == other.feed
    assert known == {}
    assert brought == {other.feed}


async def test_a_join_keeps_one_subscription_of_a_channel(world: World) -> None:
    async def second_feed(tx: Tx) -> FeedId:
        feed_id = await tx.feeds.add("https://news.example/rss", interval=HOUR, from_config=True, now=NOW)
        await tx.places.subscribe(feed_id, world.section.id, backlog=1)
        return feed_id

    other = await world.write(second_feed)
    await world.write(lambda tx: tx.feeds.record([_record(world.feed, address="https://news.example/rss")]))
    async with world.store.read() as tx:
        left = await tx.places.subscriptions()
    assert [(each.feed_id, each.channel.id) for each in left] == [(other, world.section.id)]


async def test_many_records_at_once(store: SqlStore) -> None:
    async def work(tx: Tx) -> list[FeedId]:
        return [
            await tx.feeds.add(f"https://n.example/{n}", interval=timedelta(minutes=n + 1), from_config=False, now=NOW)
            for n in range(100)
        ]

    ids = await store.write(work)
    await store.write(lambda tx: tx.feeds.record([_record(each, next_at=later(n)) for n, each in enumerate(ids)]))
    async with store.read() as tx:
        feeds = await tx.feeds.all()
    assert [feed.next_at for feed in feeds] == [later(n) for n in range(100)]
    await store.write(lambda tx: tx.feeds.record([]))


async def test_an_address_has_a_feed_for_each_owner(world: World) -> None:
    address = "https://news.example/feed"
    other = await build(world.store, "village", feed="https://other.example/feed")

    async def own(tx: Tx, owner: CommunityId) -> FeedId:
        return await tx.feeds.add(address, interval=HOUR, from_config=False, owner=owner, now=NOW)

    mine = await world.write(lambda tx: own(tx, world.community))
    theirs = await world.write(lambda tx: own(tx, other.community))
    assert len({world.feed, mine, theirs}) == 3
    assert await world.write(lambda tx: own(tx, world.community)) == mine
    async with world.store.read() as tx:
        found = [await tx.feeds.by_address(address, each) for each in (None, world.community, other.community)]
    assert [each and (each.id, each.owner) for each in found] == [
        (world.feed, None),
        (mine, world.community),
        (theirs, other.community),
    ]


async def test_feeds_of_different_owners_are_not_joined_by_a_move(world: World) -> None:
    old, new = "https://news.example/feed", "https://news.example/rss"
    mine = await world.write(
        lambda tx: tx.feeds.add(old, interval=HOUR, from_config=False, owner=world.community, now=NOW)
    )
    await world.write(lambda tx: tx.feeds.record([_record(world.feed, address=new)]))
    await world.write(lambda tx: tx.feeds.record([_record(mine, address=new)]))
    async with world.store.read() as tx:
        for address in (old, new):
            common = await tx.feeds.by_address(address)
            owned = await tx.feeds.by_address(address, world.community)
            assert common is not None
            assert owned is not None
            assert (common.id, common.address, owned.id, owned.address) == (world.feed, new, mine, new)


async def _give(feed_id: FeedId, credentials: Credentials, tx: Tx) -> None:
    await tx.feeds.set_access(feed_id, credentials)


async def test_what_opens_a_feed_is_kept_replaced_and_forgotten(world: World) -> None:
    first = Credentials(user="me", password="p", headers=(("X-Key", "1"), ("X-Other", "2")))
    for credentials in (first, Credentials(user="you"), Credentials()):
        await world.write(partial(_give, world.feed, credentials))
        async with world.store.read() as tx:
            assert await tx.feeds.access(world.feed) == credentials
    assert "me" not in repr(first)


async def test_when_feeds_brought_an_article_last(world: World) -> None:
    async with world.store.read() as tx:
        assert await tx.feeds.last_brought(world.community) == {}
    await world.article("One")
    async with world.store.read() as tx:
        assert await tx.feeds.last_brought(world.community) == {world.feed: NOW}
        assert await tx.feeds.last_brought(CommunityId(999)) == {}
