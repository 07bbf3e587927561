"""Discord is not called more often than it takes, so that it never has to refuse."""

from __future__ import annotations

import asyncio

import aiohttp
import discord
import pytest

from adapters.discord.pace import Pace
from tests.servers.discord.client import Discord

CALLS = 70  # Discord takes 50 a second


async def limited(server: Discord, connector: aiohttp.TCPConnector) -> int:
    """How many of so many calls at once are refused."""
    await server.settings(limits=True)
    async with discord.Client(intents=discord.Intents.none(), connector=connector) as client:
        await client.login("loopback")
        await asyncio.gather(*(client.http.get_user(client.user.id) for _ in range(CALLS) if client.user))
    return int((await server.dump())["limited"])


async def test_discord_py_by_itself_is_refused(server: Discord) -> None:
    assert await limited(server, aiohttp.TCPConnector(limit=0)) > 0


async def test_with_a_pace_nothing_is_refused(server: Discord) -> None:
    assert await limited(server, Pace(50).connector()) == 0


@pytest.mark.parametrize("path", ["/interactions/1/token/callback", "/webhooks/1/token"])
async def test_what_people_wait_for_has_its_turn_at_once(server: Discord, path: str) -> None:
    """A pace that lets nobody by."""
    pace = Pace(1, within=3600)
    await pace.turn()
    async with (
        asyncio.timeout(20),
        aiohttp.ClientSession(connector=pace.connector()) as http,
        http.post(server.api + path) as answer,
    ):
        assert answer.status >= 400
