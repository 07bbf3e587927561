"""What Discord sends about its things."""

from __future__ import annotations

import time
from typing import Any

from tests.servers.discord.model import DM, FORUM, Channel, Guild, Json, Member, Message, Role, User, World, iso
from tests.servers.discord.permissions import in_channel


def user(one: User) -> Json:
    """A user."""
    return {
        "id": str(one.id),
        "username": one.name.lower().replace(" ", "_"),
        "global_name": one.name,
        "discriminator": "0",
        "avatar": None,
        "bot": one.bot,
        "public_flags": 0,
        "flags": 0,
    }


def member(world: World, one: Member, *, with_user: bool = True) -> Json:
    """A member."""
    found: Json = {
        "roles": [str(role) for role in one.roles],
        "nick": None,
        "avatar": None,
        "joined_at": iso(one.joined),
        "premium_since": None,
        "deaf": False,
        "mute": False,
        "pending": False,
        "flags": 0,
        "communication_disabled_until": None,
    }
    return found | {"user": user(world.users[one.user])} if with_user else found


def role(one: Role) -> Json:
    """A role."""
    return {
        "id": str(one.id),
        "name": one.name,
        "permissions": str(int(one.permissions)),
        "position": one.position,
        "color": 0,
        "colors": {"primary_color": 0, "secondary_color": None, "tertiary_color": None},
        "hoist": False,
        "managed": one.managed,
        "mentionable": False,
        "flags": 0,
        "icon": None,
        "unicode_emoji": None,
    }


def channel(world: World, one: Channel) -> Json:
    """A channel, a thread or a direct conversation."""
    if one.is_thread:
        return thread(one) | _membership(world, one)
    last = max(one.messages, default=None)
    found: Json = {"id": str(one.id), "type": one.type, "last_message_id": str(last) if last else None, "flags": 0}
    if one.type == DM:
        return found | {"recipients": [user(world.users[each]) for each in one.recipients]}
    found |= {
        "guild_id": str(one.guild),
        "name": one.name,
        "position": 0,
        "parent_id": None,
        "topic": one.topic,
        "nsfw": False,
        "rate_limit_per_user": one.slowmode,
        "permission_overwrites": [_overwrite(world, one, target) for target in one.overwrites],
    }
    if one.type == FORUM:
        found |= {"available_tags": one.tags, "default_reaction_emoji": None, "default_sort_order": None}
        found |= {"default_forum_layout": 0, "flags": 1 << 4 if one.requires_tag else 0}
    return found


def _overwrite(world: World, one: Channel, target: int) -> Json:
    allow, deny = one.overwrites[target]
    return {"id": str(target), "type": int(target in world.users), "allow": str(int(allow)), "deny": str(int(deny))}


def thread(one: Channel) -> Json:
    """A thread."""
    last = max(one.messages, default=None)
    return {
        "id": str(one.id),
        "type": one.type,
        "guild_id": str(one.guild),
        "parent_id": str(one.parent),
        "owner_id": str(one.owner),
        "name": one.name,
        "last_message_id": str(last) if last else None,
        "rate_limit_per_user": one.slowmode,
        "message_count": len(one.messages),
        "total_message_sent": one.sent,
        "member_count": len(one.members),
        "applied_tags": [str(each) for each in one.applied_tags],
        "flags": 0,
        "thread_metadata": {
            "archived": one.archived,
            "locked": one.locked,
            "auto_archive_duration": one.auto_archive,
            "archive_timestamp": iso(one.archived_at),
            "create_timestamp": iso(one.made),
        },
    }


def thread_member(one: Channel, who: int) -> Json:
    """Somebody's being in a thread."""
    return {"id": str(one.id), "user_id": str(who), "join_timestamp": iso(one.made), "flags": 0}


def _membership(world: World, one: Channel) -> Json:
    return {"member": thread_member(one, world.bot.id)} if world.bot.id in one.members else {}


def threads(world: World, them: list[Channel]) -> Json:
    """A list of threads, with the bot's being in them."""
    mine = [each for each in them if world.bot.id in each.members]
    return {
        "threads": [thread(each) for each in them],
        "members": [thread_member(each, world.bot.id) for each in mine],
    }


def emoji(name: str) -> Json:
    """An emoji: "👍" or "name:id"."""
    plain, _, number = name.partition(":")
    return {"id": number or None, "name": plain, "animated": False}


def message(world: World, one: Message, *, nested: bool = True) -> Json:
    """A message as the bot sees it over REST: with its content."""
    found: Json = {
        "id": str(one.id),
        "channel_id": str(one.channel),
        "author": user(world.users[one.author]),
        "content": one.content,
        "timestamp": iso(one.at),
        "edited_timestamp": iso(one.edited) if one.edited else None,
        "tts": False,
        "mention_everyone": "everyone" in one.pings,
        "mentions": [user(world.users[int(each)]) for each in one.pings if each.isdecimal()],
        "mention_roles": [each.removeprefix("role:") for each in one.pings if each.startswith("role:")],
        "attachments": one.attachments,
        "embeds": one.embeds,
        "components": one.components,
        "pinned": False,
        "type": one.type,
        "flags": one.flags,
    }
    if one.nonce is not None:
        found["nonce"] = one.nonce
    if one.reactions:
        found["reactions"] = [_reaction(world, one, name) for name in one.reactions]
    if one.reference is not None:
        found["message_reference"] = one.reference
    if one.reference is not None and nested:
        found["referenced_message"] = _referenced(world, one.reference)
    if one.thread in world.channels:
        found["thread"] = channel(world, world.channels[one.thread])
    if one.interaction is not None:
        found |= {"interaction_metadata": one.interaction, "webhook_id": str(world.bot.id)}
        found["application_id"] = str(world.bot.id)
    return found


