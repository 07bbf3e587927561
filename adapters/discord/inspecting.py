"""Channels that nothing was posted in yet: what they are called, and what the bot lacks there."""

from __future__ import annotations

from adapters.discord.line import Line
from adapters.discord.settings import DiscordSettings
from bot.domain.model import Ref
from bot.ports.network import Inspected


class Inspecting:
    """See `bot.ports.network.CanInspect`."""

    def __init__(self, line: Line, settings: DiscordSettings) -> None:
        self._line = line
        self._settings = settings

    async def inspect(self, channel: Ref) -> Inspected:
        raise NotImplementedError
