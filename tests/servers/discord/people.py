"""What people do, as they would in Discord's own client."""

from __future__ import annotations

from tests.servers.discord import messages, payloads, reactions, threads
from tests.servers.discord.interactions import AUTOCOMPLETE, COMMAND, COMPONENT, MODAL, Interactions
from tests.servers.discord.model import FORUM, Channel, Json, Message, World
from tests.servers.discord.refusal import refused
from tests.servers.discord.rest import Rest


class People:
    """The acts of people; `do_x` is the act x. Answers of interactions are waited for up to `wait` seconds."""

    def __init__(self, world: World, interactions: Interactions, rest: Rest) -> None:
        self._world = world
        self._interactions = interactions
        self._rest = rest

    def _there(self, channel: int, message: int) -> tuple[Channel, Message]:
        there = self._world.channel(channel)
        return there, self._world.message(there, message)

    # --- talk ---

    def do_post(self, by: int, channel: int, content: str, reply_to: int | None = None, **more: Json) -> int:
        """Say something; an archived thread wakes."""
        there = self._world.channel(channel)
        if there.type == FORUM:
            raise refused(50008)
        if there.locked:
            raise refused(160005)
        if there.is_thread:
            threads.wake(self._world, there)
        reference = {"message_reference": {"message_id": reply_to}} if reply_to else {}
        return messages.post(self._world, there, by, {"content": content} | reference | more).id

    def do_direct(self, by: int, content: str) -> Json:
        """Write to the bot; the channel and the message."""
        there = self._rest.direct(by)
        return {"channel": there.id, "message": messages.post(self._world, there, by, {"content": content}).id}

    def do_edit(self, channel: int, message: int, content: str) -> None:
        there, found = self._there(channel, message)
        messages.edit(self._world, there, found, {"content": content})

    def do_delete(self, channel: int, message: int) -> None:
        messages.delete(self._world, *self._there(channel, message))

    def do_react(self, by: int, channel: int, message: int, emoji: str, burst: bool = False, told: bool = True) -> None:
        """React; not `told`: the event is lost on the way."""
        reactions.react(self._world, *self._there(channel, message), by, emoji, burst=burst, told=told)

    def do_unreact(
        self, by: int, channel: int, message: int, emoji: str, burst: bool = False, told: bool = True
    ) -> None:
        reactions.unreact(self._world, *self._there(channel, message), by, emoji, burst=burst, told=told)

    def do_clear(self, channel: int, message: int, emoji: str | None = None) -> None:
        reactions.clear(self._world, *self._there(channel, message), emoji)

    # --- threads ---

    def do_open_thread(self, by: int, channel: int, message: int | None, name: str) -> int:
        """Open a thread, of a message or without one."""
        there = self._world.channel(channel)
        if message is None:
            return threads.open_plain(self._world, there, by, {"name": name}).id
        return threads.open_from(self._world, there, self._world.message(there, message), by, {"name": name}).id

    def do_forum_post(self, by: int, channel: int, name: str, content: str, tags: list[int] | None = None) -> int:
        body = {"name": name, "message": {"content": content}, "applied_tags": tags or []}
        return threads.open_post(self._world, self._world.channel(channel), by, body, [])[0].id

    def do_archive(self, thread: int, archived: bool = True) -> None:
        self._change(thread, archived=archived)

    def do_lock(self, thread: int, locked: bool = True) -> None:
        self._change(thread, locked=locked)

    def do_close(self, thread: int) -> None:
        """Archive and lock."""
        self._change(thread, archived=True, locked=True)

    def _change(self, thread: int, **body: bool) -> None:
        there = self._world.channel(thread)
        threads.change(self._world, there, body, self._world.guilds[there.guild or 0].owner)

    def do_delete_thread(self, thread: int) -> None:
        threads.delete(self._world, self._world.channel(thread))

    # --- interactions ---

    async def do_invoke(
        self, by: int, channel: int, command: str, options: Json | None = None, wait: float = 5.0, whole: bool = True
    ) -> Json:
        """Invoke "name [group] [subcommand]"."""
        there = self._world.channel(channel)
        data = self._interactions.command(there.guild, command, options or {})
        return await self._done(COMMAND, by, there, data, None, wait, whole)

    async def do_autocomplete(
        self, by: int, channel: int, command: str, focused: str, options: Json | None = None, wait: float = 5.0
    ) -> Json:
        """Type into the option `focused`."""
        there = self._world.channel(channel)
        data = self._interactions.command(there.guild, command, options or {})
        level = data["options"]
        while level and "options" in level[0]:
            level = level[0]["options"]
        for each in level:
            each |= {"focused": True} if each["name"] == focused else {}
        return await self._done(AUTOCOMPLETE, by, there, data, None, wait, False)

    async def do_menu(
        self,
        by: int,
        channel: int,
        command: str,
        message: int | None = None,
        user: int | None = None,
        wait: float = 5.0,
        whole: bool = True,
    ) -> Json:
        """Choose a context menu's command on a message or a user."""
        there = self._world.channel(channel)
        if message is not None:
            target = payloads.message(self._world, self._world.message(there, message))
            data = self._interactions.menu(there.guild, command, 3, target, message)
        else:
            target = payloads.user(self._world.users[user or 0])
            data = self._interactions.menu(there.guild, command, 2, target, user or 0)
            data["resolved"]["members"] = self._interactions.memberships(there.guild or 0, [user or 0])
        return await self._done(COMMAND, by, there, data, None, wait, whole)

    async def do_press(
        self,
        by: int,
        channel: int,
        message: int,
        custom_id: str,
        values: list[str] | None = None,
        wait: float = 5.0,
        whole: bool = True,
    ) -> Json:
        """Press a button, or choose `values` of a select."""
        there = self._world.channel(channel)
        found = there.messages.get(message) or self._interactions.private(message)
        if found is None:
            raise refused(10008)
        kind = 2 if values is None else 3
        data = {"custom_id": custom_id, "component_type": kind} | ({} if values is None else {"values": values})
        return await self._done(COMPONENT, by, there, data, found, wait, whole)

    async def do_submit(
        self,
        by: int,
        channel: int,
        custom_id: str,
        fields: Json,
        message: int | None = None,
        wait: float = 5.0,
        whole: bool = True,
    ) -> Json:
        """Submit a modal with its text fields by their custom id."""
        there = self._world.channel(channel)
        rows = [
            {"type": 1, "id": number, "components": [{"type": 4, "id": 50 + number, "custom_id": name, "value": value}]}
            for number, (name, value) in enumerate(fields.items(), 1)
        ]
        data = {"custom_id": custom_id, "components": rows, "resolved": {}}
        on = there.messages.get(message or 0)
        return await self._done(MODAL, by, there, data, on, wait, whole)

    async def _done(
        self, kind: int, by: int, channel: Channel, data: Json, on: Message | None, wait: float, whole: bool
    ) -> Json:
        made = self._interactions.begin(kind, by, channel, data, on)
        return await self._interactions.answered(made.id, wait, whole=whole)
