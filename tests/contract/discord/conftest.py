"""A loopback Discord with one guild, and discord.py pointed at it."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.contract.discord.bare import Bare, bare_client
from tests.servers.discord.client import Discord
from tests.servers.discord.pointing import pointed_at
from tests.servers.discord.process import serving_discord


@pytest.fixture
async def server() -> AsyncIterator[Discord]:
    """A loopback Discord in this process."""
    async with serving_discord() as served:
        with pointed_at(served.address):
            yield served


@pytest.fixture
async def guild(server: Discord) -> int:
    """A guild with the bot in it."""
    return await server.guild()


@pytest.fixture
async def client(server: Discord, guild: int) -> AsyncIterator[Bare]:
    """discord.py, ready."""
    async with bare_client() as ready:
        yield ready
