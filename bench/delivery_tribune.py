"""Deliveries as Tribune makes them: its courier, its store on SQLite, its adapter for Discord.

`python -m bench.delivery_tribune ERRAND` is one run, in a process of its own.
"""

from __future__ import annotations

import asyncio
import json
import secrets
import sys
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from random import random

import uvloop

from adapters.discord import refs
from adapters.discord.network import DiscordNetwork
from bench.errand import SOURCE, Errand
from bench.tribune import INTERVAL, Clock
from bot.courier import Courier, CourierSettings
from bot.domain.events import Missed
from bot.domain.model import Alias, AliasKind, CommunityId, PollRecord, Visibility
from bot.domain.orders import NewOrder, Publish
from bot.domain.pacing import lane_of
from bot.garbage import settle
from bot.locale import translator
from bot.ports.network import Network
from bot.ports.signals import Signal
from bot.ports.stores import Tx
from bot.signals import Noticeboard
from storage.migrate import migrate
from storage.store import SqlStore, open_store
from tests.servers.discord.pointing import point_by_environment
from tests.servers.listening_bot import SETTINGS, Heard, network

MARKER_BYTES = 8
_ALL = 1_000_000  # calls in a second


class _Awaited(Noticeboard):
    """Each order that ends is told of: `done` once there were so many."""

    def __init__(self, number: int) -> None:
        super().__init__()
        self._left = number
        self.done = asyncio.Event()

    def publish(self, signal: Signal) -> None:
        super().publish(signal)
        self._left -= 1
        if self._left == 0:
            self.done.set()


@asynccontextmanager
async def _connected(network: DiscordNetwork) -> AsyncIterator[None]:
    """The network listens, and all its servers are there."""
    heard = Heard()
    listening = asyncio.create_task(network.run(heard.take))
    await heard.times(Missed, 1)
    yield
    listening.cancel()
    await asyncio.gather(listening, return_exceptions=True)


async def run(errand: Errand) -> float:
    """Deliver everything; the seconds that it took, up to the last order that is stored as done."""
    address = f"sqlite+aiosqlite:///{Path(errand.folder) / 'tribune.db'}"
    await migrate(address)
    store = await open_store(address)
    try:
        await store.write(lambda tx: fill(tx, errand))
        discord = network(SETTINGS if errand.limits else replace(SETTINGS, calls_a_second=_ALL))
        async with _connected(discord):
            return await _deliver(store, discord, errand.deliveries)
    finally:
        await store.close()


async def _deliver(store: SqlStore, network: Network, number: int) -> float:
    signals = _Awaited(number)
    courier = Courier(
        store=store,
        networks={network.name: network},
        signals=signals,
        clock=Clock(),
        settings=CourierSettings(),
        owner="bench",
        random=random,
        new_key=lambda: secrets.token_hex(12),
    )
    translator("en")  # a Tribune that runs has read its catalogues long before
    settle()
    began = time.perf_counter()
    working = asyncio.create_task(courier.run())
    await signals.done.wait()
    seconds = time.perf_counter() - began
    await courier.drain()
    await working
    return seconds


async def fill(tx: Tx, errand: Errand) -> None:
    """A feed for each channel, its articles, and the orders to post them."""
    community = await tx.places.put_community("bench", "Bench", default=True)
    orders = [order for number in errand.channels for order in await _subscribed(tx, errand, community, number)]
    await tx.outbox.put(orders)


async def _subscribed(tx: Tx, errand: Errand, community: CommunityId, number: int) -> Sequence[NewOrder]:
    now = Clock().now()
    channel = await tx.places.put_channel(
        community, refs.channel(number), str(number), language="en", zone="UTC", visibility=Visibility.PRIVATE
    )
    address = f"http://127.0.0.1:9/{number}"
    feed = await tx.feeds.add(address, interval=INTERVAL, from_config=False, now=now)
    await tx.feeds.record(
        [PollRecord(feed_id=feed, polled_at=now, next_at=now + timedelta(days=1), succeeded=True, title=SOURCE)]
    )
    await tx.places.subscribe(feed, channel, backlog=errand.each)
    (subscription,) = await tx.places.subscriptions(feed)
    orders = []
    for position, content in enumerate(errand.articles(number)):
        article = await tx.articles.add(
            feed,
            content,
            [Alias(kind=AliasKind.LINK, key=secrets.token_bytes(16))],
            marker=secrets.token_hex(MARKER_BYTES),
            digest=secrets.token_bytes(8),
            position=position,
            now=now,
        )
        post = await tx.posts.order(article, subscription, now=now)
        assert post is not None
        key = secrets.token_hex(12)
        orders.append(NewOrder(order=Publish(post_id=post), lane=lane_of(subscription), key=key, created_at=now))
    return orders


if __name__ == "__main__":
    point_by_environment()
    print(json.dumps(uvloop.run(run(Errand(**json.loads(sys.argv[1]))))))
