"""A server on Discord in the same process, with a text channel and somebody in it, and the bot connected to it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import discord
import simcord

from adapters.discord import refs
from adapters.discord.line import Line
from adapters.discord.posting import Posting
from bot.domain.model import Ref
from tests.servers.discord.specification import hold_to_it


@dataclass(frozen=True, kw_only=True)
class Town:
    """The server, and the part of the bot that writes there."""

    env: simcord.Env
    client: discord.Client
    line: Line
    posting: Posting
    guild: simcord.GuildHandle
    news: simcord.ChannelHandle
    ann: simcord.MemberActor

    @property
    def channel(self) -> Ref:
        """The text channel."""
        return refs.channel(self.news.id)

    def calls(self) -> list[str]:
        """The calls that were made so far, without the numbers in them."""
        return [f"{each.method} {_plain(each.path)}" for each in self.env.http_requests]


@asynccontextmanager
async def living_town() -> AsyncIterator[Town]:
    """A town, to be entered by the test itself: its clock holds only there."""
    client = discord.Client(intents=discord.Intents.all(), allowed_mentions=discord.AllowedMentions.none())
    async with simcord.run(client) as env:
        guild = env.create_guild("Readers of the Gazette")
        news = guild.create_text_channel("news")
        ann = guild.add_member(env.create_user("ann"))
        await env.settle()
        line = Line()
        line.open(client)
        yield Town(env=env, client=client, line=line, posting=Posting(line), guild=guild, news=news, ann=ann)
        hold_to_it(env.http_requests)


def _plain(path: str) -> str:
    return "/".join("*" if part.isdecimal() else part for part in path.split("/"))
