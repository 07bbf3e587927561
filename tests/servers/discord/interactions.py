"""Interactions: what people invoke, and how the bot answers within three seconds."""

from __future__ import annotations

import asyncio
import secrets
import time
from collections.abc import Iterable
from dataclasses import dataclass, field

from tests.servers.discord import messages, payloads
from tests.servers.discord.model import Channel, Json, Message, World
from tests.servers.discord.permissions import in_channel, of_member
from tests.servers.discord.refusal import refused

COMMAND, COMPONENT, AUTOCOMPLETE, MODAL = 2, 3, 4, 5
PONG, SAY, DEFER, DEFER_UPDATE, UPDATE, CHOICES, SHOW_MODAL = 1, 4, 5, 6, 7, 8, 9
_SUBCOMMAND, _GROUP = 1, 2
_RESOLVED = {6: "users", 7: "channels", 8: "roles"}


@dataclass(kw_only=True)
class Interaction:
    """One interaction, and the answers to it. `private` holds the ephemeral messages."""

    id: int
    token: str
    type: int
    who: int
    channel: int
    at: float = field(default_factory=time.monotonic)
    name: str = ""
    on: int | None = None
    response: Json | None = None
    original: int | None = None
    followups: list[int] = field(default_factory=list)
    private: dict[int, Message] = field(default_factory=dict)
    changed: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def waiting(self) -> bool:
        """Whether the answer that was promised is still owed."""
        return self.response is not None and self.response["type"] == DEFER and self.response.get("owed", False)


