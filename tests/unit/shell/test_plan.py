"""What a configuration plans, held against what a database has."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from bot.domain.model import (
    Channel,
    ChannelId,
    Community,
    CommunityId,
    Feed,
    FeedId,
    FeedState,
    Ref,
    Subscription,
    SubscriptionId,
    Visibility,
)
from bot.domain.plan import Comparison, Held, Plan, PlannedChannel, PlannedFeed, Seeded, Standing, Thing, compare

NEWS, ADDRESS = Ref("web:section/news"), "https://a.example/feed"
NOW = datetime(2026, 5, 1, tzinfo=UTC)

CHANNEL = PlannedChannel(
    community="town", ref=NEWS, name="News", language="en", zone="UTC", visibility=Visibility.PUBLIC
)
PLAN = Plan(
    communities=(("town", "Town"),),
    channels=(CHANNEL,),
    feeds=(PlannedFeed(address=ADDRESS, interval=timedelta(minutes=30), backlog=3, channels=(NEWS,)),),
)


def stored_channel(ref: Ref = NEWS, zone: str = "UTC") -> Channel:
    return Channel(
        id=ChannelId(1),
        community_id=CommunityId(1),
        ref=ref,
        name="News",
        zone=zone,
        visibility=Visibility.PUBLIC,
    )


def stored_feed(
    address: str = ADDRESS, number: int = 1, minutes: int = 30, state: FeedState = FeedState.ACTIVE
) -> Feed:
    return Feed(id=FeedId(number), address=address, interval=timedelta(minutes=minutes), next_at=NOW, state=state)


def subscription(feed: int = 1, ref: Ref = NEWS, backlog: int = 3) -> Subscription:
    return Subscription(id=SubscriptionId(1), feed_id=FeedId(feed), channel=stored_channel(ref), backlog=backlog)


SEEDED = Seeded(feeds=frozenset({ADDRESS}), subscriptions=frozenset({(ADDRESS, NEWS)}))
TOWN = Community(id=CommunityId(1), slug="town", name="Town", default=True)
AS_PLANNED = Held(
    communities=[TOWN],
    channels=[stored_channel()],
    feeds=[stored_feed()],
    subscriptions=[subscription()],
    seeded=SEEDED,
)


def standings(held: Held) -> list[Standing]:
    return [each.standing for each in compare(PLAN, held)]


def of(thing: Thing, held: Held) -> list[Comparison]:
    return [each for each in compare(PLAN, held) if each.thing is thing]


def test_with_no_database_all_is_new() -> None:
    assert standings(Held()) == [Standing.NEW] * 4


def test_what_was_seeded_is_the_same() -> None:
    assert standings(AS_PLANNED) == [Standing.SAME] * 4


def test_where_they_differ_it_says_how() -> None:
    held = Held(
        communities=[Community(id=CommunityId(1), slug="town", name="Old Town")],
        channels=[stored_channel(zone="Europe/Paris")],
        feeds=[stored_feed(minutes=60, state=FeedState.PAUSED)],
        subscriptions=[subscription(backlog=10)],
        seeded=SEEDED,
    )
    assert [each.detail for each in compare(PLAN, held)] == [
        "name: Town configured, Old Town in the database",
        "zone: UTC configured, Europe/Paris in the database",
        "interval: 1800s configured, 3600s in the database; state: active configured, paused in the database",
        "backlog: 3 configured, 10 in the database",
    ]


def test_what_was_removed_in_the_database_stays_away() -> None:
    held = Held(communities=[TOWN], channels=[stored_channel()], seeded=SEEDED)
    assert standings(held) == [Standing.SAME, Standing.SAME, Standing.REMOVED, Standing.REMOVED]


def test_what_only_the_database_has_is_named() -> None:
    other = stored_feed("https://b.example/feed", number=2)
    held = Held(
        communities=[TOWN, Community(id=CommunityId(2), slug="village", name="Village")],
        channels=[stored_channel(), stored_channel(Ref("web:section/sport"))],
        feeds=[stored_feed(), other],
        subscriptions=[subscription(), subscription(feed=2)],
        seeded=SEEDED,
    )
    only = [(each.thing, each.name) for each in compare(PLAN, held) if each.standing is Standing.DATABASE_ONLY]
    assert only == [
        (Thing.COMMUNITY, "village"),
        (Thing.CHANNEL, "web:section/sport"),
        (Thing.FEED, "https://b.example/feed"),
        (Thing.SUBSCRIPTION, "https://b.example/feed → web:section/news"),
    ]


def test_a_feed_that_moved_for_good_is_known_under_its_old_address() -> None:
    moved = stored_feed("https://new.example/feed")
    held = Held(
        communities=[TOWN],
        channels=[stored_channel()],
        feeds=[moved],
        subscriptions=[subscription()],
        moved=((ADDRESS, moved),),
        seeded=SEEDED,
    )
    (line,) = of(Thing.FEED, held)
    assert line.detail == f"address: {ADDRESS} configured, https://new.example/feed in the database"
    assert [each.standing for each in of(Thing.SUBSCRIPTION, held)] == [Standing.SAME]
