"""Permissions as Discord computes them: the roles of a member, then a channel's overwrites."""

from __future__ import annotations

from collections.abc import Iterable
from enum import IntFlag

from tests.servers.discord.model import Channel, Guild


class Permission(IntFlag):
    """The permissions that matter here, by discord.py's names in capitals."""

    KICK_MEMBERS = 1 << 1
    BAN_MEMBERS = 1 << 2
    ADMINISTRATOR = 1 << 3
    MANAGE_CHANNELS = 1 << 4
    MANAGE_GUILD = 1 << 5
    ADD_REACTIONS = 1 << 6
    VIEW_AUDIT_LOG = 1 << 7
    VIEW_CHANNEL = 1 << 10
    SEND_MESSAGES = 1 << 11
    MANAGE_MESSAGES = 1 << 13
    EMBED_LINKS = 1 << 14
    ATTACH_FILES = 1 << 15
    READ_MESSAGE_HISTORY = 1 << 16
    MENTION_EVERYONE = 1 << 17
    USE_EXTERNAL_EMOJIS = 1 << 18
    MANAGE_ROLES = 1 << 28
    MANAGE_WEBHOOKS = 1 << 29
    USE_APPLICATION_COMMANDS = 1 << 31
    MANAGE_THREADS = 1 << 34
    CREATE_PUBLIC_THREADS = 1 << 35
    SEND_MESSAGES_IN_THREADS = 1 << 38
    MODERATE_MEMBERS = 1 << 40


ALL = Permission(sum(Permission))
MEMBERS = (
    Permission.VIEW_CHANNEL
    | Permission.SEND_MESSAGES
    | Permission.SEND_MESSAGES_IN_THREADS
    | Permission.CREATE_PUBLIC_THREADS
    | Permission.ADD_REACTIONS
    | Permission.READ_MESSAGE_HISTORY
    | Permission.EMBED_LINKS
    | Permission.ATTACH_FILES
    | Permission.USE_APPLICATION_COMMANDS
)
_SAME = {"READ_MESSAGES": "VIEW_CHANNEL", "EXTERNAL_EMOJIS": "USE_EXTERNAL_EMOJIS", "MANAGE_EXPRESSIONS": ""}


def named(names: Iterable[str]) -> Permission:
    """The permissions of discord.py's names ("send_messages"). Raises KeyError."""
    found = Permission(0)
    for name in names:
        found |= Permission[_SAME.get(name.upper(), name.upper())]
    return found


def of_member(guild: Guild, user: int) -> Permission:
    """What a member may do in a guild, before any channel's overwrites."""
    if user == guild.owner:
        return ALL
    allowed = guild.roles[guild.id].permissions
    for role in guild.members[user].roles:
        allowed |= guild.roles[role].permissions
    return ALL if allowed & Permission.ADMINISTRATOR else Permission(allowed)


def in_channel(guild: Guild, channel: Channel, user: int) -> Permission:
    """What a member may do in a channel (for a thread: in its parent). Nothing where it cannot be seen."""
    if user not in guild.members:
        return Permission(0)
    allowed = int(of_member(guild, user))
    if allowed & Permission.ADMINISTRATOR:
        return ALL
    mine = [guild.id, *guild.members[user].roles]
    for targets in ([guild.id], mine[1:], [user]):
        overwrites = [channel.overwrites[each] for each in targets if each in channel.overwrites]
        for _, deny in overwrites:
            allowed &= ~deny
        for allow, _ in overwrites:
            allowed |= allow
    return Permission(allowed) if allowed & Permission.VIEW_CHANNEL else Permission(0)
