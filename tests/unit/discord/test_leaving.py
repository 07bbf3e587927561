"""A server is left once, and one that the bot is not in is left."""

from __future__ import annotations

from collections.abc import AsyncIterator

import discord
import pytest
import simcord

from adapters.discord import refs
from adapters.discord.leaving import Leaving
from adapters.discord.line import Line
from bot.domain.model import Ref
from bot.errors import NetworkRefused, NetworkUnavailable


@pytest.fixture
async def connection() -> AsyncIterator[tuple[simcord.Env, discord.Client]]:
    client = discord.Client(intents=discord.Intents(guilds=True))
    env = simcord.Env(client, settle_timeout=30)
    await env.start()
    yield env, client
    await env.shutdown()


async def test_a_server_is_left_whether_the_bot_is_in_it_or_not(connection: tuple[simcord.Env, discord.Client]) -> None:
    env, connected = connection
    stays, goes = env.create_guild("stays"), env.create_guild("goes")
    line = Line()
    line.open(connected)
    for _ in range(2):
        await Leaving(line).leave(refs.server(goes.id))
    assert set(env.backend.guilds) == {stays.id}


async def test_what_is_no_server_is_refused_and_nobody_is_asked_while_away() -> None:
    with pytest.raises(NetworkUnavailable):
        await Leaving(Line()).leave(refs.server(1))
    with pytest.raises(NetworkRefused):
        await Leaving(Line()).leave(Ref("discord:1"))
