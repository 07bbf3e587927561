"""A Discord server in the test's own process, and a client that hands interactions on."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Iterable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, TypeVar

import discord
import simcord
from simcord.builders import ChannelHandle, GuildHandle, RoleHandle

from adapters.discord.interactions import Interactions
from bot.domain.events import Event, Outcome
from tests.servers.discord.specification import hold_to_it

T = TypeVar("T")


class Client(discord.Client):
    """Hands interactions on to `interactions`, as if people had set Discord to `language`."""

    def __init__(self) -> None:
        super().__init__(intents=discord.Intents(guilds=True, members=True, messages=True))
        self.interactions: Interactions | None = None
        self.language = "en-US"
        self.emitted: list[Event] = []
        self.outcome = Outcome()

    async def on_interaction(self, interaction: discord.Interaction[Any]) -> None:
        assert self.interactions is not None
        interaction.locale = discord.Locale(self.language)
        await self.interactions.take(interaction, self.emit)

    async def emit(self, event: Event) -> Outcome:
        self.emitted.append(event)
        return self.outcome


class Outside:
    """Does work that the bot waits for and that is not its own: simcord would wait for each connection and timer of it
    to end before it goes on. `run` is to be started before there is a bot."""

    def __init__(self) -> None:
        self._asked: asyncio.Queue[tuple[Awaitable[Any], asyncio.Future[Any]]] = asyncio.Queue()

    async def __call__(self, work: Awaitable[T]) -> T:
        done: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        await self._asked.put((work, done))
        return await done

    async def run(self) -> None:
        """Do it, one after the other, until cancelled."""
        while True:
            work, done = await self._asked.get()
            doing = asyncio.ensure_future(work)
            await asyncio.wait([doing])
            if (error := doing.exception()) is not None:
                done.set_exception(error)
            else:
                done.set_result(doing.result())


@dataclass(slots=True)
class DiscordServer:
    """A guild with one text channel, and people in it."""

    env: simcord.Env
    client: Client
    guild: GuildHandle
    channel: ChannelHandle
    outside: Outside
    people: dict[str, simcord.MemberActor] = field(default_factory=dict)

    def add(self, name: str, *roles: RoleHandle) -> simcord.MemberActor:
        """Somebody new."""
        self.people[name] = self.guild.add_member(self.env.create_user(name), roles=list(roles))
        return self.people[name]

    def role(self, name: str, **permissions: bool) -> RoleHandle:
        """A role with permissions."""
        return self.guild.create_role(name, permissions=discord.Permissions(**permissions))

    def show_all_commands(self) -> None:
        """Let everybody see every command, as a server's admins can."""
        for each in self.env.backend.visible_commands(user_id=self.guild.owner.id, channel_id=self.channel.id):
            self.guild.set_command_permissions(int(each["id"]), {self.guild.default_role: True})


@asynccontextmanager
async def discord_server(names: Iterable[str] = ()) -> AsyncIterator[DiscordServer]:
    """A server with these people, who may do what everybody may."""
    client, outside = Client(), Outside()
    working = asyncio.create_task(outside.run())
    env = simcord.Env(client, settle_timeout=30)  # `simcord.run` would want its end in the context of its beginning
    await env.start()
    try:
        guild = env.create_guild()
        server = DiscordServer(env, client, guild, guild.create_text_channel("news"), outside)
        for name in names:
            server.add(name)
        yield server
        hold_to_it(env.http_requests)
    finally:
        await env.shutdown()
        working.cancel()


def texts(message: simcord.ResponseMessage) -> str:
    """All that a message shows, without the signs of markdown that keep it plain."""
    return "\n".join(each for embed in message.embeds for each in _of(embed)).replace("\u200b", "")


def _of(embed: discord.Embed) -> list[str]:
    plain = [embed.title, embed.description, *(f"{each.name}: {each.value}" for each in embed.fields)]
    shown = [_unescaped(each) for each in plain if each]
    return [*([embed.author.name] if embed.author.name else []), *shown, *_links(embed), *_footer(embed)]


def _links(embed: discord.Embed) -> list[str]:
    return [embed.url] if embed.url else []


def _footer(embed: discord.Embed) -> list[str]:
    return [embed.footer.text] if embed.footer.text else []


def _unescaped(text: str) -> str:
    out, escaped = [], False
    for sign in text:
        if sign == "\\" and not escaped:
            escaped = True
        else:
            out.append(sign)
            escaped = False
    return "".join(out)


def buttons(message: simcord.ResponseMessage) -> list[Mapping[str, Any]]:
    """The buttons under a message."""
    return [button for row in message.components for button in row.get("components", ())]
