"""Guilds, channels and users, made and unmade by tests."""

from __future__ import annotations

from tests.servers.discord import payloads, threads
from tests.servers.discord.model import FORUM, NEWS, TEXT, Channel, Guild, Json, Member, Role, World
from tests.servers.discord.permissions import MEMBERS, Permission, named

BOT = (
    MEMBERS
    | Permission.MANAGE_MESSAGES
    | Permission.MANAGE_THREADS
    | Permission.MANAGE_ROLES
    | Permission.MODERATE_MEMBERS
    | Permission.USE_EXTERNAL_EMOJIS
)
_TYPES = {"text": TEXT, "news": NEWS, "forum": FORUM}


class Places:
    """The acts of making and changing places; `do_x` is the act x."""

    def __init__(self, world: World) -> None:
        self._world = world

    def do_user(self, name: str, guilds: list[int] | None = None, bot: bool = False) -> int:
        user = self._world.add_user(name, bot=bot)
        for guild in guilds or []:
            self.do_join(user.id, guild)
        return user.id

    def do_join(self, user: int, guild: int) -> None:
        self._world.guilds[guild].members[user] = Member(user=user)

    def do_refuse(self, user: int, refuses: bool = True) -> None:
        self._world.users[user].refuses = refuses

    def do_guild(self, name: str, permissions: list[str] | None = None) -> int:
        """A new guild that the bot joins, with its own role; its owner is a user of its own."""
        world = self._world
        owner = world.add_user(f"Owner of {name}")
        guild = Guild(id=world.snowflake(), name=name, owner=owner.id)
        guild.roles[guild.id] = Role(id=guild.id, name="@everyone", permissions=MEMBERS)
        mine = Role(id=world.snowflake(), name=world.bot.name, permissions=BOT, position=1, managed=True)
        mine.permissions = BOT if permissions is None else named(permissions)
        guild.roles[mine.id] = mine
        guild.members = {owner.id: Member(user=owner.id), world.bot.id: Member(user=world.bot.id, roles=[mine.id])}
        world.guilds[guild.id] = guild
        world.emit("GUILD_CREATE", payloads.guild_joined(world, guild), guild.id, None)
        return guild.id

    def do_leave_guild(self, guild: int) -> None:
        """The bot is removed."""
        self._world.guilds[guild].members.pop(self._world.bot.id, None)
        self._world.emit("GUILD_DELETE", {"id": str(guild)}, guild, None)

    def do_invite(self, guild: int) -> None:
        """The bot is back."""
        there = self._world.guilds[guild]
        mine = [each.id for each in there.roles.values() if each.managed]
        there.members[self._world.bot.id] = Member(user=self._world.bot.id, roles=mine)
        self._world.emit("GUILD_CREATE", payloads.guild_joined(self._world, there), guild, None)

    def do_outage(self, guild: int, over: bool = False) -> None:
        """A guild is unavailable, or is again available."""
        there = self._world.guilds[guild]
        there.available = over
        if over:
            self._world.emit("GUILD_CREATE", payloads.guild_created(self._world, there), guild, None)
        else:
            self._world.emit("GUILD_DELETE", {"id": str(guild), "unavailable": True}, guild, None)

    def do_role(self, guild: int, name: str, permissions: list[str], members: list[int] | None = None) -> int:
        """A new role, given to some."""
        made = Role(id=self._world.snowflake(), name=name, permissions=named(permissions), position=1)
        there = self._world.guilds[guild]
        there.roles[made.id] = made
        for each in members or []:
            there.members[each].roles.append(made.id)
        about = {"guild_id": str(guild), "role": payloads.role(made)}
        self._world.emit("GUILD_ROLE_CREATE", about, guild, None)
        return made.id

    def do_channel(
        self, guild: int, name: str, type: str = "text", tags: list[str] | None = None, requires_tag: bool = False
    ) -> int:
        """A new channel: text, news or forum."""
        made = Channel(id=self._world.snowflake(), type=_TYPES[type], name=name, guild=guild)
        made.tags = [self._tag(each) for each in tags or []]
        made.requires_tag = requires_tag
        self._world.channels[made.id] = made
        self._world.say("CHANNEL_CREATE", payloads.channel(self._world, made), made)
        return made.id

    def _tag(self, name: str) -> Json:
        number = str(self._world.snowflake())
        return {"id": number, "name": name, "moderated": False, "emoji_id": None, "emoji_name": None}

    def do_delete_channel(self, channel: int) -> None:
        threads.delete(self._world, self._world.channel(channel))

    def do_rename(self, channel: int, name: str) -> None:
        there = self._world.channel(channel)
        there.name = name
        threads.tell(self._world, there)

    def do_deny(self, channel: int, permissions: list[str], target: int | None = None) -> None:
        """Take permissions away from somebody (the bot) in a channel; an empty list gives them back."""
        there = self._world.channel(channel)
        who = self._world.bot.id if target is None else target
        if permissions:
            there.overwrites[who] = (0, int(named(permissions)))
        else:
            there.overwrites.pop(who, None)
        threads.tell(self._world, there)