class Interactions:
    """All interactions of a world."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._all: dict[int, Interaction] = {}
        self._by_token: dict[str, Interaction] = {}

    # --- people ---

    def begin(self, kind: int, who: int, channel: Channel, data: Json, on: Message | None = None) -> Interaction:
        """Somebody does something: tell the bot."""
        world = self._world
        made = Interaction(
            id=world.snowflake(), token=secrets.token_urlsafe(24), type=kind, who=who, channel=channel.id
        )
        made.name, made.on = str(data.get("name") or ""), on.id if on else None
        self._all[made.id] = self._by_token[made.token] = made
        # It reaches the bot whether or not it sees the channel.
        world.emit("INTERACTION_CREATE", self._payload(made, channel, data, on), channel.guild, None)
        return made

    def _payload(self, made: Interaction, channel: Channel, data: Json, on: Message | None) -> Json:
        world = self._world
        found: Json = {
            "id": str(made.id),
            "application_id": str(world.bot.id),
            "type": made.type,
            "token": made.token,
            "version": 1,
            "data": data,
            "channel_id": str(channel.id),
            "channel": payloads.channel(world, channel) | {"permissions": str(int(self._may(channel, made.who)))},
            "locale": "en-US",
            "app_permissions": str(int(self._may(channel, world.bot.id))),
            "attachment_size_limit": 10485760,
            "entitlements": [],
            "authorizing_integration_owners": {"0": str(channel.guild or 0)},
            "context": 0 if channel.guild else 1,
        }
        if on is not None:
            found["message"] = payloads.message(world, on)
        if channel.guild is None:
            return found | {"user": payloads.user(world.users[made.who])}
        guild = world.guilds[channel.guild]
        member = payloads.member(world, guild.members[made.who])
        member["permissions"] = str(int(self._may(channel, made.who)))
        found |= {"guild_id": str(guild.id), "guild_locale": "en-US", "member": member}
        return found | {"guild": {"id": str(guild.id), "locale": "en-US", "features": []}}

    def _may(self, channel: Channel, who: int) -> int:
        if channel.guild is None:
            return 0
        return in_channel(self._world.guilds[channel.guild], self._world.parent(channel), who)

    def command(self, guild: int | None, path: str, options: Json) -> Json:
        """The data of a slash command "name [group] [subcommand]" with its options by name. Raises 10063."""
        name, *inner = path.split()
        command = self._command(guild, name, 1)
        described = command
        resolved: Json = {}
        chain: list[Json] = []
        for part in inner:
            described = next((each for each in described.get("options") or [] if each["name"] == part), {})
            if described.get("type") not in (_SUBCOMMAND, _GROUP):
                raise refused(10063)
            chain.append({"name": part, "type": described["type"]})
        given = [self._option(described, name, value, resolved) for name, value in options.items()]
        if guild is not None and "users" in resolved:
            resolved["members"] = self.memberships(guild, map(int, resolved["users"]))
        for each in reversed(chain):
            given = [each | {"options": given}]
        return self._data(command, guild) | {"options": given, "resolved": resolved}

    def menu(self, guild: int | None, name: str, kind: int, target: Json, target_id: int) -> Json:
        """The data of a context menu on a user (2) or a message (3)."""
        resolved = {"messages" if kind == 3 else "users": {str(target_id): target}}
        return self._data(self._command(guild, name, kind), guild) | {
            "target_id": str(target_id),
            "resolved": resolved,
        }

    def memberships(self, guild: int, users: Iterable[int]) -> Json:
        """The resolved members among some users."""
        there = self._world.guilds[guild]
        members = {each: there.members[each] for each in users if each in there.members}
        return {
            str(each): payloads.member(self._world, one, with_user=False)
            | {"permissions": str(int(of_member(there, each)))}
            for each, one in members.items()
        }

    def _command(self, guild: int | None, name: str, kind: int) -> Json:
        for place in (guild, None):
            for each in self._world.commands.get(place, {}).values():
                if each["name"] == name and each["type"] == kind:
                    return each
        raise refused(10063)

    def _data(self, command: Json, guild: int | None) -> Json:
        found: Json = {name: command[name] for name in ("id", "name", "type")}
        if command.get("guild_id"):
            found["guild_id"] = command["guild_id"]
        return found

    def _option(self, command: Json, name: str, value: object, resolved: Json) -> Json:
        described = next((each for each in command.get("options") or [] if each["name"] == name), None)
        if described is None:
            raise refused(10063)
        kind = described["type"]
        if kind in _RESOLVED:
            value = str(value)
            resolved.setdefault(_RESOLVED[kind], {})[value] = self._resolve(kind, int(value))
        return {"name": name, "type": kind, "value": value}

    def _resolve(self, kind: int, number: int) -> Json:
        if kind == 6:
            return payloads.user(self._world.users[number])
        if kind == 7:
            channel = self._world.channels[number]
            return payloads.channel(self._world, channel) | {"permissions": str(self._may(channel, self._world.bot.id))}
        return payloads.role(next(g.roles[number] for g in self._world.guilds.values() if number in g.roles))

    async def answered(self, interaction: int, wait: float, *, whole: bool) -> Json:
        """What was answered, once it was (`whole`: and what was promised has come), or after `wait` seconds."""
        made = self._all[interaction]
        deadline = time.monotonic() + wait
        while (made.response is None or (whole and made.waiting)) and time.monotonic() < deadline:
            made.changed.clear()
            try:
                await asyncio.wait_for(made.changed.wait(), max(0.0, deadline - time.monotonic()))
            except TimeoutError:
                break
        return self._dumped(made)

    def _dumped(self, made: Interaction) -> Json:
        original = self._find(made, made.original)
        followups = [found for each in made.followups if (found := self._find(made, each))]
        return {
            "id": made.id,
            "name": made.name,
            "response": made.response,
            "original": payloads.message(self._world, original) if original else None,
            "followups": [payloads.message(self._world, each) for each in followups],
        }

    # --- the bot ---

    def answer(self, interaction: int, token: str, body: Json, files: list[Json]) -> Json:
        """The bot's first answer. Raises 10062 where it is late, 40060 where it is not the first."""
        made = self._all.get(interaction)
        if made is None or made.token != token:
            raise refused(10062)
        if made.response is not None:
            raise refused(40060)
        if time.monotonic() - made.at > self._world.settings.interactions_last:
            raise refused(10062)
        kind, data = body["type"], body.get("data") or {}
        message = self._carry_out(made, kind, data, files)
        made.response = {"type": kind, "data": data, "owed": kind == DEFER}
        made.changed.set()
        about: Json = {"id": str(made.id), "type": made.type, "response_message_loading": kind == DEFER}
        about["response_message_ephemeral"] = bool((data.get("flags") or 0) & messages.EPHEMERAL)
        if message is None:
            return {"interaction": about, "resource": {"type": kind}}
        about["response_message_id"] = str(message.id)
        shown = payloads.message(self._world, message)
        return {"interaction": about, "resource": {"type": kind, "message": shown}}

    def _carry_out(self, made: Interaction, kind: int, data: Json, files: list[Json]) -> Message | None:
        if kind in (SAY, DEFER):
            if kind == SAY:
                messages.check(data, files=len(files))
            else:
                data = {"flags": (data.get("flags") or 0) | messages.LOADING}
            said = self._post(made, data, files)
            made.original = said.id
            return said
        if kind not in (UPDATE, DEFER_UPDATE) or made.on is None:
            return None
        made.original = made.on
        found = self._find(made, made.on)
        if kind == UPDATE and found is not None:
            self._edit(made, found, data, files)
        return found

    def _post(self, made: Interaction, data: Json, files: list[Json]) -> Message:
        world, channel = self._world, self._world.channel(made.channel)
        kind = messages.COMMAND if made.type == COMMAND and made.original is None else 0
        about = {"id": str(made.id), "type": made.type, "name": made.name}
        about |= {"user": payloads.user(world.users[made.who]), "authorizing_integration_owners": {}}
        body = {**data, "type": kind, "interaction": about}
        if not (data.get("flags") or 0) & messages.EPHEMERAL:
            return messages.post(world, channel, world.bot.id, body, files)
        message = Message(id=world.snowflake(), channel=channel.id, author=world.bot.id, type=kind)
        made.private[message.id] = message
        self._write(message, body, files)
        message.edited, message.interaction = None, about
        return message

    def _write(self, message: Message, data: Json, files: list[Json]) -> None:
        for name in ("content", "embeds", "components"):
            if name in data:
                setattr(message, name, data[name] or ("" if name == "content" else []))
        if data.get("flags") is not None:
            message.flags = data["flags"]
        message.attachments += [{**each, "id": "0", "url": "", "proxy_url": ""} for each in files]
        message.edited = time.time()

    def _edit(self, made: Interaction, message: Message, data: Json, files: list[Json]) -> None:
        messages.check(data, files=len(files), kept=message)
        kept = message.flags & ~messages.LOADING
        if message.id in made.private:
            self._write(message, {**data, "flags": kept | (data.get("flags") or 0)}, files)
        else:
            message.flags = kept
            messages.edit(self._world, self._world.channel(message.channel), message, data, files)

    def _find(self, made: Interaction, message: int | None) -> Message | None:
        if message is None or message in made.private:
            return made.private.get(message or 0)
        for other in self._all.values():
            if message in other.private:
                return other.private[message]
        channel = self._world.channels.get(made.channel)
        return channel.messages.get(message) if channel else None

    def private(self, message: int) -> Message | None:
        """An ephemeral message."""
        return next((each.private[message] for each in self._all.values() if message in each.private), None)

    def _made(self, token: str) -> Interaction:
        if token not in self._by_token:
            raise refused(10015)
        return self._by_token[token]

    def _message(self, made: Interaction, message: str) -> Message:
        found = self._find(made, made.original if message == "@original" else int(message))
        if found is None:
            raise refused(10008)
        return found

    def get(self, token: str, message: str) -> Message:
        """An answer: "@original" or a follow-up's id."""
        return self._message(self._made(token), message)

    def change(self, token: str, message: str, data: Json, files: list[Json]) -> Message:
        """Change an answer; the promised one comes so."""
        made = self._made(token)
        found = self._message(made, message)
        self._edit(made, found, data, files)
        self._paid(made, found)
        return found

    def follow_up(self, token: str, data: Json, files: list[Json]) -> Message:
        """One more message; the first one after a promise takes its place."""
        made = self._made(token)
        if made.waiting and made.original is not None:
            return self.change(token, "@original", {**data, "flags": None}, files)
        messages.check(data, files=len(files))
        message = self._post(made, data, files)
        made.followups.append(message.id)
        made.changed.set()
        return message

    def remove(self, token: str, message: str) -> None:
        """Delete an answer."""
        made = self._made(token)
        found = self._message(made, message)
        if made.private.pop(found.id, None) is None:
            messages.delete(self._world, self._world.channel(found.channel), found)
        self._paid(made, found)

    def _paid(self, made: Interaction, message: Message) -> None:
        if message.id == made.original and made.response is not None:
            made.response["owed"] = False
        made.changed.set()

    def dump(self) -> list[Json]:
        """All interactions with their answers."""
        return [self._dumped(each) | {"who": each.who, "channel": each.channel} for each in self._all.values()]
