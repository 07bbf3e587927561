"""discord.py itself, with nothing of Tribune's around it, running against the loopback Discord."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import discord

from tests.servers.discord.client import Discord

WITHIN = 20.0


class Watching(discord.Client):
    """A client that keeps what it is told of; `seen` waits for something."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.happened: list[tuple[str, Any]] = []
        self._more = asyncio.Event()

    def dispatch(self, event: str, /, *given: Any, **named: Any) -> None:
        """Note every event."""
        self.happened.append((event, given[0] if given else None))
        self._more.set()
        super().dispatch(event, *given, **named)

    async def before_identify_hook(self, shard_id: int | None, *, initial: bool = False) -> None:
        """Discord lets one start in five seconds; here nobody waits for it."""

    async def seen(self, event: str, times: int = 1) -> list[Any]:
        """What came with an event, once it happened so often."""
        async with asyncio.timeout(WITHIN):
            while len(found := [given for name, given in self.happened if name == event]) < times:
                self._more.clear()
                await self._more.wait()
        return found


class Bare(Watching):
    """One connection."""

    def __init__(self, intents: discord.Intents) -> None:
        # It waits so long for one more guild before it is ready.
        super().__init__(intents=intents, max_messages=None, max_ratelimit_timeout=30, guild_ready_timeout=0.1)


def intents(*, content: bool = True) -> discord.Intents:
    """What the bot asks to be told."""
    asked = discord.Intents.default()
    asked.message_content = content
    return asked


@asynccontextmanager
async def bare_client(*, content: bool = True) -> AsyncIterator[Bare]:
    """A client that is ready; closed at the end."""
    client = Bare(intents(content=content))
    async with connected(client):
        yield client


@asynccontextmanager
async def connected(client: Watching) -> AsyncIterator[None]:
    """A client is ready for the length of the body."""
    await client.login("loopback")
    running = asyncio.create_task(client.connect())
    try:
        await client.seen("ready")
        yield
    finally:
        await client.close()
        await asyncio.gather(running, return_exceptions=True)


async def text_channel(client: Bare, server: Discord, guild: int) -> discord.TextChannel:
    """A new text channel, as the client knows it."""
    found = await client.fetch_channel(await server.channel(guild))
    assert isinstance(found, discord.TextChannel)
    return found
