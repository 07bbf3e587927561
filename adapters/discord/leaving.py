"""Servers that the bot goes out of."""

from __future__ import annotations

import discord

from adapters.discord import refs
from adapters.discord.failures import UNKNOWN_GUILD, translated
from adapters.discord.line import Line
from bot.domain.model import Ref


class Leaving:
    """See `bot.ports.network.CanLeave`."""

    def __init__(self, line: Line) -> None:
        self._line = line

    async def leave(self, server: Ref) -> None:
        """One that the bot is not in is left."""
        number = refs.server_id(server)
        await leave(self._line.client, number)


async def leave(client: discord.Client, server: int) -> None:
    """Leave a server; one that the bot is not in is left. Raises NetworkError."""
    with translated():
        try:
            await client.http.leave_guild(server)
        except discord.HTTPException as error:
            if error.code != UNKNOWN_GUILD:
                raise
