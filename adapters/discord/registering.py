"""The commands are registered with Discord after each login; what fails is tried again while the bot goes on."""

from __future__ import annotations

import asyncio

import discord
import structlog

from adapters.discord.interactions import Interactions
from bot.domain.delivery import retry_in
from bot.errors import NetworkError, NetworkRefused, NetworkUnavailable

log = structlog.get_logger()


class Registering:
    """Registers them for one client."""

    def __init__(self, interactions: Interactions) -> None:
        self._interactions = interactions
        self._trying: asyncio.Task[None] | None = None

    async def begin(self, client: discord.Client) -> None:
        """Try once, and on from there in the background where Discord asks for patience. Raises StorageError."""
        wait = await self._registered(client, 1)
        if wait is not None:
            self._trying = asyncio.create_task(self._try_on(client, wait), name="discord: registering commands")

    async def end(self) -> None:
        """Try no more. Raises what broke while it was tried."""
        if self._trying is None:
            return
        self._trying.cancel()
        await asyncio.wait([self._trying])
        if not self._trying.cancelled():
            self._trying.result()

    async def _try_on(self, client: discord.Client, wait: float) -> None:
        failures = 1
        while True:
            await asyncio.sleep(wait)
            failures += 1
            again = await self._registered(client, failures)
            if again is None:
                return
            wait = again

    async def _registered(self, client: discord.Client, failures: int) -> float | None:
        """None where there is nothing more to do, else the seconds until it is worth another try."""
        try:
            await self._interactions.sync(client)
        except NetworkRefused as error:
            log.error("Discord does not take the commands", reason=str(error))
        except NetworkError as error:
            asked = error.retry_after if isinstance(error, NetworkUnavailable) else None
            wait = retry_in(failures, asked, 0.0).total_seconds()
            log.warning("the commands could not be registered", reason=str(error), again_in=wait)
            return wait
        return None
