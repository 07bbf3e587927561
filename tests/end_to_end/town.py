"""Tribune as a process of its own with a feed that tests publish in, whatever networks it is on; what is stored."""

from __future__ import annotations

import asyncio
import os
import sqlite3
import sys
import time
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import aiohttp

from storage import open_store
from tests.servers.feed_server import FeedServer, Page
from tests.servers.running import ROOT, Running, get_json, start

WITHIN = 60.0  # seconds; a loaded machine is slow


@dataclass(frozen=True, kw_only=True)
class Item:
    """An article as its publisher has it now."""

    number: int
    title: str
    lead: str = "A lead."
    category: str = "Local"


@dataclass(kw_only=True)
class Town:
    """A feed, a folder with a configuration in it, and Tribune once it is started. `environ` are its secrets."""

    feeds: FeedServer
    folder: Path
    module: str  # that starts it, given the configuration
    environ: Mapping[str, str] = field(default_factory=dict)
    tribune: Running | None = None

    @property
    def config(self) -> Path:
        return self.folder / "config.toml"

    @property
    def database(self) -> Path:
        return self.folder / "tribune.db"

    @property
    def running(self) -> Running:
        assert self.tribune is not None
        return self.tribune

    def publish(self, *items: Item) -> None:
        """What the feed says from now on."""
        self.feeds.put("/feed.xml", Page(body=_document(items)))

    async def start(self) -> None:
        """Start Tribune."""
        module = [sys.executable, "-m", self.module, str(self.config)]
        self.tribune = await start(self.config, environ=self.environ, arguments=module)

    async def poll(self) -> None:
        """Have the feed read again now."""
        store = await open_store(f"sqlite+aiosqlite:///{self.database}")
        try:
            async with store.read() as tx:
                (feed,) = await tx.feeds.all()
            await store.write(lambda tx: tx.feeds.poll_soon(feed.id, datetime.now(UTC)))
        finally:
            await store.close()

    async def command(self, *words: str) -> None:
        """A command on the operator's command line."""
        asked = [sys.executable, "-m", "bot", "--config", str(self.config), *words]
        pipe = asyncio.subprocess.PIPE
        made = await asyncio.create_subprocess_exec(
            *asked, cwd=ROOT, env={**os.environ, **self.environ}, stdout=pipe, stderr=pipe
        )
        assert await made.wait() == 0, await made.communicate()

    async def api(self, path: str) -> dict[str, Any]:
        """What Tribune's own API answers."""
        async with aiohttp.ClientSession() as session:
            return await get_json(session, self.running.base + path)

    def rows(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        """What is stored."""
        with reading(self.database) as database:
            return database.execute(query, values).fetchall()

    async def until(self, what: str, holds: Callable[[], Awaitable[bool]], within: float = WITHIN) -> None:
        """Wait until something holds."""
        deadline = time.monotonic() + within
        while not await holds():
            if time.monotonic() > deadline:
                log = "\n".join(self.tribune.errors[-60:]) if self.tribune is not None else ""
                raise AssertionError(f"{what}: not within {within:.0f} s\n{log}")
            await asyncio.sleep(0.1)

    async def equal(self, what: str, ask: Callable[[], Awaitable[object]], wanted: object) -> None:
        """Wait until what is asked is what is wanted."""
        last: list[object] = []

        async def same() -> bool:
            last[:] = [await ask()]
            return last == [wanted]

        try:
            await self.until(what, same)
        except AssertionError as error:
            raise AssertionError(f"{error}\nlast: {last[0]!r}\nwanted: {wanted!r}") from None


@contextmanager
def reading(database: Path) -> Iterator[sqlite3.Connection]:
    """A database as it is at one moment, also while Tribune runs on it."""
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as connection:
        connection.execute("BEGIN")
        yield connection


def _document(items: Sequence[Item]) -> bytes:
    written = "".join(
        f"<item><guid isPermaLink='false'>{each.number}</guid><title>{escape(each.title)}</title>"
        f"<link>https://paper.example/{each.number}</link><category>{escape(each.category)}</category>"
        f"<pubDate>Fri, 01 May 2026 00:{each.number:02}:00 GMT</pubDate>"
        f"<description>{escape(each.lead)}</description></item>"
        for each in items
    )
    return f"<rss version='2.0'><channel><title>Paper</title>{written}</channel></rss>".encode()
