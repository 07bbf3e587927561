"""News in a room as Tribune brings it: all of it, as `tribune run` builds it. `python -m bench.matrix_tribune ERRAND`."""

from __future__ import annotations

import asyncio
import sys
from contextlib import AsyncExitStack
from pathlib import Path

import uvloop

from bench.course import Course
from bench.matrix_errand import Errand, given, ready, wait_for_the_end
from bench.tribune import Clock, make_due
from bot.app.assembling import assemble
from bot.app.parts import Parts, opened_parts
from bot.app.running import Tribune
from bot.config import load
from bot.lifecycle import lifecycle
from bot.logs import set_up_logs
from storage.migrate import migrate
from tests.servers.matrix.synapse import Registered
from tests.servers.tribune_on_matrix import environment, write_config

_GLANCE = 0.05  # seconds between two looks whether it is ready
_READ = "SELECT count(*) FROM feeds WHERE last_read_at IS NOT NULL"


async def run(errand: Errand) -> None:
    """Read all feeds once, so that nothing but what is new has to be posted, and then once more."""
    config = load(_written(errand), environment(_bot(errand)))
    await migrate(config.database.address)
    async with AsyncExitStack() as stack:
        life = await stack.enter_async_context(lifecycle())
        parts = await stack.enter_async_context(opened_parts(config))
        tribune = await assemble(parts, ())
        working = asyncio.create_task(tribune.run(life, lambda line: None))
        await _until_ready(parts, tribune, errand, working)
        await asyncio.to_thread(ready)
        await _poll(parts)
        tribune.newsroom.wake()
        await asyncio.to_thread(wait_for_the_end)
        life.stopping.set()
        await working


def _bot(errand: Errand) -> Registered:
    return Registered(user=errand.user, password=errand.password)


def _written(errand: Errand) -> Path:
    """The configuration: each feed's articles go into the room, and those that are there at first do not."""
    course = Course(**errand.course)
    path = write_config(
        Path(errand.folder),
        errand.homeserver,
        _bot(errand),
        channels={"news": errand.room},
        feeds=dict.fromkeys(course.addresses(), ["news"]),
        page=False,
        backlog=0,
    )
    path.write_text(path.read_text(encoding="utf-8").replace("'127.0.0.1'", "'127.0.0.0/8'"), encoding="utf-8")
    return path


async def _until_ready(parts: Parts, tribune: Tribune, errand: Errand, working: asyncio.Task[None]) -> None:
    """All feeds were read, and it is in the room."""
    ...


async def _poll(parts: Parts) -> None:
    async with parts.store.read() as tx:
        feeds = [each.id for each in await tx.feeds.all()]
    now = Clock().now()
    await parts.store.write(lambda tx: make_due(tx, feeds, now))


if __name__ == "__main__":
    set_up_logs(form="logfmt", stream=sys.stderr)
    uvloop.run(run(given()))
