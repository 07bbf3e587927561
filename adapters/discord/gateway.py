"""The connection to Discord's gateway: what happens there becomes events, in the order it happened."""

from __future__ import annotations

import discord

from adapters.discord.interactions import Interactions
from adapters.discord.line import Line
from adapters.discord.settings import DiscordSettings
from bot.ports.chat import ChatDesk
from bot.ports.clock import Clock
from bot.ports.network import Emit


class Gateway:
    """Logs in, listens, and says clearly why it cannot."""

    def __init__(
        self, line: Line, settings: DiscordSettings, interactions: Interactions, chat: ChatDesk, clock: Clock
    ) -> None:
        self._line = line
        self._settings = settings
        self._interactions = interactions
        self._chat = chat
        self._clock = clock

    def client(self, emit: Emit) -> discord.AutoShardedClient:
        """A client whose handlers turn what happens into events for `emit`."""
        raise NotImplementedError

    async def run(self, emit: Emit) -> None:
        """Log in and listen until cancelled. Raises NetworkError."""
        raise NotImplementedError
