"""The REST API: each route, and what the bot is let do with it."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from tests.servers.discord import messages, payloads, reactions, threads
from tests.servers.discord.application import Application
from tests.servers.discord.gateway import Gateway
from tests.servers.discord.interactions import Interactions
from tests.servers.discord.model import DM, FORUM, Channel, Json, Message, World
from tests.servers.discord.permissions import Permission, in_channel
from tests.servers.discord.refusal import refused


@dataclass(kw_only=True)
class Call:
    """One request, read."""

    method: str
    path: str
    parts: dict[str, str]
    query: dict[str, str]
    body: Any = None
    files: list[Json] = field(default_factory=list)

    def id(self, name: str) -> int:
        """An id of the path. Raises 50035."""
        if not self.parts[name].isdecimal():
            raise refused(10003)
        return int(self.parts[name])


Handler = Callable[[Call], Any]


class Rest:
    """What each route does; `routes` lists them. A handler returns JSON, or None for an empty answer."""

    def __init__(self, world: World, gateway: Gateway, interactions: Interactions) -> None:
        self._world = world
        self._interactions = interactions
        application = Application(world, gateway)
        self.routes: list[tuple[str, str, Handler]] = [
            *application.routes(),
            ("POST", "/users/@me/channels", self.open_direct),
            ("GET", "/guilds/{guild}/channels", self.list_channels),
            ("GET", "/guilds/{guild}/threads/active", self.active_threads),
            ("GET", "/channels/{channel}", self.get_channel),
            ("PATCH", "/channels/{channel}", self.change_channel),
            ("DELETE", "/channels/{channel}", self.delete_channel),
            ("POST", "/channels/{channel}/typing", self.typing),
            *self._message_routes(),
            *self._reaction_routes(),
            *self._thread_routes(),
            *self._interaction_routes(),
        ]

    def _message_routes(self) -> list[tuple[str, str, Handler]]:
        one = "/channels/{channel}/messages/{message}"
        return [
            ("POST", "/channels/{channel}/messages", self.send),
            ("GET", "/channels/{channel}/messages", self.history),
            ("GET", one, self.get_message),
            ("PATCH", one, self.edit),
            ("DELETE", one, self.delete_message),
        ]

    def _reaction_routes(self) -> list[tuple[str, str, Handler]]:
        every = "/channels/{channel}/messages/{message}/reactions"
        return [
            ("PUT", every + "/{emoji}/@me", self.react),
            ("DELETE", every + "/{emoji}/@me", self.unreact),
            ("DELETE", every + "/{emoji}/{user}", self.unreact_user),
            ("GET", every + "/{emoji}", self.reacted),
            ("DELETE", every + "/{emoji}", self.clear),
            ("DELETE", every, self.clear),
        ]

    def _thread_routes(self) -> list[tuple[str, str, Handler]]:
        return [
            ("POST", "/channels/{channel}/messages/{message}/threads", self.open_thread),
            ("POST", "/channels/{channel}/threads", self.open_post),
            ("GET", "/channels/{channel}/threads/archived/public", self.archived_threads),
            ("PUT", "/channels/{channel}/thread-members/@me", self.join),
            ("DELETE", "/channels/{channel}/thread-members/@me", self.leave),
            ("PUT", "/channels/{channel}/thread-members/{user}", self.join),
            ("GET", "/channels/{channel}/thread-members", self.thread_members),
        ]

    def _interaction_routes(self) -> list[tuple[str, str, Handler]]:
        hook = "/webhooks/{application}/{token}"
        return [
            ("POST", "/interactions/{interaction}/{token}/callback", self.answer),
            ("POST", hook, self.follow_up),
            ("GET", hook + "/messages/{message}", self.get_answer),
            ("PATCH", hook + "/messages/{message}", self.change_answer),
            ("DELETE", hook + "/messages/{message}", self.delete_answer),
        ]

    # --- what the bot may do ---

    def _may(self, channel: Channel) -> Permission:
        if channel.guild is None:
            return Permission(-1)
        return in_channel(self._world.guilds[channel.guild], self._world.parent(channel), self._world.bot.id)

    def _channel(self, call: Call, *needed: Permission) -> Channel:
        channel = self._world.channel(call.id("channel"))
        may = self._may(channel)
        if not may & Permission.VIEW_CHANNEL:
            raise refused(50001)
        if any(not may & each for each in needed):
            raise refused(50013)
        return channel

    def _message(self, call: Call, *needed: Permission) -> tuple[Channel, Message]:
        channel = self._channel(call, *needed)
        return channel, self._world.message(channel, call.id("message"))

    # --- channels ---

    def open_direct(self, call: Call) -> Json:
        who = int(call.body["recipient_id"])
        if who not in self._world.users:
            raise refused(10013)
        return payloads.channel(self._world, self.direct(who))

    def direct(self, who: int) -> Channel:
        """The direct conversation with somebody."""
        for each in self._world.channels.values():
            if each.type == DM and each.recipients == [who]:
                return each
        made = Channel(id=self._world.snowflake(), type=DM, name="", recipients=[who])
        self._world.channels[made.id] = made
        return made

    def list_channels(self, call: Call) -> list[Json]:
        guild = self._world.guild(call.id("guild"))
        channels = [each for each in self._world.channels.values() if each.guild == guild.id and not each.is_thread]
        return [payloads.channel(self._world, each) for each in channels]

    def active_threads(self, call: Call) -> Json:
        active = self._world.threads(self._world.guild(call.id("guild")).id, archived=False)
        return payloads.threads(self._world, [each for each in active if payloads.sees(self._world, each)])

    def get_channel(self, call: Call) -> Json:
        return payloads.channel(self._world, self._channel(call))

    def change_channel(self, call: Call) -> Json:
        channel = self._channel(call)
        if channel.is_thread:
            self._change_thread(channel, call.body)
            return payloads.channel(self._world, channel)
        if not self._may(channel) & Permission.MANAGE_CHANNELS:
            raise refused(50013)
        if "name" in call.body and call.body["name"] != channel.name:
            threads.rename(self._world, channel, call.body["name"])
        channel.topic = call.body.get("topic", channel.topic)
        channel.tags = self._tags(call.body["available_tags"]) if "available_tags" in call.body else channel.tags
        threads.tell(self._world, channel)
        return payloads.channel(self._world, channel)

    def _tags(self, asked: list[Json]) -> list[Json]:
        bare: Json = {"moderated": False, "emoji_id": None, "emoji_name": None}
        return [bare | each | {"id": str(each.get("id") or self._world.snowflake())} for each in asked]

    def _change_thread(self, thread: Channel, body: Json) -> None:
        mine = thread.owner == self._world.bot.id
        locks = "locked" in body or (body.get("archived") is False and thread.locked)
        if (locks or not mine) and not self._may(thread) & Permission.MANAGE_THREADS:
            raise refused(50013)
        threads.change(self._world, thread, body, self._world.bot.id)

    def delete_channel(self, call: Call) -> Json:
        channel = self._channel(call)
        needed = Permission.MANAGE_THREADS if channel.is_thread else Permission.MANAGE_CHANNELS
        if not self._may(channel) & needed:
            raise refused(50013)
        about = payloads.channel(self._world, channel)
        threads.delete(self._world, channel)
        return about

    def typing(self, call: Call) -> None:
        self._channel(call)

    # --- messages ---

    def send(self, call: Call) -> Json:
        channel = self._channel(call)
        if channel.type == FORUM:
            raise refused(50008)
        self._may_send(channel, call)
        messages.check(call.body, files=len(call.files))
        known = self._known(call.body)
        if known is not None:
            return payloads.message(self._world, known)
        if channel.is_thread:
            threads.wake(self._world, channel)
        message = messages.post(self._world, channel, self._world.bot.id, call.body, call.files)
        if message.nonce is not None and call.body.get("enforce_nonce"):
            self._world.nonces[message.nonce] = (channel.id, message.id, time.monotonic())
        return payloads.message(self._world, message)

    def _may_send(self, channel: Channel, call: Call) -> None:
        if channel.type == DM and any(self._world.users[each].refuses for each in channel.recipients):
            raise refused(50007)
        may = self._may(channel)
        needed = Permission.SEND_MESSAGES_IN_THREADS if channel.is_thread else Permission.SEND_MESSAGES
        needed |= Permission.EMBED_LINKS if call.body.get("embeds") else Permission(0)
        needed |= Permission.ATTACH_FILES if call.files else Permission(0)
        if needed & ~may:
            raise refused(50013)
        if channel.locked and not may & Permission.MANAGE_THREADS:
            raise refused(160005)

    def _known(self, body: Json) -> Message | None:
        """The bot's message with the same nonce, wherever: Discord asks for one author, not for one channel."""
        if not body.get("enforce_nonce") or body.get("nonce") is None:
            return None
        there, message, at = self._world.nonces.get(str(body["nonce"]), (0, 0, 0.0))
        if there not in self._world.channels or time.monotonic() - at > self._world.settings.nonces_last:
            return None
        return self._world.channels[there].messages.get(message)

    def history(self, call: Call) -> list[Json]:
        channel = self._channel(call)
        found = messages.history(channel, call.query)
        if not self._may(channel) & Permission.READ_MESSAGE_HISTORY:
            return []
        return [payloads.message(self._world, each) for each in found]

    def get_message(self, call: Call) -> Json:
        _, message = self._message(call, Permission.READ_MESSAGE_HISTORY)
        return payloads.message(self._world, message)

    def edit(self, call: Call) -> Json:
        channel, message = self._message(call)
        if message.author != self._world.bot.id:
            raise refused(50005)
        if channel.archived:
            raise refused(50083)
        messages.check(call.body, files=len(call.files), kept=message)
        return payloads.message(self._world, messages.edit(self._world, channel, message, call.body, call.files))

    def delete_message(self, call: Call) -> None:
        channel, message = self._message(call)
        if message.author != self._world.bot.id and not self._may(channel) & Permission.MANAGE_MESSAGES:
            raise refused(50013)
        if channel.guild is None and message.author != self._world.bot.id:
            raise refused(50013)
        messages.delete(self._world, channel, message)

    # --- reactions ---

    def react(self, call: Call) -> None:
        channel, message = self._message(call, Permission.READ_MESSAGE_HISTORY)
        emoji = call.parts["emoji"]
        if emoji not in message.reactions and not self._may(channel) & Permission.ADD_REACTIONS:
            raise refused(50013)
        reactions.react(self._world, channel, message, self._world.bot.id, emoji)

    def unreact(self, call: Call) -> None:
        channel, message = self._message(call)
        reactions.unreact(self._world, channel, message, self._world.bot.id, call.parts["emoji"])

    def unreact_user(self, call: Call) -> None:
        channel, message = self._message(call, Permission.MANAGE_MESSAGES)
        reactions.unreact(self._world, channel, message, call.id("user"), call.parts["emoji"])

    def reacted(self, call: Call) -> list[Json]:
        _, message = self._message(call, Permission.READ_MESSAGE_HISTORY)
        found = reactions.users(message, call.parts["emoji"], call.query)
        return [payloads.user(self._world.users[each]) for each in found]

    def clear(self, call: Call) -> None:
        channel, message = self._message(call, Permission.MANAGE_MESSAGES)
        reactions.clear(self._world, channel, message, call.parts.get("emoji"))

    # --- threads ---

    def open_thread(self, call: Call) -> Json:
        channel, message = self._message(call, Permission.CREATE_PUBLIC_THREADS)
        made = threads.open_from(self._world, channel, message, self._world.bot.id, call.body)
        return payloads.channel(self._world, made)

    def open_post(self, call: Call) -> Json:
        channel = self._channel(call)
        me = self._world.bot.id
        if channel.type != FORUM:
            self._channel(call, Permission.CREATE_PUBLIC_THREADS)
            return payloads.channel(self._world, threads.open_plain(self._world, channel, me, call.body))
        self._channel(call, Permission.SEND_MESSAGES)
        thread, message = threads.open_post(self._world, channel, me, call.body, call.files)
        return payloads.channel(self._world, thread) | {"message": payloads.message(self._world, message)}

    def archived_threads(self, call: Call) -> Json:
        channel = self._channel(call, Permission.READ_MESSAGE_HISTORY)
        found, more = threads.archived(self._world, channel, call.query)
        return payloads.threads(self._world, found) | {"has_more": more}

    def join(self, call: Call) -> None:
        thread = self._channel(call)
        who = call.id("user") if "user" in call.parts else self._world.bot.id
        if thread.archived:
            raise refused(50083)
        if who not in thread.members:
            thread.members.append(who)

    def leave(self, call: Call) -> None:
        thread = self._channel(call)
        thread.members = [each for each in thread.members if each != self._world.bot.id]

    def thread_members(self, call: Call) -> list[Json]:
        thread = self._channel(call)
        return [payloads.thread_member(thread, each) for each in thread.members]

    # --- interactions ---

    def answer(self, call: Call) -> Json | None:
        made = self._interactions.answer(call.id("interaction"), call.parts["token"], call.body, call.files)
        return made if call.query.get("with_response") in ("1", "true") else None

    def follow_up(self, call: Call) -> Json:
        message = self._interactions.follow_up(call.parts["token"], call.body, call.files)
        return payloads.message(self._world, message)

    def get_answer(self, call: Call) -> Json:
        return payloads.message(self._world, self._interactions.get(call.parts["token"], call.parts["message"]))

    def change_answer(self, call: Call) -> Json:
        token, message = call.parts["token"], call.parts["message"]
        return payloads.message(self._world, self._interactions.change(token, message, call.body, call.files))

    def delete_answer(self, call: Call) -> None:
        self._interactions.remove(call.parts["token"], call.parts["message"])
