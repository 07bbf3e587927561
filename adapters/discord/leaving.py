"""Servers that the bot goes out of."""

from __future__ import annotations

from adapters.discord import refs
from adapters.discord.failures import translated
from adapters.discord.line import Line
from bot.domain.model import Ref
from bot.errors import NetworkRefused


class Leaving:
    """See `bot.ports.network.CanLeave`."""

    def __init__(self, line: Line) -> None:
        self._line = line

    async def leave(self, server: Ref) -> None:
        """One that the bot is not in is left."""
        number, client = refs.server_id(server), self._line.client
        try:
            with translated():
                await client.http.leave_guild(number)
        except NetworkRefused as refused:
            if not refused.gone:
                raise
