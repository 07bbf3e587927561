"""Fills a database with feeds that were all polled before: `python -m bench.filling FILE PORT FEEDS HOSTS SERVED`."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from random import Random

from bench.course import Course
from bench.documents import BEGAN, FEWEST, MOST
from bench.tribune import subscribe
from bot.domain.model import FeedId, PollRecord, Validators
from bot.ports.stores import Tx
from storage.migrate import migrate
from storage.store import open_store

_BATCH = 1000
_SEEN = 40  # bytes that are remembered of an entry


async def fill(file: Path, course: Course, served: int) -> None:
    """Feeds that are due, with the validators that the server of `served` documents gives out first."""
    address = f"sqlite+aiosqlite:///{file}"
    await migrate(address)
    store = await open_store(address)
    addresses, random = course.addresses(), Random(1)
    for start in range(0, course.feeds, _BATCH):
        part = addresses[start : start + _BATCH]
        feeds = await store.write(lambda tx, part=part: subscribe(tx, part))  # type: ignore[misc]
        records = [_polled(feed, (start + place) % served, random) for place, feed in enumerate(feeds)]
        await store.write(lambda tx, feeds=feeds, records=records: _read(tx, feeds, records))  # type: ignore[misc]
    await store.close()


async def _read(tx: Tx, feeds: Sequence[FeedId], records: Sequence[PollRecord]) -> None:
    await tx.feeds.record(records)
    subscriptions = [each.id for feed in feeds for each in await tx.places.subscriptions(feed)]
    await tx.places.primed(subscriptions)


def _polled(feed: FeedId, document: int, random: Random) -> PollRecord:
    now = datetime.now(UTC)
    validators = Validators(
        etag=f'"{document}-0"',
        last_modified=format_datetime(BEGAN, usegmt=True),
        body_digest=random.randbytes(16),
        seen=random.randbytes(_SEEN * random.randint(FEWEST, MOST)),
    )
    before = now - timedelta(hours=1)
    return PollRecord(
        feed_id=feed, polled_at=before, next_at=before, succeeded=True, validators=validators, title=f"Paper {document}"
    )


if __name__ == "__main__":
    port, feeds, hosts, served = map(int, sys.argv[2:6])
    asyncio.run(fill(Path(sys.argv[1]), Course(port=port, feeds=feeds, hosts=hosts), served))
