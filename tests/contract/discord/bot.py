"""The bot, running against the loopback Discord."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from adapters.discord import DiscordNetwork, DiscordSettings
from bot.domain.events import Missed
from tests.servers.listening_bot import SETTINGS, Heard, QuietDesk, network


@dataclass(frozen=True, kw_only=True)
class Bot:
    """`running` is its run, which ends when something fails."""

    network: DiscordNetwork
    heard: Heard
    desk: QuietDesk
    running: asyncio.Task[None]


@asynccontextmanager
async def running_bot(settings: DiscordSettings = SETTINGS, heard: Heard | None = None) -> AsyncIterator[Bot]:
    """A bot that has told what it missed; stopped at the end."""
    heard, desk = heard or Heard(), QuietDesk()
    made = network(settings, desk)
    running = asyncio.create_task(made.run(heard.take))
    bot = Bot(network=made, heard=heard, desk=desk, running=running)
    try:
        waiting = asyncio.create_task(heard.times(Missed, 1))
        await asyncio.wait({waiting, running}, return_when=asyncio.FIRST_COMPLETED)
        if running.done():
            waiting.cancel()
            await running
        await waiting
        yield bot
    finally:
        running.cancel()
        await asyncio.wait({running})


async def failed(settings: DiscordSettings = SETTINGS) -> None:
    """Let a bot run until it fails; what it fails with is raised."""
    async with asyncio.timeout(30):
        await network(settings).run(Heard().take)
