"""Killed over and over, on a network that loses a tenth of its answers, Tribune says everything exactly once."""

from __future__ import annotations

import os
import sys
import time
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from random import Random, SystemRandom
from typing import Any
from xml.sax.saxutils import escape

import pytest

from tests.end_to_end.killing import Mortal, Pace
from tests.servers.feed_server import FeedServer, Page
from tests.servers.wire.process import Wire, running_wire

CHANNELS = ("one", "two", "three")
FEEDS, ARTICLES_EACH = 4, 50
ARTICLES = FEEDS * ARTICLES_EACH
POSTS = ARTICLES * len(CHANNELS)
KILLS = 80
VOTES = 2  # ▲ and ▼ are seeded under each post


@pytest.mark.timeout(900)
async def test_every_article_is_posted_exactly_once_however_often_tribune_is_killed(
    database_url: str, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    with capfd.disabled():  # the seed must be seen also where a run is cut short
        await kill_all_the_time(database_url, tmp_path)


async def kill_all_the_time(database_url: str, tmp_path: Path) -> None:
    seed = int(os.environ.get("TRIBUNE_CHAOS_SEED") or SystemRandom().randrange(10**6))
    say(f"the seed of the random moments is {seed} (TRIBUNE_CHAOS_SEED={seed} repeats them)")
    async with (
        feeds(FEEDS, ARTICLES_EACH) as addresses,
        running_wire(CHANNELS, seed=seed, lose=0.1, late=0.1, slow=0.02) as wire,
    ):
        config = write_config(tmp_path, database_url, addresses)
        arguments = ("-m", "tests.servers.tribune_on_wire", str(config), wire.address)
        mortal = Mortal(arguments=arguments, log=tmp_path / "log")
        try:
            await killed_and_started_again(mortal, wire, Random(seed))
            await until_all_is_said(mortal, wire)
            assert await mortal.stop() == 0
        except BaseException:
            say(mortal.log.read_text(encoding="utf-8", errors="replace")[-6_000:])
            raise
        finally:
            await mortal.kill()
        assert_once(await wire.dump())


async def killed_and_started_again(mortal: Mortal, wire: Wire, random: Random) -> None:
    """Kills count from the first post on; the last one falls before the last post."""
    began = time.monotonic()
    pace = Pace(random=random, kills=KILLS + 5, shortest=0.5, longest=1.8)
    await mortal.start()
    while posts(await wire.dump()) == 0:
        assert await mortal.live(0.05), "Tribune ended before its first post"
    killed = 0
    while killed < KILLS:
        await mortal.live(pace.life(killed=killed, done=posts(await wire.dump()) / POSTS))
        before = mortal.kills
        await mortal.kill()
        done = posts(await wire.dump())
        assert done < POSTS, f"all was posted before kill {killed + 1}: too quick for this test"
        killed += mortal.kills - before
        await mortal.start()
    say(f"{killed} kills between the first and the last post, in {time.monotonic() - began:.0f} s, {done} posts so far")


async def until_all_is_said(mortal: Mortal, wire: Wire) -> None:
    """Until nothing is missing and nothing happens any more; who comes too soon after a dead one tries again."""
    quiet_since, events = time.monotonic(), -1
    deadline = time.monotonic() + 300
    while time.monotonic() < deadline:
        if not await mortal.live(0.5):
            await mortal.start()
        dump = await wire.dump()
        if dump["events"] != events:
            quiet_since, events = time.monotonic(), dump["events"]
        complete = posts(dump) >= POSTS and len(dump["threads"]) >= POSTS and reactions(dump) >= POSTS * VOTES
        if complete and time.monotonic() - quiet_since > 3:
            return
    pytest.fail(f"after 5 minutes: {posts(dump)} posts, {len(dump['threads'])} threads, {reactions(dump)} reactions")


def assert_once(dump: dict[str, Any]) -> None:
    """Each article once in each channel, with one thread, one first message, one ▲ and one ▼ to press."""
    say(f"of {dump['calls']} writing calls {dump['lost']} went unanswered")
    by_place = Counter((each["place"], each["text"].partition("\n")[0]) for each in in_channels(dump))
    expected = [(channel, title(f, n)) for channel in CHANNELS for f in range(FEEDS) for n in range(ARTICLES_EACH)]
    assert by_place == Counter(expected)
    assert Counter(each["message"] for each in dump["threads"]) == Counter(each["id"] for each in in_channels(dump))
    said = Counter(each["place"] for each in dump["messages"] if each["place"] not in CHANNELS)
    assert said == Counter(each["id"] for each in dump["threads"])
    assert all(list(each["reactions"].values()) == [["bot"]] * VOTES for each in in_channels(dump))
    assert dump["lost"] >= dump["calls"] * 0.05


def in_channels(dump: dict[str, Any]) -> list[dict[str, Any]]:
    return [each for each in dump["messages"] if each["place"] in CHANNELS]


def posts(dump: dict[str, Any]) -> int:
    return len({(each["place"], each["marker"]) for each in in_channels(dump)})


def reactions(dump: dict[str, Any]) -> int:
    return sum(len(each["reactions"]) for each in in_channels(dump))


def say(line: str) -> None:
    print(f"\n{line}", file=sys.stderr, flush=True)


# --- feeds and configuration ---


def title(feed: int, number: int) -> str:
    return f"Story {number} of paper {feed}"


def document(feed: int, articles: int) -> bytes:
    items = "".join(
        f"<item><guid isPermaLink='false'>{feed}-{number}</guid><title>{escape(title(feed, number))}</title>"
        f"<link>https://paper{feed}.example/{number}</link>"
        f"<pubDate>Fri, 01 May 2026 {number // 60:02}:{number % 60:02}:00 GMT</pubDate>"
        f"<description>What is told in story {number} of paper {feed}.</description></item>"
        for number in range(articles)
    )
    return f"<rss version='2.0'><channel><title>Paper {feed}</title>{items}</channel></rss>".encode()


@asynccontextmanager
async def feeds(number: int, articles: int) -> AsyncIterator[Sequence[str]]:
    async with FeedServer() as server:
        for feed in range(number):
            server.put(f"/{feed}.xml", Page(body=document(feed, articles), etag=f'"{feed}"'))
        yield [server.url(f"/{feed}.xml") for feed in range(number)]


def write_config(folder: Path, database_url: str, addresses: Sequence[str]) -> Path:
    channels = "".join(
        f'[[communities.channels]]\nslug = "{each}"\nref = "wire:channel/{each}"\nname = "{each}"\n'
        for each in CHANNELS
    )
    subscribed = "".join(
        f'[[feeds]]\naddress = "{address}"\nchannels = {list(CHANNELS)}\nbacklog = {ARTICLES_EACH}\n'
        for address in addresses
    )
    path = folder / "config.toml"
    path.write_text(
        f'[tribune]\ncontact = "test@example.org"\n[database]\nurl = "{database_url}"\n[web]\nenabled = false\n'
        f'[polling]\nallowed_hosts = ["127.0.0.1"]\n[delivery]\nbacklog_limit = 10000\n'
        f'[[communities]]\nslug = "town"\nname = "Town"\n{channels}{subscribed}',
        encoding="utf-8",
    )
    return path
