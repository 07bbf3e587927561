"""What stands in a discussion on Discord, listed again after a gap."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import AsyncIterator, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

import discord

from adapters.discord import refs
from adapters.discord.events import emoji_text, listed, named
from adapters.discord.failures import UNKNOWN_CHANNEL, UNKNOWN_EMOJI, UNKNOWN_MESSAGE, translated
from adapters.discord.line import Line
from bot.domain.events import Reacted
from bot.domain.model import Ref
from bot.errors import NetworkRefused
from bot.ports.network import Listed, Recount

PAGE: Final = 100
"""Messages, and users of a reaction, that Discord lists in one call."""


class Recounting:
    """See `bot.ports.network.CanRecount`."""

    def __init__(self, line: Line) -> None:
        self._line = line

    async def recount(self, post: Ref, thread: Ref, since: datetime, messages: Sequence[Ref]) -> Recount:
        """Of a thread with few messages, in as many calls as it has pages, and one for each emoji on a message."""
        count = _Count(self._line.client, since)
        with translated():
            place = await self._place(refs.thread_id(thread))
            if place is None:
                return Recount(since=since, gone=True)
            await count.written(count.channel(place.thread, place.guild))
            await count.known({refs.message_id(each) for each in (post, *messages)}, place.guild)
        return count.made(locked=place.locked)

    async def _place(self, thread: int) -> _Place | None:
        """The thread, None where it is no more."""
        try:
            told: Any = await self._line.client.http.get_channel(thread)
        except discord.HTTPException as error:
            if error.code != UNKNOWN_CHANNEL:
                raise
            return None
        if "thread_metadata" not in told:
            raise NetworkRefused(f"{refs.thread(thread)!r} is no thread")
        locked = bool(told["thread_metadata"].get("locked", False))
        return _Place(thread=thread, guild=int(told["guild_id"]), locked=locked)


@dataclass(frozen=True, kw_only=True, slots=True)
class _Place:
    thread: int
    guild: int
    locked: bool


@dataclass(slots=True)
class _Count:
    """What was found so far. Raises what discord.py raises."""

    client: discord.Client
    since: datetime
    listed: dict[Ref, Listed] = field(default_factory=dict)
    counted: set[Ref] = field(default_factory=set)
    reactions: dict[Ref, Reacted] = field(default_factory=dict)
    missing: set[Ref] = field(default_factory=set)

    def made(self, *, locked: bool) -> Recount:
        """All that was found."""
        return Recount(
            since=self.since,
            messages=tuple(self.listed.values()),
            counted=frozenset(self.counted),
            reactions=tuple(self.reactions.values()),
            missing=frozenset(self.missing),
            locked=locked,
        )

    def channel(self, channel: int, guild: int) -> discord.PartialMessageable:
        """A thread or channel, of which nothing has to be known."""
        return self.client.get_partial_messageable(channel, guild_id=guild)

    async def written(self, thread: discord.PartialMessageable) -> None:
        """List what stands in the thread, and the reactions on it."""
        before = discord.Object(discord.utils.time_snowflake(self.since) - 1)
        async for message in thread.history(limit=None, after=before, oldest_first=True):
            written = listed(message, self._me)
            if written is not None:
                self.listed[written.message] = written
                if not written.who.bot:
                    await self._count(message)

    async def known(self, messages: Collection[refs.MessageId], guild: int) -> None:
        """Look for messages that are known, and list the reactions on them."""
        wanted: defaultdict[int, set[int]] = defaultdict(set)
        for each in messages:
            if refs.message(each.channel, each.message) not in self.listed:
                wanted[each.channel].add(each.message)
        for channel, numbers in wanted.items():
            async for message in _found(self.channel(channel, guild), numbers):
                numbers.discard(message.id)
                await self._count(message)
            self.missing.update(refs.message(channel, each) for each in numbers)

    async def _count(self, message: discord.Message) -> None:
        """List the reactions on a message; one that is deleted meanwhile is missing."""
        ref = refs.message(message.channel.id, message.id)
        try:
            found = [each for reaction in message.reactions for each in await self._reacted(message, reaction)]
        except discord.HTTPException as error:
            if error.code != UNKNOWN_MESSAGE:
                raise
            self.missing.add(ref)
            self.listed.pop(ref, None)
            return
        self.counted.add(ref)
        self.reactions.update((each.reaction, each) for each in found)

    async def _reacted(self, message: discord.Message, reaction: discord.Reaction) -> list[Reacted]:
        """Who has put an emoji on a message; the bot is left out, and who has put it there in two ways is one."""
        emoji = emoji_text(reaction.emoji)
        there = refs.message(message.channel.id, message.id)
        return [
            Reacted(
                reaction=refs.reaction(message.channel.id, message.id, int(user["id"]), emoji),
                message=there,
                who=named(user),
                emoji=emoji,
            )
            for kind in _kinds(reaction)
            async for user in self._users(message, reaction, kind)
            if int(user["id"]) != self._me
        ]

    async def _users(
        self, message: discord.Message, reaction: discord.Reaction, kind: discord.ReactionType
    ) -> AsyncIterator[Mapping[str, Any]]:
        http, after = self.client.http, None
        emoji = emoji_text(reaction.emoji).removeprefix("<:").removesuffix(">")
        while True:
            try:
                page: Any = await http.get_reaction_users(
                    message.channel.id, message.id, emoji, PAGE, after, kind.value
                )
            except discord.HTTPException as error:
                if error.code != UNKNOWN_EMOJI:
                    raise
                return  # the last of them was taken back meanwhile
            for each in page:
                yield each
            if len(page) < PAGE:
                return
            after = int(page[-1]["id"])

    @property
    def _me(self) -> int:
        assert self.client.user is not None, "who is asked has logged in"
        return self.client.user.id


def _kinds(reaction: discord.Reaction) -> Iterator[discord.ReactionType]:
    """The kinds of which somebody else than the bot has put one."""
    told = reaction.normal_count or reaction.burst_count
    if (reaction.normal_count if told else reaction.count) > reaction.me:
        yield discord.ReactionType.normal
    if reaction.burst_count > reaction.me_burst:
        yield discord.ReactionType.burst


async def _found(channel: discord.PartialMessageable, numbers: Collection[int]) -> AsyncIterator[discord.Message]:
    """Those of the messages that are there, in pages where several are looked for."""
    left = sorted(numbers)
    wanted = frozenset(left)
    while left:
        if len(left) == 1:
            async for each in _single(channel, left[0]):
                yield each
            return
        start = discord.Object(left[0] - 1)
        page = [each async for each in channel.history(limit=PAGE, after=start, oldest_first=True)]
        for each in page:
            if each.id in wanted:
                yield each
        if len(page) < PAGE:
            return
        left = [each for each in left if each > page[-1].id]


async def _single(channel: discord.PartialMessageable, number: int) -> AsyncIterator[discord.Message]:
    try:
        yield await channel.fetch_message(number)
    except discord.HTTPException as error:
        if error.code not in (UNKNOWN_MESSAGE, UNKNOWN_CHANNEL):
            raise
