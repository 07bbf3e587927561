"""Every interaction goes to the part that it is for, by what it carries: nothing is remembered across a restart."""

from __future__ import annotations

import discord

from adapters.discord.line import Line
from bot.ports.chat import ChatDesk
from bot.ports.clock import Clock
from bot.ports.commands import Commands
from bot.ports.network import Emit


class Interactions:
    """Answers interactions. The first answer leaves before any call to store or network is awaited."""

    def __init__(self, line: Line, *, commands: Commands, chat: ChatDesk, clock: Clock) -> None:
        self._line = line
        self._commands = commands
        self._chat = chat
        self._clock = clock

    async def sync(self, client: discord.Client) -> None:
        """Register the commands with Discord, where their definition has changed since. Raises NetworkError."""
        raise NotImplementedError

    async def take(self, interaction: discord.Interaction, emit: Emit) -> None:
        """Answer an interaction; what people do by it is emitted."""
        raise NotImplementedError
