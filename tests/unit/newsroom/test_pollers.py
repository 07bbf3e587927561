"""Many feeds at once: no poller is missed, none is left over."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from bot.domain.model import Feed, FeedId, FetchRequest, PollOutcome, PollRecord, Unchanged
from bot.newsroom import Access, Newsroom, NewsroomSettings
from bot.newsroom.rounds import BATCH
from bot.signals import Noticeboard

NOW = datetime(2026, 5, 4, 12, tzinfo=UTC)


class Memory:
    """A store of feeds only, in memory."""

    def __init__(self, feeds: Sequence[Feed]) -> None:
        self.due = list(feeds)
        self.recorded: list[FeedId] = []
        self.recorded_all = asyncio.Event()
        self._all = len(feeds)
        self._tx: Any = SimpleNamespace(feeds=self)

    async def next_due(self) -> datetime | None:
        return self.due[0].next_at if self.due else None

    async def claim_due(self, now: datetime, *, until: datetime, limit: int) -> Sequence[Feed]:
        claimed, self.due = self.due[:limit], self.due[limit:]
        return claimed

    async def record(self, records: Sequence[PollRecord]) -> None:
        self.recorded += [each.feed_id for each in records]
        if len(self.recorded) >= self._all:
            self.recorded_all.set()

    async def write(self, work: Callable[[Any], Awaitable[Any]]) -> Any:
        await asyncio.sleep(0)
        return await work(self._tx)

    @asynccontextmanager
    async def read(self) -> AsyncIterator[Any]:
        yield self._tx


class Press:
    """Everything is unchanged, after as many turns of the loop as it is told to wait."""

    def __init__(self, turns: int) -> None:
        self._turns = turns

    async def poll(self, request: FetchRequest) -> PollOutcome:
        for _ in range(self._turns):
            await asyncio.sleep(0)
        return Unchanged(validators=request.validators)

    async def close(self) -> None:
        """Nothing is open."""


@pytest.mark.parametrize("turns", [0, 1, 2, 5])
@pytest.mark.parametrize("number", [1, BATCH, BATCH + 1, 3 * BATCH + 17])
async def test_every_feed_is_polled_once_without_a_rest(turns: int, number: int) -> None:
    feeds = [
        Feed(id=FeedId(n), address=f"https://{n % 50}.example/{n}", interval=timedelta(hours=1), next_at=NOW)
        for n in range(number)
    ]
    store: Any = Memory(feeds)
    newsroom = Newsroom(
        store=store,
        source=Press(turns),
        signals=Noticeboard(),
        clock=SimpleNamespace(now=lambda: NOW),
        settings=NewsroomSettings(),
        access=lambda feed: Access(),
        lives_on_its_own=lambda post: True,
        on_orders=lambda: None,
        random=lambda: 0.0,
        new_key=lambda: "key",
    )
    running = asyncio.create_task(newsroom.run())
    async with asyncio.timeout(10):  # a rest takes thirty seconds
        await store.recorded_all.wait()
    await newsroom.drain()
    await running
    assert sorted(store.recorded) == list(range(number))
