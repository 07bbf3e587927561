"""Every feed of a collection of real ones, served over HTTP and read by the real newsroom."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from aiohttp import web

from adapters.web.refs import section
from bot.domain.model import Feed, PollRecord, Validators
from bot.newsroom import Access, Newsroom, NewsroomSettings
from bot.ports.pages import FeedLine
from bot.ports.stores import Tx
from bot.signals import Noticeboard
from feeds.fetch import HttpFeedSource
from feeds.settings import FetchSettings
from tests.end_to_end.small import Town, small_town

CORPUS = Path("../shared/corpus")
# Looked for without any parser of feeds: an item or entry that has a title, an id, a link or a text.
ITEM = re.compile(
    rb"<(?:\w+:)?(?:item|entry)[\s>].*?<(?:\w+:)?(?:title|id|guid|link|description|summary|content)\b", re.S
)
FEED = re.compile(rb"<(?:\w+:)?(?:rss|rdf|feed|channel|entry)[\s>]", re.I)
NO_FEED = re.compile(rb"^\s*(?:<!doctype html|<p|<div|<h\d|<img|<catalog)", re.I)

pytestmark = pytest.mark.skipif(
    not CORPUS.is_dir(), reason="the collection of feeds is not at hand: no ../shared/corpus"
)


@asynccontextmanager
async def served() -> AsyncIterator[str]:
    app = web.Application()
    app.router.add_static("/", CORPUS.resolve())
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    await runner.cleanup()


async def read_all(town: Town, source: HttpFeedSource) -> None:
    """Let the newsroom work until nothing is due."""
    newsroom = Newsroom(
        store=town.store,
        source=source,
        signals=Noticeboard(),
        clock=town.clock,
        settings=NewsroomSettings(),
        access=lambda feed: Access(),
        lives_on_its_own=lambda post: True,
        on_orders=town.courier.wake,
        random=lambda: 0.0,
        new_key=lambda: f"key{next(town.numbers)}",
    )
    running = asyncio.create_task(newsroom.run())
    async with asyncio.timeout(240):
        while not running.done():
            await asyncio.sleep(0.1)
            if not await waiting(town):
                break
    await newsroom.drain()
    await running


async def waiting(town: Town) -> list[Feed]:
    async with town.store.read() as tx:
        return [feed for feed in await tx.feeds.all() if feed.next_at <= town.clock.now()]


async def lines(town: Town) -> dict[str, FeedLine]:
    async with town.store.read() as tx:
        (community,) = await tx.places.communities()
    return {each.address: each for each in await town.store.pages.feeds(community.id)}


async def subscribe_all(town: Town, base: str) -> dict[str, str]:
    """Each file of the collection as a feed of the section; the addresses by file name."""
    names = sorted(str(path.relative_to(CORPUS)) for path in CORPUS.rglob("*") if path.is_file())
    addresses = {name: f"{base}/{name}" for name in names if name != "README.md"}

    async def work(tx: Tx) -> None:
        (channel,) = await tx.places.channels()
        for address in addresses.values():
            feed = await tx.feeds.add(address, interval=timedelta(hours=1), from_config=False, now=town.clock.now())
            await tx.places.subscribe(feed, channel.id, backlog=3)

    await town.store.write(work)
    return addresses


async def forget_validators(town: Town) -> None:
    """As if no document had ever been seen: every body is read whole again."""
    now = town.clock.now()

    async def work(tx: Tx) -> None:
        records = [
            PollRecord(feed_id=each.id, polled_at=now, next_at=now, succeeded=True, validators=Validators())
            for each in await tx.feeds.all()
        ]
        await tx.feeds.record(records)

    await town.store.write(work)


def holds_an_entry(name: str) -> bool:
    body = (CORPUS / name).read_bytes()
    if b'"items"' in body:
        return bool(json.loads(body)["items"])
    return bool(FEED.search(body) and ITEM.search(body) and not NO_FEED.search(body))


async def test_every_feed_yields_its_articles_once_and_the_others_say_why_not(database_url: str) -> None:
    async with served() as base, small_town(database_url) as town:
        await town.community("town", default=True)
        addresses = await subscribe_all(town, base)
        source = HttpFeedSource(FetchSettings(allowed_hosts=("127.0.0.0/8",)))
        await read_all(town, source)
        first = await lines(town)
        silent = {name for name, address in addresses.items() if not first[address].articles}
        reasons = {name: first[addresses[name]].reason for name in silent}
        failing = {name for name, address in addresses.items() if first[address].failure}
        articles = await town.json(f"/api/articles?section={section('town').rpartition('/')[2]}&sort=new")
        town.clock.time += timedelta(hours=30)
        await forget_validators(town)
        await read_all(town, source)
        again = await lines(town)
        await source.close()
    assert failing <= silent
    assert not [name for name, reason in reasons.items() if not reason]
    assert silent == {name for name in addresses if not holds_an_entry(name)}
    assert int(str(articles["total"])) > len(addresses)
    assert {address: line.articles for address, line in again.items()} == {
        address: line.articles for address, line in first.items()
    }
    assert sum(line.held for line in again.values()) == 0