def _referenced(world: World, reference: Json) -> Json | None:
    there = world.channels.get(int(reference["channel_id"]))
    found = there.messages.get(int(reference["message_id"])) if there else None
    return message(world, found, nested=False) if found else None


def _reaction(world: World, one: Message, name: str) -> Json:
    normal, burst = one.reactions[name]
    return {
        "emoji": emoji(name),
        "count": len(normal) + len(burst),
        "count_details": {"normal": len(normal), "burst": len(burst)},
        "me": world.bot.id in normal,
        "me_burst": world.bot.id in burst,
        "burst_colors": [],
    }


def told(world: World, one: Message) -> Json:
    """A message as an event tells of it: with its guild and the author's membership."""
    found, there = message(world, one), world.channels[one.channel]
    if there.guild is None:
        return found
    found["guild_id"] = str(there.guild)
    author = world.guilds[there.guild].members.get(one.author)
    return found | {"member": member(world, author, with_user=False)} if author else found


def guild(world: World, one: Guild) -> Json:
    """A guild over REST."""
    return {
        "id": str(one.id),
        "name": one.name,
        "owner_id": str(one.owner),
        "icon": None,
        "splash": None,
        "discovery_splash": None,
        "banner": None,
        "description": None,
        "features": [],
        "emojis": [],
        "stickers": [],
        "roles": [role(each) for each in one.roles.values()],
        "afk_channel_id": None,
        "afk_timeout": 300,
        "system_channel_id": None,
        "system_channel_flags": 0,
        "rules_channel_id": None,
        "public_updates_channel_id": None,
        "safety_alerts_channel_id": None,
        "verification_level": 0,
        "default_message_notifications": 0,
        "explicit_content_filter": 0,
        "mfa_level": 0,
        "nsfw_level": 0,
        "premium_tier": 0,
        "premium_subscription_count": 0,
        "premium_progress_bar_enabled": False,
        "preferred_locale": "en-US",
        "vanity_url_code": None,
        "application_id": None,
        "max_members": 500000,
        "max_presences": None,
    }


def guild_joined(world: World, one: Guild) -> Json:
    """A guild as GUILD_CREATE tells of it when the bot joins: it says nothing of being available."""
    found = guild_created(world, one)
    del found["unavailable"]
    return found


def guild_created(world: World, one: Guild) -> Json:
    """A guild as GUILD_CREATE tells of it when it is available."""
    channels = [each for each in world.channels.values() if each.guild == one.id and not each.is_thread]
    active = world.threads(one.id, archived=False)
    return guild(world, one) | {
        "joined_at": iso(one.members[world.bot.id].joined),
        "large": False,
        "unavailable": False,
        "member_count": len(one.members),
        "members": [member(world, one.members[world.bot.id])],
        "channels": [channel(world, each) for each in channels],
        "threads": [channel(world, each) for each in active if sees(world, each)],
        "voice_states": [],
        "presences": [],
        "stage_instances": [],
        "guild_scheduled_events": [],
        "soundboard_sounds": [],
    }


def sees(world: World, one: Channel) -> bool:
    """Whether the bot sees a channel."""
    if one.guild is None:
        return True
    return bool(in_channel(world.guilds[one.guild], world.parent(one), world.bot.id))


def dump(world: World) -> Json:
    """The whole state, for assertions; ids are integers."""
    return {
        "at": time.time(),
        "bot": world.bot.id,
        "users": {each.name: each.id for each in world.users.values()},
        "guilds": [_dumped_guild(each) for each in world.guilds.values()],
        "channels": [_dumped_channel(each) for each in world.channels.values()],
        "commands": {str(place or "global"): list(them.values()) for place, them in world.commands.items()},
    }


def _dumped_guild(one: Guild) -> Json:
    return {"id": one.id, "name": one.name, "owner": one.owner, "members": list(one.members)}


def _dumped_channel(one: Channel) -> Json:
    kept = ("id", "type", "name", "guild", "parent", "owner", "applied_tags", "archived", "locked", "auto_archive")
    found: dict[str, Any] = {name: getattr(one, name) for name in (*kept, "members", "recipients", "tags")}
    return found | {"thread": one.is_thread, "messages": [_dumped_message(each) for each in one.messages.values()]}


def _dumped_message(one: Message) -> Json:
    kept = ("id", "channel", "author", "content", "embeds", "components", "attachments", "type", "flags", "nonce")
    found: dict[str, Any] = {name: getattr(one, name) for name in (*kept, "reply_to", "pings", "thread", "at")}
    reactions = {name: sorted({*normal, *burst}) for name, (normal, burst) in one.reactions.items()}
    return found | {"edited": one.edited is not None, "reactions": reactions}
