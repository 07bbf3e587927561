"""Tribune as a process of its own on the loopback Discord: a guild, its people, a feed, and what is stored."""

from __future__ import annotations

import asyncio
import os
import sqlite3
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import asynccontextmanager, closing, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import aiohttp

from storage import open_store
from tests.servers.discord.client import Discord
from tests.servers.discord.pointing import environment
from tests.servers.discord.process import running_discord
from tests.servers.feed_server import FeedServer, Page
from tests.servers.running import ROOT, Running, get_json, start

WITHIN = 60.0  # seconds; a loaded machine is slow
TOKEN = {"DISCORD_TOKEN": "loopback"}
UP, DOWN, FLAG = "👍", "👎", "🚩"

Dump = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Item:
    """An article as its publisher has it now."""

    number: int
    title: str
    lead: str = "A lead."
    category: str = "Local"


@dataclass(kw_only=True)
class Town:
    """A guild with channels that get a feed, a channel for moderators, and people; Tribune once it is started."""

    discord: Discord
    feeds: FeedServer
    folder: Path
    guild: int
    backroom: int
    channels: Sequence[int]
    people: dict[str, int] = field(default_factory=dict)
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

    async def poll(self) -> None:
        """Have the feed read again now."""
        store = await open_store(f"sqlite+aiosqlite:///{self.database}")
        try:
            async with store.read() as tx:
                (feed,) = await tx.feeds.all()
            await store.write(lambda tx: tx.feeds.poll_soon(feed.id, datetime.now(UTC)))
        finally:
            await store.close()

    async def start(self) -> None:
        """Start Tribune."""
        module = [sys.executable, "-m", "tests.servers.tribune_on_discord", str(self.config)]
        environ = {**environment(self.discord.address), **TOKEN}
        self.tribune = await start(self.config, environ=environ, arguments=module)

    async def command(self, *words: str) -> None:
        """A command on the operator's command line."""
        asked = [sys.executable, "-m", "bot", "--config", str(self.config), *words]
        pipe = asyncio.subprocess.PIPE
        made = await asyncio.create_subprocess_exec(
            *asked, cwd=ROOT, env={**os.environ, **TOKEN}, stdout=pipe, stderr=pipe
        )
        assert await made.wait() == 0, await made.communicate()

    async def joins(self, *names: str) -> None:
        """People become members."""
        for name in names:
            self.people[name] = await self.discord.user(name, self.guild)

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


@asynccontextmanager
async def discord_town(folder: Path, *kinds: str, tags: Sequence[str] = ()) -> AsyncIterator[Town]:
    """A town whose channels are of these kinds: "text" or "forum"; the forums have tags."""
    async with running_discord() as discord, FeedServer() as feeds:
        guild = await discord.guild()
        channels = [
            await (discord.forum(guild, f"c{each}", tags) if kind == "forum" else discord.channel(guild, f"c{each}"))
            for each, kind in enumerate(kinds)
        ]
        backroom = await discord.channel(guild, "backroom")
        town = Town(discord=discord, feeds=feeds, folder=folder, guild=guild, backroom=backroom, channels=channels)
        _write_config(town)
        try:
            yield town
        finally:
            if town.tribune is not None:
                await town.tribune.kill()


def _write_config(town: Town) -> None:
    ids = {f"c{number}": each for number, each in enumerate(town.channels)} | {"backroom": town.backroom}
    public = 'visibility = "public"\n'
    places = "".join(
        f'[[communities.channels]]\nslug = "{slug}"\nref = "discord:{each}"\nname = "{slug}"\n'
        f"{public if slug != 'backroom' else ''}"
        for slug, each in ids.items()
    )
    subscribed = ["front", *(each for each in ids if each != "backroom")]
    town.config.write_text(
        f'[tribune]\ncontact = "test@example.org"\n[database]\nurl = "sqlite+aiosqlite:///{town.database}"\n'
        f'[discord]\ntoken = {{ env = "DISCORD_TOKEN" }}\n[polling]\nallowed_hosts = ["127.0.0.1"]\n'
        f'[delivery]\nrefresh_every = "10s"\n'
        f'[[communities]]\nslug = "town"\nname = "Town"\nservers = ["discord:{town.guild}"]\n'
        f'[[communities.sections]]\nslug = "front"\nname = "Front"\n{places}'
        f'[[feeds]]\naddress = "{town.feeds.url("/feed.xml")}"\nchannels = {subscribed}\nbacklog = 20\n',
        encoding="utf-8",
    )


def _document(items: Sequence[Item]) -> bytes:
    written = "".join(
        f"<item><guid isPermaLink='false'>{each.number}</guid><title>{escape(each.title)}</title>"
        f"<link>https://paper.example/{each.number}</link><category>{escape(each.category)}</category>"
        f"<pubDate>Fri, 01 May 2026 00:{each.number:02}:00 GMT</pubDate>"
        f"<description>{escape(each.lead)}</description></item>"
        for each in items
    )
    return f"<rss version='2.0'><channel><title>Paper</title>{written}</channel></rss>".encode()


# --- what stands on Discord ---


def channel(dump: Dump, number: int) -> Dump:
    """A channel or thread of a dump."""
    return dict(next(each for each in dump["channels"] if each["id"] == number))


def threads(dump: Dump, parent: int) -> list[Dump]:
    """The threads of a channel, the oldest first."""
    return [each for each in dump["channels"] if each["thread"] and each["parent"] == parent]


def post_of(dump: Dump, thread: Dump) -> Dump:
    """The post that a thread belongs to: it has the thread's ID, and is in it where the channel is a forum."""
    places = [thread, channel(dump, thread["parent"])]
    return next(each for place in places for each in place["messages"] if each["id"] == thread["id"] and each["embeds"])


def told(dump: Dump, user: int) -> list[str]:
    """What the bot told somebody directly, the oldest first."""
    direct = [each for each in dump["channels"] if user in each["recipients"]]
    return [shown(message) for each in direct for message in each["messages"] if message["author"] == dump["bot"]]


def shown(message: Dump) -> str:
    """All that a message says, without the backslashes of its markdown."""
    lines = [message["content"]]
    for embed in message["embeds"]:
        lines += [embed.get("author", {}).get("name", ""), embed.get("title", ""), embed.get("description", "")]
        lines += [f"{each['name']}: {each['value']}" for each in embed.get("fields", [])]
        lines.append(embed.get("footer", {}).get("text", ""))
    return "\n".join(line for line in lines if line).replace("\\", "").replace("\u200b", "")


def buttons(message: Dump) -> list[str]:
    """The custom IDs of its buttons."""
    return [each["custom_id"] for row in message["components"] for each in row["components"]]
