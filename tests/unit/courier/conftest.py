"""A town on the real database, with a network in memory that fails when it is told to."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path

import pytest

from bot.courier import Courier, CourierSettings
from bot.domain.delivery import RefillPolicy
from bot.domain.model import (
    Alias,
    AliasKind,
    ArticleId,
    ChannelId,
    Content,
    FeedId,
    Post,
    PostState,
    Ref,
    Subscription,
    Visibility,
)
from bot.domain.orders import NewOrder, Order, OutboxState, Publish, Refresh
from bot.ports.cards import CaseCards
from bot.ports.network import Network
from bot.ports.stores import Tx
from bot.signals import Noticeboard
from storage import SqlStore, migrate, open_store
from tests.servers.clock import SetClock
from tests.servers.square import Forum, Square

START = datetime(2026, 5, 4, 12, tzinfo=UTC)
SECOND, MINUTE, HOUR = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1)
CHANNEL = Ref("square:plaza")


@dataclass(slots=True)
class Town:
    """A channel on the square, with articles to post."""

    store: SqlStore
    clock: SetClock
    square: Square
    feed: FeedId
    subscription: Subscription
    keys: Iterator[int]
    cases: CaseCards | None = None
    elsewhere: Network | None = None  # its channels are on this network, not on the square

    @property
    def network(self) -> Network:
        return self.elsewhere or self.square

    async def article(self, number: int) -> ArticleId:
        content = Content(title=f"Story {number}", link=f"https://a.example/{number}", lead="…")
        aliases = [Alias(kind=AliasKind.LINK, key=number.to_bytes(16, "big"))]
        return await self.store.write(
            lambda tx: tx.articles.add(
                self.feed, content, aliases, marker=f"m{number}", digest=b"d", position=0, now=self.clock.now()
            )
        )

    async def order(self, number: int) -> None:
        article = await self.article(number)

        async def work(tx: Tx) -> None:
            post_id = await tx.posts.order(article, self.subscription, now=self.clock.now())
            assert post_id is not None
            await tx.outbox.put([self.new(Publish(post_id=post_id))])

        await self.store.write(work)

    def new(self, order: Order, lane: str = CHANNEL) -> NewOrder:
        return NewOrder(order=order, lane=lane, key=f"key{next(self.keys)}", created_at=self.clock.now())

    async def deliver(self, refill: RefillPolicy | None = None) -> None:
        """Let the courier work until nothing is due."""
        courier = Courier(
            store=self.store,
            networks={self.network.name: self.network},
            signals=Noticeboard(),
            clock=self.clock,
            settings=CourierSettings(refill=refill or RefillPolicy()),
            owner=f"test {next(self.keys)}",
            random=lambda: 0.0,
            new_key=lambda: f"key{next(self.keys)}",
            cases=self.cases,
        )
        running = asyncio.create_task(courier.run())
        await self._quiet(courier, running)
        await courier.drain()
        await running

    async def _quiet(self, courier: Courier, running: asyncio.Task[None]) -> None:
        async with asyncio.timeout(20):
            while not running.done():
                await asyncio.sleep(0.005)
                async with self.store.read() as tx:
                    due = await tx.outbox.next_due([self.network.name])
                if courier.idle and (due is None or due > self.clock.now()):
                    return

    async def posts(self) -> list[PostState]:
        async with self.store.read() as tx:
            posts = [await tx.posts.of_article(ArticleId(number)) for number in range(1, 100)]
        return [each.state for some in posts for each in some]

    async def post(self, number: int = 1) -> Post:
        """The only post of an article."""
        async with self.store.read() as tx:
            (post,) = await tx.posts.of_article(ArticleId(number))
        return post

    async def revise(self, title: str) -> None:
        """Give the first article another title, and have its post brought up to date."""
        post = await self.post()

        async def work(tx: Tx) -> None:
            content = Content(title=title, link=None)
            await tx.articles.revise(ArticleId(1), content, digest=b"e", replace_latest=False, now=START)
            await tx.outbox.put([self.new(Refresh(post_id=post.id), lane=f"{CHANNEL}#1")])

        await self.store.write(work)

    async def put(self, order: Order, lane: str = CHANNEL) -> None:
        await self.store.write(lambda tx: tx.outbox.put([self.new(order, lane)]))

    async def counts(self) -> dict[OutboxState, int]:
        async with self.store.read() as tx:
            return dict(await tx.outbox.counts())

    def titles(self) -> list[str]:
        return [each.text for each in self.square.messages.values() if each.place == CHANNEL]


@pytest.fixture
async def town(tmp_path: Path) -> AsyncIterator[Town]:
    async with town_at(tmp_path, CHANNEL) as made:
        yield made


@asynccontextmanager
async def town_at(tmp_path: Path, place: Ref, now: datetime = START) -> AsyncIterator[Town]:
    """A town with one channel."""
    url = f"sqlite+aiosqlite:///{tmp_path}/t.db"
    await migrate(url)
    store, clock = await open_store(url), SetClock(now)

    async def work(tx: Tx) -> tuple[FeedId, ChannelId]:
        community = await tx.places.put_community("town", "Town", default=True)
        channel = await tx.places.put_channel(
            community, place, "Plaza", language="fr", zone="UTC", visibility=Visibility.PUBLIC
        )
        feed = await tx.feeds.add("https://a.example/feed", interval=HOUR, from_config=False, now=START)
        await tx.places.subscribe(feed, channel, backlog=3)
        return feed, channel

    feed, _ = await store.write(work)
    async with store.read() as tx:
        (subscription,) = await tx.places.subscriptions(feed)
    yield Town(store, clock, Square(), feed, subscription, count())
    await store.close()


@pytest.fixture
def forum(town: Town) -> Forum:
    """The town's network can do more."""
    made = Forum()
    town.square = made
    return made
