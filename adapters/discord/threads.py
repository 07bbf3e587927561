"""Threads: opened, found, locked, named, and opened again for a moment where they are archived."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta
from typing import Any, Final, NamedTuple, TypeVar

import discord

from adapters.discord import refs
from adapters.discord.cards import thread_name
from adapters.discord.failures import (
    ARCHIVED,
    THREAD_EXISTS,
    TOO_MANY_THREADS,
    UNKNOWN_CHANNEL,
    translated,
)
from adapters.discord.line import Line
from adapters.discord.places import Places
from bot.domain.model import Ref
from bot.errors import NetworkUnavailable

T = TypeVar("T")

ARCHIVED_AFTER: Final = 10080
"""Minutes without a word after which Discord archives a thread: a week, the longest there is."""

RENAMES, RENAMED_WITHIN = 2, 600.0
"""Discord takes two names in ten minutes, in seconds, and does not say so before: a third would be waited for."""

_PINNED = 2  # a flag of a forum's post


class _Name(NamedTuple):
    """A name that a thread was given, and when."""

    name: str
    at: float


class Threads:
    """See `bot.ports.network`: `open_thread`, `find_threads`, CanLock and CanRename."""

    def __init__(self, line: Line, places: Places) -> None:
        self._line = line
        self._places = places
        self._renamed: dict[int, list[_Name]] = {}

    async def open(self, post: Ref, name: str) -> Ref:
        """The thread of a message, new or there already; a forum's post is one."""
        message = refs.message_id(post)
        if message.message != message.channel:
            with translated(creates=True):
                await self._open(message, thread_name(name))
        return refs.thread(message.message)

    async def _open(self, message: refs.MessageId, name: str) -> None:
        try:
            await self._start(message, name)
        except discord.HTTPException as error:
            if error.code == THREAD_EXISTS:
                return
            if error.code != TOO_MANY_THREADS or not await self.make_room(message.channel):
                raise
            await self._start(message, name)

    async def _start(self, message: refs.MessageId, name: str) -> None:
        await self._line.client.http.start_thread_with_message(
            message.channel, message.message, name=name, auto_archive_duration=ARCHIVED_AFTER
        )

    async def find(self, post: Ref) -> Sequence[Ref]:
        """The thread of a message, if there is one: it has the message's ID."""
        message = refs.message_id(post)
        with translated():
            try:
                await self._line.client.http.get_channel(message.message)
            except discord.HTTPException as error:
                if error.code != UNKNOWN_CHANNEL:
                    raise
                return []
        return [refs.thread(message.message)]

    async def lock(self, thread: Ref, *, locked: bool) -> None:
        """Lock or unlock; what is archived stays so."""
        number = refs.thread_id(thread)
        http = self._line.client.http
        with translated():
            await self.opened(number, lambda: http.edit_channel(number, locked=locked))

    async def rename(self, thread: Ref, name: str) -> None:
        """Name a thread; twice in ten minutes at most, the third raises `NetworkUnavailable`."""
        number, name = refs.thread_id(thread), thread_name(name)
        client = self._line.client
        known = client.get_channel(number)
        if isinstance(known, discord.Thread) and known.name == name:
            return
        self._spend_rename(number, name)
        with translated():
            await self.opened(number, lambda: client.http.edit_channel(number, name=name))

    def _spend_rename(self, thread: int, name: str) -> None:
        now = asyncio.get_running_loop().time()
        recent = {
            key: [each for each in names if now - each.at < RENAMED_WITHIN] for key, names in self._renamed.items()
        }
        self._renamed = {key: names for key, names in recent.items() if names}
        mine = self._renamed.setdefault(thread, [])
        if mine and mine[-1].name == name:
            return
        if len(mine) >= RENAMES:
            wait = timedelta(seconds=mine[0].at + RENAMED_WITHIN - now)
            raise NetworkUnavailable("the thread was renamed twice just now", retry_after=wait)
        mine.append(_Name(name, now))

    async def opened(self, thread: int, call: Callable[[], Awaitable[T]], *, close: bool = True) -> T:
        """Make a call on a thread; an archived one is opened for it and, where it is to `close`, archived again."""
        http = self._line.client.http
        try:
            return await call()
        except discord.HTTPException as error:
            if error.code != ARCHIVED:
                raise
        await self._unarchive(thread)
        made = await call()
        if close:
            await http.edit_channel(thread, archived=True)
        return made

    async def _unarchive(self, thread: int) -> None:
        http = self._line.client.http
        try:
            await http.edit_channel(thread, archived=False)
        except discord.HTTPException as error:
            if error.code != TOO_MANY_THREADS or not await self.make_room(thread):
                raise
            await http.edit_channel(thread, archived=False)

    async def make_room(self, channel: int) -> bool:
        """Archive the thread of the bot's that was silent longest in a channel's server; whether there was one."""
        client, place = self._line.client, await self._places.of(channel)
        if place.guild is None or client.user is None:
            return False
        listed: Any = await client.http.get_active_threads(place.guild)
        own = [each for each in listed["threads"] if int(each["owner_id"]) == client.user.id and not _pinned(each)]
        if not own:
            return False
        oldest = min(own, key=lambda each: int(each.get("last_message_id") or each["id"]))
        await client.http.edit_channel(int(oldest["id"]), archived=True)
        return True


def _pinned(thread: Any) -> bool:
    return bool(thread.get("flags", 0) & _PINNED)
