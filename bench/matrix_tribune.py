"""News in a room as the whole of Tribune brings it, as `tribune run` does. `python -m bench.matrix_tribune ERRAND`."""

from __future__ import annotations

import asyncio
import sys
from contextlib import AsyncExitStack
from pathlib import Path

import uvloop

from adapters.matrix import MatrixNetwork
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


async def run(errand: Errand) -> None:
    """Read all feeds once, so that nothing but what is new has to be posted, and then once more."""
    config = load(_written(errand), environment(_bot(errand)))
    await migrate(config.database.address)
    async with AsyncExitStack() as stack:
        life = await stack.enter_async_context(lifecycle())
        parts = await stack.enter_async_context(opened_parts(config))
        tribune = await assemble(parts, ())
        working = asyncio.create_task(tribune.run(life, lambda line: None))
        await _until_ready(tribune, parts, errand, working)
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
        feeds={each: ["news"] for each in course.addresses()},
        page=False,
        backlog=0,
    )
    path.write_text(path.read_text(encoding="utf-8").replace("'127.0.0.1'", "'127.0.0.0/8'"), encoding="utf-8")
    return path


async def _until_ready(tribune: Tribune, parts: Parts, errand: Errand, working: asyncio.Task[None]) -> None:
    """All feeds were read, and the bot is in the room. Raises what `working` ends with before."""
    network = tribune.networks["matrix"]
    assert isinstance(network, MatrixNetwork)
    while not (await _all_read(parts) and _is_in(network, errand.room)):
        if working.done():
            await working
        await asyncio.sleep(_GLANCE)


def _is_in(network: MatrixNetwork, room: str) -> bool:
    return network.line.connected and room in network.line.client.rooms


async def _all_read(parts: Parts) -> bool:
    async with parts.store.read() as tx:
        return all(each.last_read_at is not None for each in await tx.feeds.all())


async def _poll(parts: Parts) -> None:
    async with parts.store.read() as tx:
        feeds = [each.id for each in await tx.feeds.all()]
    now = Clock().now()
    await parts.store.write(lambda tx: make_due(tx, feeds, now))


if __name__ == "__main__":
    set_up_logs(form="logfmt", stream=sys.stderr)
    uvloop.run(run(given()))
