"""The client of discord.py: how it connects, and that nothing that goes wrong in it is lost."""

from __future__ import annotations

import asyncio
import sys
from collections import defaultdict
from collections.abc import Awaitable, Callable
from typing import Any

import discord
import yarl

from adapters.discord.pace import Pace
from adapters.discord.sessions import Sessions
from bot.errors import NetworkUnavailable

LONGEST_WAIT = 60.0
"""Seconds that a call waits for its turn; it fails where Discord asks for more."""

MOST_SESSIONS, WITHIN = 5, 300.0
"""Sessions that a shard begins within so many seconds: Discord takes 1000 a day, and then resets the token."""


def intents(*, message_content: bool) -> discord.Intents:
    """What Discord is asked to tell, and no more."""
    return discord.Intents(guilds=True, guild_messages=True, guild_reactions=True, message_content=message_content)


class Client(discord.AutoShardedClient):
    """Keeps no messages and no members, and calls nobody."""

    def __init__(
        self,
        *,
        message_content: bool,
        shards: int | None,
        sessions: Sessions,
        logged_in: Callable[[discord.Client], Awaitable[None]],
        identify_every: float,
        guilds_within: float,
        calls_a_second: int,
    ) -> None:
        super().__init__(
            intents=intents(message_content=message_content),
            shard_count=shards,
            allowed_mentions=discord.AllowedMentions.none(),
            max_ratelimit_timeout=LONGEST_WAIT,
            max_messages=None,
            chunk_guilds_at_startup=False,
            guild_ready_timeout=guilds_within,
            connector=Pace(calls_a_second).connector(),
        )
        self.failures: asyncio.Queue[BaseException] = asyncio.Queue()
        self._sessions = sessions
        self._logged_in = logged_in
        self._identify_every = identify_every
        self._identified: dict[int | None, list[float]] = defaultdict(list)
        self._launched: set[int] = set()

    async def setup_hook(self) -> None:
        """What is done after each login, before anything is heard."""
        await self._logged_in(self)

    def dispatch(self, event: str, /, *args: Any, **kwargs: Any) -> None:
        """Which servers a session names is read before any of them is told of: those of an earlier session stay in
        discord.py's cache, also where the bot has left them."""
        if event == "shard_connect":
            (shard,) = args
            known = [each for each in self.guilds if each.shard_id == shard]
            stale = [each.id for each in known if not each.unavailable]
            self._sessions.began(shard, [each.id for each in known if each.unavailable], stale=stale)
        super().dispatch(event, *args, **kwargs)

    async def on_error(self, event_method: str, /, *args: Any, **kwargs: Any) -> None:
        """What a handler raises ends the run, with what it is."""
        error = sys.exc_info()[1]
        assert error is not None, "discord.py calls this while it handles an error"
        self.failures.put_nowait(error)

    async def before_identify_hook(self, shard_id: int | None, *, initial: bool = False) -> None:
        """Discord wants a pause between two sessions that begin. Raises `NetworkUnavailable` where each of a shard's
        ends at once."""
        now = asyncio.get_running_loop().time()
        recent = [each for each in self._identified[shard_id] if now - each < WITHIN]
        if len(recent) >= MOST_SESSIONS:
            raise NetworkUnavailable("Discord ends each session as soon as it has begun")
        last = max((each for times in self._identified.values() for each in times), default=None)
        if last is not None and now - last < self._identify_every:
            await asyncio.sleep(last + self._identify_every - now)
        self._identified[shard_id] = [*recent, asyncio.get_running_loop().time()]

    async def launch_shard(self, gateway: yarl.URL, shard_id: int, *, initial: bool = False) -> None:
        """Connect a shard. discord.py itself would try again without end, and say nothing to anybody: here the second
        time raises `NetworkUnavailable`."""
        if shard_id in self._launched:
            raise NetworkUnavailable("Discord's gateway cannot be reached")
        self._launched.add(shard_id)
        await super().launch_shard(gateway, shard_id, initial=initial)
