"""Reactions: who reacted with what, and what is told of it."""

from __future__ import annotations

from tests.servers.discord import payloads
from tests.servers.discord.messages import where
from tests.servers.discord.model import Channel, Json, Message, World
from tests.servers.discord.refusal import invalid, refused

MOST = 20
NORMAL, BURST = 0, 1


def react(
    world: World, channel: Channel, message: Message, who: int, emoji: str, *, burst: bool = False, told: bool = True
) -> None:
    """Add a reaction; one that is there is left alone. Raises 10014, 30010, 50083."""
    if channel.archived:
        raise refused(50083)
    if not emoji or (emoji.isascii() and ":" not in emoji):
        raise refused(10014)
    if emoji not in message.reactions and len(message.reactions) >= MOST:
        raise refused(30010)
    kinds = message.reactions.setdefault(emoji, ([], []))
    if who in kinds[burst]:
        return
    kinds[burst].append(who)
    if told:
        world.say(
            "MESSAGE_REACTION_ADD",
            _told(world, channel, message, who, emoji, burst) | _who(world, channel, who),
            channel,
        )


def unreact(
    world: World, channel: Channel, message: Message, who: int, emoji: str, *, burst: bool = False, told: bool = True
) -> None:
    """Remove somebody's reaction; one that is not there is 10014."""
    if channel.archived:
        raise refused(50083)
    kinds = message.reactions.get(emoji, ([], []))
    kind = burst or (who not in kinds[NORMAL] and who in kinds[BURST])
    if who not in kinds[kind]:
        raise refused(10014)
    kinds[kind].remove(who)
    if not any(kinds):
        del message.reactions[emoji]
    if told:
        world.say("MESSAGE_REACTION_REMOVE", _told(world, channel, message, who, emoji, kind), channel)


def clear(world: World, channel: Channel, message: Message, emoji: str | None) -> None:
    """Remove all reactions, or all with one emoji."""
    if channel.archived:
        raise refused(50083)
    about = {"message_id": str(message.id)} | where(channel)
    if emoji is None:
        message.reactions.clear()
        world.say("MESSAGE_REACTION_REMOVE_ALL", about, channel)
        return
    message.reactions.pop(emoji, None)
    world.say("MESSAGE_REACTION_REMOVE_EMOJI", about | {"emoji": payloads.emoji(emoji)}, channel)


def users(message: Message, emoji: str, query: dict[str, str]) -> list[int]:
    """Who reacted, by id: `limit` of them (25; 100 at most) after one. Raises Refused for another limit."""
    limit, after = int(query.get("limit", "25")), int(query.get("after", "0"))
    if not 1 <= limit <= 100:
        raise invalid("limit", "NUMBER_TYPE_MAX", "int value should be less than or equal to 100.")
    there = message.reactions.get(emoji, ([], []))[int(query.get("type", "0"))]
    return sorted(each for each in there if each > after)[:limit]


def _told(world: World, channel: Channel, message: Message, who: int, emoji: str, burst: bool) -> Json:
    about: Json = {"user_id": str(who), "message_id": str(message.id), "emoji": payloads.emoji(emoji)}
    return about | where(channel) | {"burst": burst, "type": int(burst), "message_author_id": str(message.author)}


def _who(world: World, channel: Channel, who: int) -> Json:
    member = world.guilds[channel.guild].members.get(who) if channel.guild else None
    return {"member": payloads.member(world, member)} if member else {}
