"""Reactions: the bot's own, for people to press, and members' taken off."""

from __future__ import annotations

import discord
from discord.message import convert_emoji_reaction

from adapters.discord import refs
from adapters.discord.failures import UNKNOWN_CHANNEL, UNKNOWN_EMOJI, UNKNOWN_MESSAGE, UNKNOWN_USER, translated
from adapters.discord.line import Line
from adapters.discord.threads import Threads
from bot.domain.model import Ref

_TAKEN_OFF = {UNKNOWN_CHANNEL, UNKNOWN_MESSAGE, UNKNOWN_USER, UNKNOWN_EMOJI}


class Reacting:
    """See `bot.ports.network`: CanSeed and CanTakeOff."""

    def __init__(self, line: Line, threads: Threads) -> None:
        self._line = line
        self._threads = threads

    async def seed(self, message: Ref, emoji: str) -> None:
        """React as the bot."""
        where, http = refs.message_id(message), self._line.client.http
        shown = convert_emoji_reaction(as_emoji(emoji))
        with translated():
            await self._threads.opened(where.channel, lambda: http.add_reaction(where.channel, where.message, shown))

    async def take_off(self, reaction: Ref) -> None:
        """Take a member's reaction off; one that is gone is taken off."""
        where = refs.reaction_id(reaction)
        there, who = self._message(where.channel, where.message), discord.Object(where.user)
        with translated():
            try:
                await self._threads.opened(where.channel, lambda: there.remove_reaction(as_emoji(where.emoji), who))
            except discord.HTTPException as error:
                if error.code not in _TAKEN_OFF:
                    raise

    def _message(self, channel: int, message: int) -> discord.PartialMessage:
        return self._line.client.get_partial_messageable(channel).get_partial_message(message)


def as_emoji(emoji: str) -> discord.PartialEmoji | str:
    """An emoji as people type it, or a server's own, <:name:id>."""
    return discord.PartialEmoji.from_str(emoji) if emoji.startswith("<") else emoji
