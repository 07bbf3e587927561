"""Servers that the bot comes into, is not wanted in, and goes out of."""

from __future__ import annotations

import discord
import structlog

from adapters.discord import refs
from adapters.discord.failures import translated
from adapters.discord.interactions.answers import sentence
from adapters.discord.leaving import Leaving
from adapters.discord.listening import Handler
from adapters.discord.ordering import InOrder
from adapters.discord.people import who_is
from adapters.discord.sending import NOBODY
from adapters.discord.sessions import Coming, Sessions
from bot.domain.events import Back, Joined, Left, Missed, Outcome, Who
from bot.errors import NetworkError
from bot.locale import LANGUAGES, supported, translator
from bot.ports.clock import Clock
from bot.ports.network import Emit

log = structlog.get_logger()

REMOVED = "The bot was removed from it, or the server was deleted."


class Guests:
    """The handlers for servers of one client, and for its sessions; as in `Listening`."""

    def __init__(
        self,
        client: discord.AutoShardedClient,
        emit: Emit,
        order: InOrder,
        *,
        sessions: Sessions,
        leaving: Leaving,
        clock: Clock,
    ) -> None:
        self._client = client
        self._emit = emit
        self._order = order
        self._sessions = sessions
        self._leaving = leaving
        self._clock = clock

    @property
    def handlers(self) -> tuple[Handler, ...]:
        """To be registered with the client by their names."""
        return (self.on_guild_available, self.on_guild_join, self.on_guild_remove, self.on_shard_ready)

    async def on_guild_available(self, guild: discord.Guild) -> None:
        coming = self._sessions.came(guild.shard_id, guild.id)
        await self._joined(guild, anew=coming is Coming.ANEW)
        if coming is Coming.BACK:
            await self._missed()

    async def on_guild_join(self, guild: discord.Guild) -> None:
        await self.on_guild_available(guild)

    async def on_guild_remove(self, guild: discord.Guild) -> None:
        self._sessions.went(guild.shard_id, guild.id)
        event = Left(place=refs.server(guild.id), why=REMOVED, at=self._clock.now())
        await self._order.alone(lambda: self._emit(event))

    async def on_shard_ready(self, shard: int) -> None:
        """A session was begun, and all its servers are there: what happened before was not heard. discord.py tells of
        none that came in the very moment in which it stopped waiting."""
        known = [each for each in self._client.guilds if each.shard_id == shard and not each.unavailable]
        unheard = self._sessions.unheard(shard, [each.id for each in known])
        for guild in (each for each in known if each.id in unheard):
            await self.on_guild_available(guild)
        self._sessions.told(shard)
        await self._missed()

    async def _missed(self) -> None:
        shards = self._client.shard_ids or range(self._client.shard_count or 1)
        if not self._sessions.all_told(shards):
            return
        servers = frozenset(refs.server(each) for each in self._sessions.servers())
        await self._order.alone(lambda: self._emit(Back(network=refs.NETWORK, at=self._clock.now())))
        event = Missed(network=refs.NETWORK, at=self._clock.now(), servers=servers)
        await self._order.alone(lambda: self._emit(event))

    async def _joined(self, guild: discord.Guild, *, anew: bool) -> None:
        now = self._clock.now()

        async def tell() -> Outcome:
            by = await _inviter(guild) if anew else None
            return await self._emit(Joined(server=refs.server(guild.id), name=guild.name, at=now, by=by))

        outcome = await self._order.alone(tell)
        if outcome is not None and outcome.refused is not None:
            await self._decline(guild, outcome)

    async def _decline(self, guild: discord.Guild, outcome: Outcome) -> None:
        """Say why, and leave. What fails is tried again when Discord tells of the server the next time."""
        try:
            await self._explain(guild, outcome)
            await self._leaving.leave(refs.server(guild.id))
        except NetworkError as error:
            log.warning("a server could not be left", server=refs.server(guild.id), reason=str(error))

    async def _explain(self, guild: discord.Guild, outcome: Outcome) -> None:
        """In the server where that is possible, else to its owner; who wants to hear nothing is told nothing."""
        t = translator(supported(str(guild.preferred_locale)) or LANGUAGES[0])
        shown = sentence(t(outcome.refused or "", **dict(outcome.values)))
        embed = shown.embeds[0]
        for say in (self._in_server, self._to_owner):
            try:
                with translated():
                    if await say(guild, embed):
                        return
            except NetworkError as error:
                log.info("why the bot leaves could not be said", server=refs.server(guild.id), reason=str(error))

    async def _in_server(self, guild: discord.Guild, embed: discord.Embed) -> bool:
        channel = guild.system_channel
        if channel is None or not _may_speak(guild, channel):
            return False
        await channel.send(embed=embed, allowed_mentions=NOBODY)
        return True

    async def _to_owner(self, guild: discord.Guild, embed: discord.Embed) -> bool:
        if guild.owner_id is None:
            return False
        opened = await self._client.http.start_private_message(guild.owner_id)
        await self._client.get_partial_messageable(int(opened["id"])).send(embed=embed, allowed_mentions=NOBODY)
        return True


def _may_speak(guild: discord.Guild, channel: discord.TextChannel) -> bool:
    me: discord.Member | None = guild.me  # more than Discord promises
    if me is None:
        return False
    may = channel.permissions_for(me)
    return may.view_channel and may.send_messages and may.embed_links


async def _inviter(guild: discord.Guild) -> Who | None:
    """Who invited the bot, where its permissions let it ask; None where nobody says."""
    me: discord.Member | None = guild.me
    if me is None:
        return None
    try:
        with translated():
            if me.guild_permissions.view_audit_log:
                return await _in_journal(guild)
            return await _by_integration(guild) if me.guild_permissions.manage_guild else None
    except NetworkError as error:
        log.info("who invited the bot could not be asked", server=refs.server(guild.id), reason=str(error))
        return None


async def _in_journal(guild: discord.Guild) -> Who | None:
    async for entry in guild.audit_logs(limit=20, action=discord.AuditLogAction.bot_add):
        if entry.target is not None and entry.target.id == guild.me.id and entry.user is not None:
            return who_is(entry.user)
    return None


async def _by_integration(guild: discord.Guild) -> Who | None:
    for each in await guild.integrations():
        ours = isinstance(each, discord.BotIntegration) and each.application.user
        if ours and ours.id == guild.me.id and each.user is not None:
            return who_is(each.user)
    return None
