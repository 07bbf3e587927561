"""Deliveries as a bot makes them that is discord.py and nothing else. `python -m bench.delivery_peer ERRAND`."""

from __future__ import annotations

import asyncio
import json
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import discord
import uvloop

from bench.errand import HANDS, SEEDS, SOURCE, Errand
from bot.domain.model import Content
from bot.garbage import settle
from tests.servers.discord.pointing import point_by_environment

INVITATION = "What do you think of this article? Write it here. Votes are reactions, on the article and on comments."
_BUTTONS = ("Best comments", "Report an error", "Follow")


@asynccontextmanager
async def _connected() -> AsyncIterator[discord.Client]:
    """A client that is logged in and listens."""
    client = discord.AutoShardedClient(
        intents=discord.Intents(guilds=True, guild_messages=True, guild_reactions=True, message_content=True),
        allowed_mentions=discord.AllowedMentions.none(),
        max_messages=None,
        max_ratelimit_timeout=30,
    )
    async with client:
        await client.login("loopback")
        listening = asyncio.create_task(client.connect())
        await client.wait_until_ready()
        yield client
    await asyncio.gather(listening, return_exceptions=True)


async def run(errand: Errand) -> float:
    """Deliver everything; the seconds that it took."""
    async with _connected() as client:
        free = asyncio.Semaphore(HANDS)
        settle()
        began = time.perf_counter()
        async with asyncio.TaskGroup() as group:
            for number in errand.channels:
                group.create_task(_serve(client, errand, number, free))
        return time.perf_counter() - began


async def _serve(client: discord.Client, errand: Errand, number: int, free: asyncio.Semaphore) -> None:
    channel = client.get_channel(number)
    assert isinstance(channel, discord.TextChannel)
    async with free:
        for article in errand.articles(number):
            await _deliver(channel, article)


async def _deliver(channel: discord.TextChannel, article: Content) -> None:
    post = await channel.send(embed=_embed(article), view=_buttons())
    thread = await post.create_thread(name=article.title[:100], auto_archive_duration=10080)
    await thread.send(embed=discord.Embed(description=INVITATION))
    for emoji in SEEDS:
        await post.add_reaction(emoji)


def _embed(article: Content) -> discord.Embed:
    made = discord.Embed(
        title=article.title, url=article.link, description=article.lead, timestamp=article.published, colour=0x336699
    )
    made.set_author(name=f"{SOURCE} · {article.author}")
    made.set_footer(text="▲ 0  ▼ 0 · 0 comments")
    return made.set_image(url=article.image)


def _buttons() -> discord.ui.View:
    view = discord.ui.View(timeout=None)
    for number, label in enumerate(_BUTTONS):
        view.add_item(discord.ui.Button(label=label, custom_id=f"{number}:marker"))
    view.stop()
    return view


if __name__ == "__main__":
    point_by_environment()
    print(json.dumps(uvloop.run(run(Errand(**json.loads(sys.argv[1]))))))
