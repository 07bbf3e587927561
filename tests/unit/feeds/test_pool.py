"""The processes that read documents: bounded, replaced, gone with their parent."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from feeds.errors import NotAFeed
from feeds.pool import ParserPool
from tests.unit.feeds.documents import ADDRESS, rss, story

_ROOT = Path(__file__).resolve().parents[3]
_GIB = 1 << 30
_BODY = rss(story(1))
_SLOW = rss(*(story(number) for number in range(4000)))


@pytest.fixture
async def pool() -> AsyncIterator[ParserPool]:
    opened = ParserPool(2, timedelta(seconds=20), 2 * _GIB)
    yield opened
    await opened.close()


async def _read(pool: ParserPool, body: bytes = _BODY) -> int:
    return (await pool.parse(body, content_type=None, address=ADDRESS, seen=b"")).total


def _runs(pid: int) -> bool:
    """Whether the process is there; what was killed and not waited for by whoever inherited it is not."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    state = Path(f"/proc/{pid}/stat")
    return not state.exists() or state.read_text().rpartition(")")[2].split()[0] != "Z"


async def test_workers_start_when_they_are_needed_and_end_with_the_pool(pool: ParserPool) -> None:
    assert pool.pids == []
    assert await _read(pool) == 1
    assert await _read(pool) == 1
    assert len(pool.pids) == 1
    assert await asyncio.gather(*(_read(pool) for _ in range(8))) == [1] * 8
    pids = pool.pids
    assert len(pids) == 2
    await pool.close()
    assert not [pid for pid in pids if _runs(pid)]


async def test_the_reason_comes_back(pool: ParserPool) -> None:
    with pytest.raises(NotAFeed, match="web page"):
        await _read(pool, b"<html>")
    assert len(pool.pids) == 1


async def test_a_worker_that_takes_too_long_is_replaced() -> None:
    pool = ParserPool(1, timedelta(seconds=0.5), 2 * _GIB)
    with pytest.raises(NotAFeed, match=r"longer than 0\.5 s"):
        await _read(pool, _SLOW)
    assert pool.pids == []
    await pool.close()


async def test_a_worker_that_dies_is_replaced(pool: ParserPool) -> None:
    await _read(pool)
    reading = asyncio.create_task(_read(pool, _SLOW))
    await asyncio.sleep(0.1)
    os.kill(pool.pids[0], signal.SIGKILL)
    with pytest.raises(NotAFeed, match="ended the process"):
        await reading
    assert await _read(pool) == 1


async def test_a_worker_that_died_while_idle_is_not_used(pool: ParserPool) -> None:
    await _read(pool)
    os.kill(pool.pids[0], signal.SIGKILL)
    await asyncio.sleep(0.2)
    assert await _read(pool) == 1


async def test_a_reading_that_is_cancelled_takes_its_worker_along(pool: ParserPool) -> None:
    await _read(pool)
    reading = asyncio.create_task(_read(pool, _SLOW))
    await asyncio.sleep(0.1)
    reading.cancel()
    with pytest.raises(asyncio.CancelledError):
        await reading
    assert pool.pids == []
    assert await _read(pool) == 1


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux keeps the limit")
async def test_memory_is_limited() -> None:
    pool = ParserPool(1, timedelta(seconds=20), 300 << 20)
    huge = (
        b"<rss><channel><item><title>" + b"x" * 9_000_000 + b"</title></item>" + b"<a/>" * 900_000 + b"</channel></rss>"
    )
    with pytest.raises(NotAFeed):
        await _read(pool, huge)
    assert await _read(pool) == 1
    await pool.close()


async def test_signals_for_the_group_leave_the_workers_to_their_parent(pool: ParserPool) -> None:
    await _read(pool)
    (worker,) = pool.pids
    for number in (signal.SIGINT, signal.SIGTERM):
        os.kill(worker, number)
    await asyncio.sleep(0.1)
    assert await _read(pool) == 1
    assert pool.pids == [worker]


async def test_after_closing_nothing_is_read(pool: ParserPool) -> None:
    await pool.close()
    with pytest.raises(NotAFeed, match="shutting down"):
        await _read(pool)


_PARENT = """
import asyncio
from datetime import timedelta
from feeds.pool import ParserPool
from tests.unit.feeds.documents import rss, story

async def main():
    pool = ParserPool(2, timedelta(seconds=60), 2 << 30)
    slow = rss(*(story(number) for number in range(20000)))
    tasks = [asyncio.create_task(pool.parse(slow, content_type=None, address="", seen=b"")) for _ in range(2)]
    while len(pool.pids) < 2:
        await asyncio.sleep(0.01)
    await asyncio.sleep(0.7)
    print(*pool.pids, flush=True)
    await asyncio.gather(*tasks)

asyncio.run(main())
"""


def test_workers_die_with_their_parent_also_on_kill_9_while_busy() -> None:
    with subprocess.Popen([sys.executable, "-c", _PARENT], cwd=_ROOT, stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        workers = [int(pid) for pid in parent.stdout.readline().split()]
        assert len(workers) == 2
        assert all(_runs(pid) for pid in workers)
        os.kill(parent.pid, signal.SIGKILL)
    deadline = time.monotonic() + 3
    while any(_runs(pid) for pid in workers):
        assert time.monotonic() < deadline
        time.sleep(0.01)


_LIGHT = """
import asyncio, sys, uvloop
from bot.domain.model import FeedId, FetchRequest
from feeds.fetch import HttpFeedSource
from feeds.settings import FetchSettings

async def main():
    source = HttpFeedSource(FetchSettings())
    request = FetchRequest(feed_id=FeedId(1), address="file:examples/sample-feed.xml", allow_file=True)
    print(type(await source.poll(request)).__name__)
    await source.close()

RUN(main())
print([name for name in ("feedparser", "lxml") if name in sys.modules])
"""


@pytest.mark.parametrize("runner", ["asyncio.run", "uvloop.run"])
def test_the_main_process_loads_no_parser(runner: str) -> None:
    program = _LIGHT.replace("RUN", runner)
    run = subprocess.run(
        [sys.executable, "-W", "error", "-c", program], cwd=_ROOT, capture_output=True, text=True, timeout=30
    )
    assert (run.stdout, run.stderr) == ("Fetched\n[]\n", "")


def test_a_worker_ends_with_its_stdin() -> None:
    started = time.perf_counter()
    run = subprocess.run([sys.executable, "-m", "feeds.worker"], cwd=_ROOT, input=b"", capture_output=True, timeout=10)
    assert (run.returncode, run.stdout, run.stderr) == (0, b"", b"")
    assert time.perf_counter() - started < 5


@pytest.mark.parametrize("turns", range(8))
async def test_a_poll_that_is_broken_off_at_any_moment_holds_up_no_shutdown(pool: ParserPool, turns: int) -> None:
    reading = asyncio.create_task(_read(pool))
    for _ in range(turns):
        await asyncio.sleep(0)
    reading.cancel()
    async with asyncio.timeout(10):
        await asyncio.gather(reading, return_exceptions=True)
        await pool.close()
    assert pool.pids == []


async def test_a_worker_of_a_large_parent_is_kept(pool: ParserPool) -> None:
    ballast = bytearray(b"x" * (600 << 20))  # what the parent holds is not the worker's
    assert await _read(pool) == 1
    assert len(pool.pids) == 1
    assert len(ballast) == 600 << 20
