"""Channels as the bot needs to know them: which server they are in, whether they are forums, whom they may call."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from weakref import WeakKeyDictionary

import discord

from adapters.discord.line import Line

MOST_TAGS = 5  # that Discord takes on a post
_FORUMS = (discord.ChannelType.forum, discord.ChannelType.media)


@dataclass(frozen=True, kw_only=True, slots=True)
class Tag:
    """A tag of a forum; a moderated one is only for those who may manage threads."""

    id: int
    name: str
    moderated: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Place:
    """A channel or thread. A direct conversation is in no server."""

    guild: int | None
    forum: bool = False
    tags: tuple[Tag, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Called:
    """A role that a post names; it `rings` where its members are told."""

    role: int
    rings: bool


class Places:
    """What was learnt of channels: out of the client's cache, else asked for once."""

    def __init__(self, line: Line) -> None:
        self._line = line
        self._asked: WeakKeyDictionary[discord.Client, dict[int, Place]] = WeakKeyDictionary()

    async def of(self, channel: int) -> Place:
        """A channel or thread. Raises what discord.py raises where nothing is known of it."""
        client = self._line.client
        cached = client.get_channel(channel)
        if cached is not None:
            return _of_cached(cached)
        asked = self._asked.setdefault(client, {})
        if channel not in asked:
            asked[channel] = _of_payload(await client.http.get_channel(channel))
        return asked[channel]

    def forget(self, channel: int) -> None:
        """Ask again what there is to know of a channel."""
        self._asked.get(self._line.client, {}).pop(channel, None)

    async def called(self, channel: int, name: str) -> Called | None:
        """The role of that name in a channel's server, None where there is none; @everyone is never one."""
        client, place = self._line.client, await self.of(channel)
        if place.guild is None:
            return None
        guild = client.get_guild(place.guild)
        if guild is None or guild.unavailable:
            roles: Any = await client.http.get_roles(place.guild)
            named = [(int(each["id"]), each["name"], bool(each["mentionable"])) for each in roles]
            return _called(named, name, place.guild, anyone=False)
        named = [(role.id, role.name, role.mentionable) for role in guild.roles]
        return _called(named, name, guild.id, anyone=_may_call_anyone(guild, channel))


def chosen_tags(there: Iterable[Tag], wanted: Iterable[str]) -> list[int]:
    """The tags of a forum that bear the wanted names, in the order in which they are wanted."""
    by_name = {tag.name.casefold().strip(): tag.id for tag in reversed(list(there))}
    found = (by_name.get(name.casefold().strip()) for name in wanted)
    return list(dict.fromkeys(each for each in found if each is not None))[:MOST_TAGS]


def any_tag(there: Iterable[Tag]) -> list[int]:
    """A tag for where one has to be: the first that is for all."""
    return [each.id for each in sorted(there, key=lambda tag: tag.moderated)][:1]


def _of_cached(channel: object) -> Place:
    guild = getattr(channel, "guild", None)
    if isinstance(channel, discord.ForumChannel):
        tags = tuple(Tag(id=each.id, name=each.name, moderated=each.moderated) for each in channel.available_tags)
        return Place(guild=channel.guild.id, forum=True, tags=tags)
    return Place(guild=guild.id if guild is not None else None)


def _of_payload(payload: Any) -> Place:
    guild = payload.get("guild_id")
    tags = tuple(
        Tag(id=int(each["id"]), name=each["name"], moderated=each.get("moderated", False))
        for each in payload.get("available_tags", ())
    )
    forum = payload["type"] in {each.value for each in _FORUMS}
    return Place(guild=int(guild) if guild else None, forum=forum, tags=tags if forum else ())


def _called(roles: list[tuple[int, str, bool]], name: str, everyone: int, *, anyone: bool) -> Called | None:
    wanted = name.removeprefix("@").casefold().strip()
    for number, called, mentionable in roles:
        if called.casefold().strip() == wanted and number != everyone:
            return Called(role=number, rings=mentionable or anyone)
    return None


def _may_call_anyone(guild: discord.Guild, channel: int) -> bool:
    there = guild.get_channel(channel)
    return there is not None and there.permissions_for(guild.me).mention_everyone
