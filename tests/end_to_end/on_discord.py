"""Tribune as a process of its own on the loopback Discord: a guild and its people."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.end_to_end.town import Town
from tests.servers.discord.client import Discord
from tests.servers.discord.pointing import environment
from tests.servers.discord.process import running_discord
from tests.servers.feed_server import FeedServer

UP, DOWN, FLAG = "👍", "👎", "🚩"

Dump = dict[str, Any]


@dataclass(kw_only=True)
class DiscordTown(Town):
    """A guild with channels that get a feed, a channel for moderators, and people."""

    discord: Discord
    guild: int
    backroom: int
    channels: Sequence[int]
    people: dict[str, int] = field(default_factory=dict)

    async def joins(self, *names: str) -> None:
        """People become members."""
        for name in names:
            self.people[name] = await self.discord.user(name, self.guild)


@asynccontextmanager
async def discord_town(folder: Path, *kinds: str, tags: Sequence[str] = ()) -> AsyncIterator[DiscordTown]:
    """A town whose channels are of these kinds: "text" or "forum"; the forums have tags."""
    async with running_discord() as discord, FeedServer() as feeds:
        guild = await discord.guild()
        channels = [
            await (discord.forum(guild, f"c{each}", tags) if kind == "forum" else discord.channel(guild, f"c{each}"))
            for each, kind in enumerate(kinds)
        ]
        backroom = await discord.channel(guild, "backroom")
        town = DiscordTown(
            feeds=feeds,
            folder=folder,
            module="tests.servers.tribune_on_discord",
            environ={**environment(discord.address), "DISCORD_TOKEN": "loopback"},
            discord=discord,
            guild=guild,
            backroom=backroom,
            channels=channels,
        )
        _write_config(town)
        try:
            yield town
        finally:
            if town.tribune is not None:
                await town.tribune.kill()


def _write_config(town: DiscordTown) -> None:
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
