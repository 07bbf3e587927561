"""The newsroom at work, on the real databases and with feeds that are made up."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count

import pytest

from bot.aftermath import Following
from bot.domain.model import (
    Channel,
    Entry,
    Failed,
    FailureKind,
    Feed,
    FeedId,
    FeedState,
    Fetched,
    FetchRequest,
    ParsedFeed,
    PollOutcome,
    PollRecord,
    PostState,
    Ref,
    Spotted,
    Unchanged,
    Validators,
    Visibility,
)
from bot.domain.orders import OutboxState
from bot.domain.schedule import BACK, FAILING
from bot.newsroom import Access, DeskSettings, FeedDesk, Making, Newsroom, NewsroomSettings
from bot.office import Office
from bot.ports.stores import Tx
from bot.signals import Noticeboard
from storage import SqlStore
from tests.servers.clock import SetClock

START = datetime(2026, 5, 4, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


@dataclass(slots=True)
class Press:
    """Implements `FeedSource`: each address answers what it is told to, and requests are written down."""

    answers: dict[str, PollOutcome | Exception] = field(default_factory=dict)
    requests: list[FetchRequest] = field(default_factory=list)

    async def poll(self, request: FetchRequest) -> PollOutcome:
        self.requests.append(request)
        answer = self.answers[request.address]
        if isinstance(answer, Exception):
            raise answer
        return answer

    async def discover(self, request: FetchRequest) -> Sequence[Spotted] | Failed:
        raise NotImplementedError

    async def close(self) -> None:
        """Nothing is open."""


def entry(number: int, **changes: object) -> Entry:
    fields: dict[str, object] = {
        "position": number,
        "id": f"urn:{number}",
        "link": f"https://a.example/{number}",
        "title": f"Story {number}",
        "published": START - number * HOUR,
    }
    return Entry(**(fields | changes))  # type: ignore[arg-type]


def fetched(*entries: Entry, etag: str = "1") -> Fetched:
    parsed = ParsedFeed(
        title="The Paper", link=None, language="en", ttl=None, entries=entries, total=len(entries), seen=b"s"
    )
    return Fetched(feed=parsed, validators=Validators(etag=etag, seen=b"s"))


UNCHANGED = Unchanged(validators=Validators(etag="1", seen=b"s"))
DOWN = Failed(kind=FailureKind.UNREACHABLE, reason="no such host: a.example")


@dataclass(slots=True)
class Desk:
    """A community with two channels, and a newsroom that is run until nothing is due."""

    store: SqlStore
    press: Press
    clock: SetClock
    channels: Sequence[Channel]
    numbers: count[int]

    async def subscribe(self, address: str, *channels: int, backlog: int = 3) -> FeedId:
        async def work(tx: Tx) -> FeedId:
            feed = await tx.feeds.add(address, interval=HOUR, from_config=False, now=self.clock.now())
            for number in channels:
                await tx.places.subscribe(feed, self.channels[number].id, backlog=backlog)
            await tx.feeds.poll_soon(feed, self.clock.now())
            return feed

        return await self.store.write(work)

    async def read(self) -> None:
        """Poll everything that is due now, once."""
        newsroom = Newsroom(
            store=self.store,
            source=self.press,
            signals=Noticeboard(),
            clock=self.clock,
            settings=NewsroomSettings(),
            access=lambda feed: Access(headers=(("X-Reader", "yes"),), user="u", password="p"),
            lives_on_its_own=lambda post: post.channel.ref.startswith("live:"),
            on_orders=lambda: None,
            random=lambda: 0.0,
            new_key=lambda: f"key{next(self.numbers)}",
        )
        running = asyncio.create_task(newsroom.run())
        try:
            async with asyncio.timeout(20):
                await self._quiet(running)
        finally:
            await newsroom.drain()
            await running

    async def _quiet(self, running: asyncio.Task[None]) -> None:
        while not running.done():
            await asyncio.sleep(0.02)
            async with self.store.read() as tx:
                feeds = await tx.feeds.all()
            if not [each for each in feeds if each.state is FeedState.ACTIVE and each.next_at <= self.clock.now()]:
                return

    async def feed(self, feed_id: FeedId) -> Feed:
        async with self.store.read() as tx:
            found = await tx.feeds.get(feed_id)
        assert found is not None
        return found

    async def posted(self, channel: int) -> list[str]:
        """The titles that wait to be posted in a channel, in the order of the outbox."""
        found: list[tuple[int, str]] = []
        async with self.store.read() as tx:
            for number in range(1, 60):
                article = await tx.articles.get(number)  # type: ignore[arg-type]
                for post in await tx.posts.of_article(number) if article else []:  # type: ignore[arg-type]
                    if article and post.channel.id == self.channels[channel].id and post.state is PostState.PENDING:
                        found.append((post.id, article.content.title))
        return [title for _, title in sorted(found)]

    async def waiting(self) -> int:
        async with self.store.read() as tx:
            return (await tx.outbox.counts()).get(OutboxState.PENDING, 0)


@pytest.fixture
async def desk(store: SqlStore) -> Desk:
    async def work(tx: Tx) -> None:
        community = await tx.places.put_community("town", "Town", default=True)
        for ref in ("square:plaza", "live:page"):
            await tx.places.put_channel(
                community, Ref(ref), ref, language="en", zone="UTC", visibility=Visibility.PUBLIC
            )

    await store.write(work)
    async with store.read() as tx:
        channels = await tx.places.channels()
    return Desk(store, Press(), SetClock(START), channels, count())


A = "https://a.example/feed"
B = "https://b.example/feed"


async def test_a_first_poll_posts_the_newest_few_the_oldest_of_them_first(desk: Desk) -> None:
    await desk.subscribe(A, 0)
    desk.press.answers[A] = fetched(*(entry(number) for number in range(6)))
    await desk.read()
    assert await desk.posted(0) == ["Story 2", "Story 1", "Story 0"]


async def test_what_is_new_later_is_posted_and_what_was_seen_is_not(desk: Desk) -> None:
    await desk.subscribe(A, 0)
    desk.press.answers[A] = fetched(*(entry(number) for number in range(6)))
    await desk.read()
    desk.clock.time += HOUR
    desk.press.answers[A] = fetched(entry(7, published=START + HOUR / 2), entry(5), entry(4))
    await desk.read()
    assert await desk.posted(0) == ["Story 2", "Story 1", "Story 0", "Story 7"]


async def test_one_fetch_serves_all_channels(desk: Desk) -> None:
    await desk.subscribe(A, 0, 1)
    desk.press.answers[A] = fetched(entry(1))
    await desk.read()
    assert len(desk.press.requests) == 1
    assert await desk.posted(0) == await desk.posted(1) == ["Story 1"]


async def test_a_request_carries_validators_and_the_access_of_its_feed(desk: Desk) -> None:
    await desk.subscribe(A, 0)
    desk.press.answers[A] = fetched(entry(1), etag="first")
    await desk.read()
    desk.clock.time += HOUR
    await desk.read()
    second = desk.press.requests[1]
    assert second.validators.etag == "first"
    assert (second.headers, second.user, second.password) == ((("X-Reader", "yes"),), "u", "p")
    assert not second.allow_file


async def test_a_second_subscription_of_an_unchanged_feed_gets_its_first_posts(desk: Desk) -> None:
    await desk.subscribe(A, 0)
    desk.press.answers[A] = fetched(*(entry(number) for number in range(6)))
    await desk.read()
    await desk.subscribe(A, 1, backlog=2)
    desk.press.answers[A] = UNCHANGED
    await desk.read()
    assert await desk.posted(1) == ["Story 1", "Story 0"]
    assert len(await desk.posted(0)) == 3


async def test_a_subscription_waits_for_the_first_poll_that_succeeds(desk: Desk) -> None:
    feed = await desk.subscribe(A, 0)
    desk.press.answers[A] = DOWN
    await desk.read()
    assert (await desk.feed(feed)).reason == "no such host: a.example"
    desk.clock.time += HOUR
    desk.press.answers[A] = fetched(*(entry(number) for number in range(6)))
    await desk.read()
    assert len(await desk.posted(0)) == 3
    assert (await desk.feed(feed)).reason is None


async def test_the_same_story_of_two_feeds_is_posted_once_in_a_channel(desk: Desk) -> None:
    await desk.subscribe(A, 0)
    await desk.subscribe(B, 0, 1)
    desk.press.answers = {A: fetched(entry(1)), B: fetched(entry(1, id="b:1", title="Told by B"))}
    await desk.read()
    assert len(await desk.posted(0)) == 1
    assert len(await desk.posted(1)) == 1


async def test_only_the_first_feed_revises_and_only_posts_that_do_not_live_are_refreshed(desk: Desk) -> None:
    await desk.subscribe(A, 0, 1)
    desk.press.answers[A] = fetched(entry(1))
    await desk.read()
    before = await desk.waiting()
    desk.clock.time += HOUR
    desk.press.answers[A] = fetched(entry(1, title="Story 1, corrected"))
    await desk.read()
    assert await desk.posted(0) == ["Story 1, corrected"]
    assert await desk.waiting() == before + 1
    await desk.subscribe(B, 0)
    desk.press.answers[A] = UNCHANGED
    desk.press.answers[B] = fetched(entry(1, id="b:1", title="Story 1, told by B"))
    await desk.read()
    assert await desk.posted(0) == ["Story 1, corrected"]


async def test_a_flood_is_held_and_released_or_skipped(desk: Desk) -> None:
    feed = await desk.subscribe(A, 0, 1)
    desk.press.answers[A] = fetched(entry(1))
    await desk.read()
    desk.clock.time += HOUR
    old = [entry(n, id=f"renumbered:{n}", link=f"https://a.example/new/{n}", title=f"Old {n}") for n in range(2, 14)]
    desk.press.answers[A] = fetched(*old)
    await desk.read()
    assert await desk.posted(0) == ["Story 1"]
    community = desk.channels[0].community_id
    following = Following(
        new_key=lambda: f"key{next(desk.numbers)}", reads_store=lambda ref: False, refresh_every=timedelta(minutes=1)
    )
    office = Office(
        store=desk.store, signals=Noticeboard(), clock=desk.clock, following=following, on_orders=lambda: None
    )
    making = Making(new_key=following.new_key, expires_after=timedelta(days=7))
    settings = DeskSettings(making=making)
    editor = FeedDesk(office, source=desk.press, access=lambda feed: Access(), settings=settings, on_due=lambda: None)
    assert await editor.release(community, feed, None) == 24
    assert len(await desk.posted(0)) == 13
    assert (await desk.posted(0))[1:3] == ["Old 13", "Old 12"]
    assert await editor.skip(community, feed, None) == 0


async def test_admins_are_told_once_that_a_feed_fails_and_that_it_is_back(desk: Desk) -> None:
    await desk.subscribe(A, 0)
    desk.press.answers[A] = fetched(entry(1))
    await desk.read()
    desk.press.answers[A] = DOWN
    for _ in range(12):
        desk.clock.time += 6 * HOUR
        await desk.read()
    desk.press.answers[A] = fetched(entry(1))
    desk.clock.time += 6 * HOUR
    await desk.read()
    async with desk.store.read() as tx:
        notices = await tx.journal.notices(desk.channels[0].community_id, 10)
    assert [each.key for each in notices] == [BACK, FAILING]
    assert dict(notices[1].values)["feed"] == "The Paper"


async def test_a_busy_host_is_left_alone_with_all_its_feeds(desk: Desk) -> None:
    other = "https://a.example/other"
    for number in range(6):
        await desk.subscribe(f"{other}/{number}", 0)
        desk.press.answers[f"{other}/{number}"] = Failed(
            kind=FailureKind.BUSY, reason="answered 429", retry_after=2 * HOUR
        )
    await desk.read()
    assert len(desk.press.requests) <= 3
    asked = len(desk.press.requests)
    desk.clock.time += HOUR
    await desk.read()
    assert len(desk.press.requests) == asked


async def test_a_document_that_we_stumble_over_is_its_feeds_failure_and_stops_nothing(desk: Desk) -> None:
    broken = await desk.subscribe(A, 0)
    await desk.subscribe(B, 0)
    desk.press.answers = {A: fetched(entry(1, title=None)), B: fetched(entry(2))}
    await desk.read()
    assert await desk.posted(0) == ["Story 2"]
    assert "internal error" in str((await desk.feed(broken)).reason)


async def test_a_feed_that_is_gone_is_polled_no_more_until_somebody_asks(desk: Desk) -> None:
    feed = await desk.subscribe(A, 0)
    desk.press.answers[A] = Failed(kind=FailureKind.GONE, reason="answered 410 Gone")
    await desk.read()
    desk.clock.time += 30 * DAY
    await desk.read()
    assert len(desk.press.requests) == 1
    await desk.store.write(lambda tx: tx.feeds.poll_soon(feed, desk.clock.now()))
    desk.press.answers[A] = fetched(entry(1))
    await desk.read()
    assert await desk.posted(0) == ["Story 1"]


async def test_validators_advance_only_after_the_entries(desk: Desk) -> None:
    """Killed between the two, the document is read again, and adds nothing."""
    feed = await desk.subscribe(A, 0)
    desk.press.answers[A] = fetched(entry(1), etag="new")
    await desk.read()
    now = desk.clock.now()
    before = PollRecord(feed_id=feed, polled_at=now, next_at=now, succeeded=True, validators=Validators())
    await desk.store.write(lambda tx: tx.feeds.record([before]))
    await desk.read()
    assert len(desk.press.requests) == 2
    assert await desk.posted(0) == ["Story 1"]
