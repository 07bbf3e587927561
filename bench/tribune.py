"""Tribune itself: its newsroom, its feed source and its store on SQLite, as they run. `python -m bench.tribune`."""

from __future__ import annotations

import asyncio
import secrets
import sqlite3
import sys
import time
from collections.abc import Awaitable, Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import random
from typing import Any, TypeVar

import uvloop

from bench.contestant import serve
from bench.course import Course, Lap, Phase
from bench.lag import LagMeter
from bot.domain.model import FeedId, Ref, Visibility
from bot.garbage import settle
from bot.logs import set_up_logs
from bot.newsroom import Access, Newsroom, NewsroomSettings
from bot.ports.stores import Store, Tx
from bot.signals import Noticeboard
from feeds.fetch import HttpFeedSource
from feeds.settings import FetchSettings
from storage.migrate import migrate
from storage.store import SqlStore, open_store

T = TypeVar("T")
INTERVAL = timedelta(hours=1)
_BACKLOG = 3
_DUE = "SELECT EXISTS (SELECT 1 FROM feeds WHERE state = 'active' AND next_at <= ?)"
_READ = "SELECT count(*) FROM feeds WHERE last_read_at >= ? AND failures = 0"


class Clock:
    """Tells the machine's time."""

    def now(self) -> datetime:
        return datetime.now(UTC)


class _Watched:
    """The store, telling whenever something has been written."""

    def __init__(self, store: SqlStore) -> None:
        self._store = store
        self.written = asyncio.Event()
        self.read = store.read
        self.foreign_writes = store.foreign_writes
        self.backup = store.backup
        self.prune = store.prune
        self.close = store.close

    async def write(self, work: Callable[[Tx], Awaitable[T]]) -> T:
        result = await self._store.write(work)
        self.written.set()
        return result


class Tribune:
    """Every feed has a subscription in one section of the page, so that posts and outbox rows are written, too."""

    def __init__(self) -> None:
        self._runner = asyncio.Runner(loop_factory=uvloop.new_event_loop)
        self._store: SqlStore | None = None

    def start(self, course: Course, folder: Path) -> None:
        self._file = folder / "tribune.db"
        self._runner.run(self._open(course))

    def lap(self, phase: Phase) -> Lap:
        return self._runner.run(self._poll())

    def close(self) -> None:
        self._runner.run(self._close())
        self._runner.close()

    async def _close(self) -> None:
        if self._store is not None:
            await self._source.close()
            await self._store.close()

    async def _open(self, course: Course) -> None:
        await self._close()
        address = f"sqlite+aiosqlite:///{self._file}"
        await migrate(address)
        self._store = await open_store(address)
        self._source = HttpFeedSource(FetchSettings(allowed_hosts=("127.0.0.0/8",)))
        self._feeds = await self._store.write(lambda tx: subscribe(tx, course.addresses()))
        settle()

    async def _poll(self) -> Lap:
        assert self._store is not None
        before = self._counts()
        began, start = Clock().now(), time.perf_counter()
        await self._store.write(lambda tx: make_due(tx, self._feeds, began))
        store = _Watched(self._store)
        newsroom = self._newsroom(store)
        async with LagMeter() as meter, asyncio.TaskGroup() as group:
            start = time.perf_counter()
            group.create_task(newsroom.run())
            await self._written_down(store, began)
            seconds = time.perf_counter() - start
            await newsroom.drain()
        articles, posts = (now - then for now, then in zip(self._counts(), before, strict=True))
        polled = self._look(_READ, _stored(began))
        return Lap(seconds=seconds, polled=polled, entries=articles, posts=posts, lags=tuple(meter.lags))

    async def _written_down(self, store: _Watched, began: datetime) -> None:
        with closing(sqlite3.connect(self._file)) as connection:
            while connection.execute(_DUE, (_stored(began),)).fetchone()[0]:
                await store.written.wait()
                store.written.clear()

    def _counts(self) -> tuple[int, int]:
        return self._look("SELECT count(*) FROM articles"), self._look("SELECT count(*) FROM outbox")

    def _look(self, statement: str, *values: Any) -> int:
        with closing(sqlite3.connect(self._file)) as connection:
            return int(connection.execute(statement, values).fetchone()[0])

    def _newsroom(self, store: Store) -> Newsroom:
        nothing = Access()
        return Newsroom(
            store=store,
            source=self._source,
            signals=Noticeboard(),
            clock=Clock(),
            settings=NewsroomSettings(),
            access=lambda feed: nothing,
            lives_on_its_own=lambda post: True,
            on_orders=lambda: None,
            random=random,
            new_key=lambda: secrets.token_hex(12),
        )


async def subscribe(tx: Tx, addresses: list[str]) -> list[FeedId]:
    """Store feeds that are due, each with a subscription in a section of the page."""
    now = datetime.now(UTC)
    community = await tx.places.put_community("bench", "Bench", default=True)
    channel = await tx.places.put_channel(
        community, Ref("web:section/bench"), "Bench", language="en", zone="UTC", visibility=Visibility.PUBLIC
    )
    feeds = [await tx.feeds.add(each, interval=INTERVAL, from_config=False, now=now) for each in addresses]
    for feed in feeds:
        await tx.places.subscribe(feed, channel, backlog=_BACKLOG)
    return feeds


async def make_due(tx: Tx, feeds: list[FeedId], now: datetime) -> None:
    """Have them polled at once."""
    for feed in feeds:
        await tx.feeds.poll_soon(feed, now)


def _stored(moment: datetime) -> int:
    """Moments are stored as microseconds."""
    return (moment - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1)


if __name__ == "__main__":
    set_up_logs(form="logfmt", stream=sys.stderr)
    serve(Tribune())
