"""The connection to Discord's gateway: what happens there becomes events, in the order it happened."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

import discord
import structlog

from adapters.discord.client import Client
from adapters.discord.disconnections import NO_INTENT, disconnected, limit_used_up, logging_in
from adapters.discord.guests import Guests
from adapters.discord.interactions import Interactions
from adapters.discord.leaving import Leaving
from adapters.discord.line import Line
from adapters.discord.listening import Listening
from adapters.discord.ordering import InOrder
from adapters.discord.quiet import keep_quiet
from adapters.discord.registering import Registering
from adapters.discord.sessions import Sessions
from adapters.discord.settings import DiscordSettings
from bot.errors import NetworkUnavailable
from bot.ports.chat import ChatDesk
from bot.ports.clock import Clock
from bot.ports.network import Emit

log = structlog.get_logger()

_UNREAD = "comments cannot be read on Discord"
_NOT_ENABLED = (
    "enable the Message Content Intent for the application at https://discord.com/developers/applications, under Bot, "
    "and restart; votes and commands work without it"
)
_NOT_WANTED = (
    "message_content is false in the configuration: enable the Message Content Intent for the application and remove "
    "the setting; votes and commands work without it"
)


@dataclass(frozen=True, kw_only=True, slots=True)
class _Connection:
    """A client, and what runs beside it."""

    client: Client
    listening: Listening
    order: InOrder
    registering: Registering

    async def end(self) -> None:
        """Nothing is handed on any more, and nothing is left running."""
        await self.listening.end()
        await self.order.end()
        await self.client.close()
        await self.registering.end()


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
        return self._connection(emit, message_content=self._settings.message_content).client

    async def run(self, emit: Emit) -> None:
        """Log in and listen until cancelled. Raises NetworkError; what `emit` raises comes out as it is."""
        if not self._settings.message_content:
            log.warning(_UNREAD, remedy=_NOT_WANTED)
        elif await self._is_refused(emit):
            log.warning(_UNREAD, remedy=_NOT_ENABLED)
        try:
            await self._listen(emit, message_content=False)
        except discord.PrivilegedIntentsRequired as error:
            raise NetworkUnavailable(NO_INTENT) from error

    async def _is_refused(self, emit: Emit) -> bool:
        """Listen with the contents of messages; comes back only where Discord does not let the bot read them."""
        try:
            await self._listen(emit, message_content=True)
        except discord.PrivilegedIntentsRequired:
            return True
        return False

    def _connection(self, emit: Emit, *, message_content: bool) -> _Connection:
        keep_quiet()
        order, sessions = InOrder(), Sessions()
        registering = Registering(self._interactions)

        async def logged_in(client: discord.Client) -> None:
            self._line.open(client)
            await registering.begin(client)

        client = Client(
            message_content=message_content,
            shards=self._settings.shards,
            sessions=sessions,
            logged_in=logged_in,
            identify_every=self._settings.identify_every,
            guilds_within=self._settings.guilds_within,
            calls_a_second=self._settings.calls_a_second,
        )
        listening = Listening(client, emit, order, interactions=self._interactions, clock=self._clock)
        guests = Guests(client, emit, order, sessions=sessions, leaving=Leaving(self._line), clock=self._clock)
        for handler in (*listening.handlers, *guests.handlers):
            client.event(handler)
        return _Connection(client=client, listening=listening, order=order, registering=registering)

    async def _listen(self, emit: Emit, *, message_content: bool) -> None:
        """Connect once. Returns never; raises `PrivilegedIntentsRequired` too."""
        connection = self._connection(emit, message_content=message_content)
        try:
            await self._log_in(connection.client)
            await _connected(connection.client)
        finally:
            self._line.close()
            await connection.end()

    async def _log_in(self, client: Client) -> None:
        """Log in, and see whether another session may begin: Discord resets the token of who begins too many."""
        with logging_in():
            await client.login(self._settings.token)
            shards, _, limit = await client.http.get_bot_gateway()
        client.shard_count = client.shard_count or shards
        if limit["remaining"] < client.shard_count:
            raise limit_used_up(limit["reset_after"])


async def _connected(client: Client) -> None:
    """Stay connected until something fails; a handler's failure is raised as it is."""
    connecting, failing = asyncio.create_task(client.connect()), asyncio.create_task(client.failures.get())
    try:
        await asyncio.wait({connecting, failing}, return_when=asyncio.FIRST_COMPLETED)
        if failing.done():
            raise failing.result()
        with disconnected():
            connecting.result()
        raise NetworkUnavailable("Discord has closed the connection")
    finally:
        for each in (connecting, failing):
            each.cancel()
        await asyncio.wait({connecting, failing})
