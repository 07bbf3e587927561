"""Channels that nothing was posted in yet: what they are called, and what the bot lacks there."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import discord

from adapters.discord import refs
from adapters.discord.failures import translated
from adapters.discord.line import Line
from adapters.discord.quiet import keep_quiet
from adapters.discord.settings import DiscordSettings
from bot.domain.model import Ref
from bot.errors import NetworkRefused
from bot.ports.network import Inspected

PERMISSIONS = {
    "view_channel": "View Channel",
    "send_messages": "Send Messages",
    "create_posts": "Create Posts",
    "embed_links": "Embed Links",
    "create_public_threads": "Create Public Threads",
    "send_messages_in_threads": "Send Messages in Threads",
    "add_reactions": "Add Reactions",
    "read_message_history": "Read Message History",
    "manage_messages": "Manage Messages",  # flags are taken off, hidden comments removed
    "manage_threads": "Manage Threads",
}
"""What the bot has to be allowed, by the names that Discord shows."""

_ONLY_IN_TEXT = {"send_messages", "create_public_threads"}
_ONLY_IN_FORUMS = {"create_posts": "send_messages"}  # one flag, which Discord shows by another name there

_GONE_WITH_MESSAGES = {"embed_links"}

_LOOKED_AT_BY = discord.Intents(guilds=True)

Known = dict[int, tuple[discord.Guild, discord.Member]]
"""Servers with the bot's membership, by their numbers."""


class Inspecting:
    """See `bot.ports.network.CanInspect`. Works without a connection to the gateway, too."""

    def __init__(self, line: Line, settings: DiscordSettings) -> None:
        self._line = line
        self._settings = settings
        self._visitor: discord.Client | None = None
        self._known: Known = {}

    async def inspect(self, channel: Ref) -> Inspected:
        number = refs.channel_id(channel)
        if not self._line.connected:
            with translated():
                return await _asked(await self._visit(), number, self._known)
        await self.close()
        client = self._line.client
        known = client.get_channel(number)
        if isinstance(known, discord.abc.GuildChannel) and not known.guild.unavailable:
            return _inspected(known, known.guild.me)
        with translated():
            return await _asked(client, number, {})

    async def close(self) -> None:
        """Log out, where it was logged in without a connection."""
        visitor, self._visitor = self._visitor, None
        self._known.clear()
        if visitor is not None:
            await visitor.close()

    async def _visit(self) -> discord.Client:
        """A client that is logged in once for all channels, and listens to nothing."""
        if self._visitor is None:
            keep_quiet()
            self._visitor = discord.Client(intents=_LOOKED_AT_BY, max_ratelimit_timeout=30)
            try:
                await self._visitor.login(self._settings.token)
            except BaseException:
                await self.close()
                raise
        return self._visitor


async def _asked(client: discord.Client, number: int, known: Known) -> Inspected:
    """What Discord answers of a channel, its server's roles and the bot's own."""
    payload: Any = await client.http.get_channel(number)
    if client.user is None or payload.get("guild_id") is None:
        raise NetworkRefused("that is no channel of a server")
    server = int(payload["guild_id"])
    if server not in known:
        fetched = await client.fetch_guild(server, with_counts=False)
        known[server] = (fetched, await fetched.fetch_member(client.user.id))
    guild, bot = known[server]
    channel = await guild.fetch_channel(number)
    if isinstance(channel, discord.Thread):
        raise NetworkRefused("that is a thread, and no channel")
    return _inspected(channel, bot)


def _inspected(channel: discord.abc.GuildChannel, bot: discord.Member) -> Inspected:
    if not isinstance(channel, discord.TextChannel | discord.ForumChannel):
        raise NetworkRefused("articles can be posted in text channels and forums only")
    forum = isinstance(channel, discord.ForumChannel)
    lacks = tuple(_lacking(channel.permissions_for(bot), forum=forum))
    return Inspected(server=refs.server(channel.guild.id), name=channel.name, lacks=lacks)


def _lacking(allowed: discord.Permissions, *, forum: bool) -> Iterator[str]:
    """What is not allowed; what is lost only with something else is not named beside it."""
    if not allowed.view_channel:
        yield PERMISSIONS["view_channel"]
        return
    left_out = _ONLY_IN_TEXT if forum else set(_ONLY_IN_FORUMS)
    if not allowed.send_messages:
        left_out = left_out | _GONE_WITH_MESSAGES
    for name, text in PERMISSIONS.items():
        if name not in left_out and not getattr(allowed, _ONLY_IN_FORUMS.get(name, name)):
            yield text
