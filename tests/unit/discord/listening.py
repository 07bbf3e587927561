"""A server on Discord in the same process, and the bot that listens to it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import simcord

from adapters.discord import DiscordNetwork, DiscordSettings
from tests.servers.discord.specification import hold_to_it
from tests.servers.listening_bot import SETTINGS, Heard, network


@dataclass(slots=True)
class Street:
    """A server with a text channel, and what the bot hears there. `thread` is one that the bot opened."""

    env: simcord.Env
    network: DiscordNetwork
    heard: Heard
    guild: simcord.GuildHandle
    news: simcord.ChannelHandle
    ann: simcord.MemberActor
    post: int
    thread: simcord.ChannelHandle


@asynccontextmanager
async def listening(settings: DiscordSettings = SETTINGS) -> AsyncIterator[Street]:
    """A street where the bot has posted something and opened a thread; what was heard until then is not kept."""
    heard, bot = Heard(), network(settings)
    client = bot.client(heard.take)
    async with simcord.run(client) as env:
        guild = env.create_guild("Readers of the Gazette")
        news = guild.create_text_channel("news")
        ann = guild.add_member(env.create_user("ann"))
        await env.settle()
        channel = client.get_channel(news.id)
        assert channel is not None
        message = await channel.send("An article")  # type: ignore[union-attr]
        await message.create_thread(name="An article")
        await env.settle()
        (thread,) = news.threads
        heard.since()
        yield Street(env, bot, heard, guild, news, ann, message.id, thread)
        hold_to_it(env.http_requests)
