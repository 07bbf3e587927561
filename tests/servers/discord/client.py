"""How a test reaches the loopback Discord: its addresses, and its control."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import aiohttp

Json = dict[str, Any]
T = TypeVar("T")


class ControlRefused(AssertionError):
    """Somebody cannot do that; `code` is Discord's."""

    def __init__(self, act: str, body: Json) -> None:
        super().__init__(f"{act}: {body}")
        self.code: int = body["code"]


@dataclass(frozen=True, kw_only=True)
class Discord:
    """A running loopback Discord. `address` has no slash at its end. All ids are integers."""

    address: str
    http: aiohttp.ClientSession

    @property
    def api(self) -> str:
        """What `discord.http.Route.BASE` is to be."""
        return self.address + "/api/v10"

    @property
    def gateway(self) -> str:
        """What `discord.gateway.DiscordWebSocket.DEFAULT_GATEWAY` is to be."""
        return self.address.replace("http", "ws", 1) + "/gateway"

    async def do(self, act: str, **given: Any) -> Any:
        """Any act of the control. Raises ControlRefused."""
        async with self.http.post(f"{self.address}/control/{act}", json=given) as answer:
            if answer.status == 409:
                raise ControlRefused(act, await answer.json())
            assert answer.status == 200, f"{act}: {answer.status}"
            return await answer.json()

    # --- places ---

    async def guild(self, name: str = "Town", permissions: Sequence[str] | None = None) -> int:
        """A guild with the bot in it, and the permissions of the bot's role (discord.py's names; by default enough)."""
        return int(await self.do("guild", name=name, permissions=permissions))

    async def leave_guild(self, guild: int) -> None:
        """The bot is removed from a guild."""
        await self.do("leave_guild", guild=guild)

    async def invite(self, guild: int) -> None:
        """The bot is invited to a guild again."""
        await self.do("invite", guild=guild)

    async def outage(self, guild: int, *, over: bool = False) -> None:
        """A guild becomes unavailable, or available again."""
        await self.do("outage", guild=guild, over=over)

    async def channel(self, guild: int, name: str = "news", type: str = "text") -> int:
        """A text channel, or of type "news"."""
        return int(await self.do("channel", guild=guild, name=name, type=type))

    async def forum(
        self, guild: int, name: str = "forum", tags: Sequence[str] = (), *, requires_tag: bool = False
    ) -> int:
        """A forum channel with tags."""
        given: Json = {"name": name, "tags": tags, "requires_tag": requires_tag}
        return int(await self.do("channel", guild=guild, type="forum", **given))

    async def delete_channel(self, channel: int) -> None:
        """Delete a channel."""
        await self.do("delete_channel", channel=channel)

    async def rename(self, channel: int, name: str) -> None:
        """Rename a channel or thread."""
        await self.do("rename", channel=channel, name=name)

    async def role(self, guild: int, name: str, permissions: Sequence[str], members: Sequence[int] = ()) -> int:
        """A role, given to members."""
        return int(await self.do("role", guild=guild, name=name, permissions=permissions, members=members))

    async def deny(self, channel: int, *permissions: str, target: int | None = None) -> None:
        """Take permissions from the bot (or a role, or a user) in a channel; none named: give all of them back."""
        await self.do("deny", channel=channel, permissions=permissions, target=target)

    async def user(self, name: str, *guilds: int, bot: bool = False) -> int:
        """A user, member of guilds."""
        return int(await self.do("user", name=name, guilds=guilds, bot=bot))

    async def join(self, user: int, guild: int) -> None:
        """A user becomes a member."""
        await self.do("join", user=user, guild=guild)

    async def refuse(self, user: int, *, refuses: bool = True) -> None:
        """A user takes no direct messages (50007)."""
        await self.do("refuse", user=user, refuses=refuses)

    # --- people ---

    async def post(self, by: int, channel: int, content: str, *, reply_to: int | None = None) -> int:
        """Say something; the message."""
        return int(await self.do("post", by=by, channel=channel, content=content, reply_to=reply_to))

    async def direct(self, by: int, content: str) -> tuple[int, int]:
        """Write to the bot; the direct channel and the message."""
        made = await self.do("direct", by=by, content=content)
        return int(made["channel"]), int(made["message"])

    async def edit(self, channel: int, message: int, content: str) -> None:
        """Edit a message, whoever's."""
        await self.do("edit", channel=channel, message=message, content=content)

    async def delete(self, channel: int, message: int) -> None:
        """Delete a message, whoever's."""
        await self.do("delete", channel=channel, message=message)

    async def react(
        self, by: int, channel: int, message: int, emoji: str, *, burst: bool = False, told: bool = True
    ) -> None:
        """React; not `told`: no event tells of it."""
        given: Json = {"emoji": emoji, "burst": burst, "told": told}
        await self.do("react", by=by, channel=channel, message=message, **given)

    async def unreact(
        self, by: int, channel: int, message: int, emoji: str, *, burst: bool = False, told: bool = True
    ) -> None:
        """Take a reaction back; not `told`: no event tells of it."""
        given: Json = {"emoji": emoji, "burst": burst, "told": told}
        await self.do("unreact", by=by, channel=channel, message=message, **given)

    async def clear(self, channel: int, message: int, emoji: str | None = None) -> None:
        """A moderator clears all reactions, or all with one emoji."""
        await self.do("clear", channel=channel, message=message, emoji=emoji)

    async def open_thread(self, by: int, channel: int, message: int | None, name: str) -> int:
        """Open a thread; its id."""
        return int(await self.do("open_thread", by=by, channel=channel, message=message, name=name))

    async def forum_post(self, by: int, channel: int, name: str, content: str, tags: Sequence[int] = ()) -> int:
        """Open a forum post; its id, which is its first message's too."""
        return int(await self.do("forum_post", by=by, channel=channel, name=name, content=content, tags=tags))

    async def archive(self, thread: int, *, archived: bool = True) -> None:
        """Archive a thread, or make it active."""
        await self.do("archive", thread=thread, archived=archived)

    async def lock(self, thread: int, *, locked: bool = True) -> None:
        """Lock or unlock a thread."""
        await self.do("lock", thread=thread, locked=locked)

    async def close_thread(self, thread: int) -> None:
        """Archive and lock a thread at once."""
        await self.do("close", thread=thread)

    async def delete_thread(self, thread: int) -> None:
        """Delete a thread."""
        await self.do("delete_thread", thread=thread)

    async def invoke(self, by: int, channel: int, command: str, *, wait: float = 5.0, **options: Any) -> Json:
        """Invoke "name [group] [subcommand]" with options; its answer: response, original, followups.

        `response` is None where none came within `wait` seconds.
        """
        given: Json = {"command": command, "options": options, "wait": wait}
        return dict(await self.do("invoke", by=by, channel=channel, **given))

    async def autocomplete(self, by: int, channel: int, command: str, focused: str, **options: Any) -> list[Json]:
        """The choices offered while typing into the option `focused`."""
        given: Json = {"command": command, "focused": focused, "options": options}
        made = await self.do("autocomplete", by=by, channel=channel, **given)
        return list(made["response"]["data"]["choices"])

    async def menu(
        self,
        by: int,
        channel: int,
        command: str,
        *,
        message: int | None = None,
        user: int | None = None,
        wait: float = 5.0,
    ) -> Json:
        """Choose a context menu's command on a message or a user; its answer."""
        given: Json = {"command": command, "message": message, "user": user, "wait": wait}
        return dict(await self.do("menu", by=by, channel=channel, **given))

    async def press(
        self,
        by: int,
        channel: int,
        message: int,
        custom_id: str,
        values: Sequence[str] | None = None,
        *,
        wait: float = 5.0,
    ) -> Json:
        """Press a button, or choose values; its answer."""
        given: Json = {"message": message, "custom_id": custom_id, "values": values, "wait": wait}
        return dict(await self.do("press", by=by, channel=channel, **given))

    async def submit(
        self,
        by: int,
        channel: int,
        custom_id: str,
        fields: dict[str, str],
        *,
        message: int | None = None,
        wait: float = 5.0,
    ) -> Json:
        """Submit a modal's text fields; its answer. `message`: the one whose button opened it."""
        given: Json = {"custom_id": custom_id, "fields": fields, "message": message, "wait": wait}
        return dict(await self.do("submit", by=by, channel=channel, **given))

    # --- weather ---

    async def settings(self, **settings: Any) -> None:
        """Adjust limits and times: see `model.Settings`."""
        await self.do("settings", **settings)

    async def weather(self, **shares: float | bool) -> None:
        """What goes wrong by chance: see `weather.Weather`. `seed` sets the chance."""
        await self.do("weather", **shares)

    async def order(self, kind: str, method: str = "*", path: str = "*", **more: Any) -> None:
        """What goes wrong with the next call that fits (`times`: the next ones): see `weather.Fault`."""
        await self.do("order", kind=kind, method=method, path=path, **more)

    async def clear_orders(self) -> None:
        """Take back what was ordered."""
        await self.do("clear_orders")

    async def forget_nonces(self) -> None:
        """A repeated nonce is a new message from now on."""
        await self.do("forget_nonces")

    async def forget_requests(self) -> None:
        """Forget the requests noted, and the faults found in them."""
        await self.do("forget_requests")

    async def drop(self, code: int | None = None) -> None:
        """End the gateway's connection: with a close code, or as a broken line. It can be resumed."""
        await self.do("drop", code=code)

    async def end_session(self, *, tell: bool = True) -> None:
        """Invalid Session: now, or (not `tell`) when it is next resumed. What comes until IDENTIFY is lost."""
        await self.do("end_session", tell=tell)

    async def ask_to_reconnect(self) -> None:
        """Ask the bot to reconnect (op 7)."""
        await self.do("ask_to_reconnect")

    async def send_garbage(self, text: str = "{this is no JSON") -> None:
        """Send something over the gateway that is no payload."""
        await self.do("send_raw", text=text)

    async def break_parser(self) -> None:
        """Send an event that discord.py's parser raises on."""
        await self.do("tell", event="MESSAGE_CREATE", data=json.dumps({"id": "nothing"}))

    async def tell(self, event: str, data: Any) -> None:
        """Send any event."""
        await self.do("tell", event=event, data=json.dumps(data))

    async def dump(self) -> Json:
        """All that there is: bot, users, guilds, channels with messages, commands, interactions, gateway, requests,
        faults (found by the specification), struck (weather), limited (429s of rate limits), answers (by status)."""
        return dict(await self.do("dump"))

    async def counts(self) -> Json:
        """How many messages, threads, reactions, faults; answers by status, struck and limited: cheap where there is
        much."""
        return dict(await self.do("counts"))

    async def until(self, found: Callable[[Json], T | None], *, within: float = 20.0) -> T:
        """What is found in the dump, as soon as it is there (true). Raises TimeoutError."""
        async with asyncio.timeout(within):
            known = -1
            while True:
                known = int(await self.do("changes", after=known, wait=within))
                if made := found(await self.dump()):
                    return made

    async def messages(self, channel: int) -> list[Json]:
        """A channel's messages of the dump, the oldest first."""
        found = next(each for each in (await self.dump())["channels"] if each["id"] == channel)
        return list(found["messages"])

    async def threads(self, parent: int) -> list[Json]:
        """A channel's threads of the dump."""
        return [each for each in (await self.dump())["channels"] if each["thread"] and each["parent"] == parent]
