"""The bot's own messages, looked up by the marker that they carry."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Sequence
from datetime import datetime
from typing import Any

import discord

from adapters.discord import refs
from adapters.discord.failures import UNKNOWN_CHANNEL, UNKNOWN_MESSAGE, translated
from adapters.discord.line import Line
from adapters.discord.markers import marker_of
from adapters.discord.places import Places
from bot.domain.model import Ref

LOOKED_AT = 200
"""Messages that are looked at where nobody says since when."""

_POSTS_LOOKED_AT = 100  # of a forum: each of them is a call
_PAGE = 100


class Finding:
    """See `bot.ports.network.CanFind`."""

    def __init__(self, line: Line, places: Places) -> None:
        self._line = line
        self._places = places

    async def in_conversation(self, channel: int, marker: str, since: datetime | None) -> Sequence[Ref]:
        """In a text channel, a thread or a direct conversation. The first message of a forum's post is no part of
        what was said under it."""
        with translated():
            found = [each.id async for each in self._messages(channel, since) if self._carries(each, marker)]
        return [refs.message(channel, number) for number in sorted(found) if number != channel]

    async def in_channel(self, channel: int, marker: str, since: datetime | None) -> Sequence[Ref]:
        """In a channel, which may be a forum: then the first messages of its posts."""
        with translated():
            place = await self._places.of(channel)
            if place.forum and place.guild is not None:
                posts = await self._posts(place.guild, channel, since)
                found = [each for each in posts if await self._begins_with(each, marker)]
                return [refs.message(each, each) for each in found]
        return await self.in_conversation(channel, marker, since)

    def _carries(self, message: discord.Message, marker: str) -> bool:
        user = self._line.client.user
        return user is not None and message.author.id == user.id and marker_of(message) == marker

    async def _messages(self, channel: int, since: datetime | None) -> AsyncIterator[discord.Message]:
        there = self._line.client.get_partial_messageable(channel)
        newest = since is None  # from a moment on Discord lists forwards, else backwards
        async for each in there.history(limit=LOOKED_AT if newest else None, after=since, oldest_first=not newest):
            yield each

    async def _posts(self, guild: int, forum: int, since: datetime | None) -> list[int]:
        """The bot's posts in a forum, oldest first: the newest of them, or all since a moment."""
        http, user = self._line.client.http, self._line.client.user
        active: Any = await http.get_active_threads(guild)
        listed = [each for each in active["threads"] if int(each["parent_id"]) == forum]
        listed += [each async for each in self._archived(forum, since)]
        own = {int(each["id"]) for each in listed if user is not None and int(each["owner_id"]) == user.id}
        if since is None:
            return sorted(own)[-_POSTS_LOOKED_AT:]
        return [each for each in sorted(own) if each >= discord.utils.time_snowflake(since)]

    async def _archived(self, forum: int, since: datetime | None) -> AsyncIterator[Any]:
        """What was archived last comes first; what was archived before `since` was made before it, too."""
        before: str | None = None
        while True:
            page: Any = await self._line.client.http.get_public_archived_threads(forum, before=before, limit=_PAGE)
            for each in page["threads"]:
                yield each
            before = _archived_first(page["threads"])
            if since is None or before is None or not page["has_more"] or datetime.fromisoformat(before) < since:
                return

    async def _begins_with(self, thread: int, marker: str) -> bool:
        try:
            first = await self._line.client.get_partial_messageable(thread).fetch_message(thread)
        except discord.NotFound as error:
            if error.code not in {UNKNOWN_MESSAGE, UNKNOWN_CHANNEL}:
                raise
            return False
        return self._carries(first, marker)


def _archived_first(threads: Iterable[Any]) -> str | None:
    """When the last of a page was archived, as Discord writes it."""
    return min((str(each["thread_metadata"]["archive_timestamp"]) for each in threads), default=None)
