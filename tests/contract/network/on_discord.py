"""Discord as a network under test: discord.py on the server over the wire, logged in without a gateway."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any

import discord

from adapters.discord import DiscordNetwork, DiscordSettings, refs
from adapters.discord.inspecting import Inspecting
from adapters.discord.line import Line
from bot.domain.events import Outcome, Who
from bot.domain.model import CorrectionKind, Ref
from bot.ports.chat import BestComment, Place
from tests.contract.network.case import Case
from tests.servers.clock import SetClock
from tests.servers.commands import NotedCommands
from tests.servers.discord.client import Discord
from tests.servers.discord.pointing import pointed_at
from tests.servers.discord.process import serving_discord

TOKEN = "loopback"


@asynccontextmanager
async def on_discord(*, forum: bool) -> AsyncIterator[Case]:
    """A channel or a forum in a server of its own; what was asked of Discord is held against its specification."""
    async with a_discord() as server, connected() as network:
        guild = await server.guild()
        channel = await (server.forum(guild, tags=["City", "Bridges"]) if forum else server.channel(guild))
        ann = await server.user("ann", guild)

        async def told() -> list[str]:
            places = (await server.dump())["channels"]
            said = [each for place in places if ann in place["recipients"] for each in place["messages"]]
            return [f"<p>{each['embeds'][0]['description']}</p>" for each in said]

        yield Case(
            network=network,
            channel=refs.channel(channel),
            account=refs.account(ann),
            told=told,
            people=DiscordPeople(server, ann),
        )
        assert (await server.dump())["faults"] == []


@asynccontextmanager
async def a_discord() -> AsyncIterator[Discord]:
    """The server, with discord.py of this process talking to it."""
    async with serving_discord() as server:
        with pointed_at(server.address):
            yield server


@asynccontextmanager
async def connected() -> AsyncIterator[DiscordNetwork]:
    """A network whose client has logged in, as after a restart: nothing is known yet."""
    network = unconnected()
    async with discord.Client(
        intents=discord.Intents.none(), allowed_mentions=discord.AllowedMentions.none(), max_ratelimit_timeout=30
    ) as client:
        await client.login(TOKEN)
        network.line.open(client)
        yield network


def unconnected(token: str = TOKEN) -> DiscordNetwork:
    """A network without a client."""
    return DiscordNetwork(
        DiscordSettings(token=token),
        commands=NotedCommands(),
        chat=NobodysChat(),
        clock=SetClock(datetime(2026, 5, 1, 12, tzinfo=UTC)),
    )


@asynccontextmanager
async def visiting(token: str = TOKEN) -> AsyncIterator[Inspecting]:
    """Looks at channels without a connection."""
    visitor = Inspecting(Line(), DiscordSettings(token=token))
    try:
        yield visitor
    finally:
        await visitor.close()


class DiscordPeople:
    """See `tests.contract.network.case.People`."""

    def __init__(self, server: Discord, ann: int) -> None:
        self._server = server
        self._ann = ann

    async def write(self, thread: Ref, text: str) -> Ref:
        channel = refs.thread_id(thread)
        return refs.message(channel, await self._server.post(self._ann, channel, text))

    async def react(self, message: Ref, emoji: str) -> Ref:
        where = refs.message_id(message)
        await self._server.react(self._ann, where.channel, where.message, emoji)
        return refs.reaction(where.channel, where.message, self._ann, emoji)

    async def reactions(self, message: Ref) -> list[str]:
        found = await self._message(message)
        return [emoji for emoji, who in found["reactions"].items() if self._ann in who] if found else []

    async def sees(self, message: Ref) -> bool:
        return await self._message(message) is not None

    async def name_of(self, thread: Ref) -> str:
        return str((await self._channel(refs.thread_id(thread)))["name"])

    async def locked(self, thread: Ref) -> bool:
        return bool((await self._channel(refs.thread_id(thread)))["locked"])

    async def can_decide(self, case: Ref) -> bool:
        found = await self._message(case)
        return found is not None and bool(found["components"])

    async def _message(self, message: Ref) -> dict[str, Any] | None:
        where = refs.message_id(message)
        messages = (await self._channel(where.channel))["messages"]
        return next((each for each in messages if each["id"] == where.message), None)

    async def _channel(self, number: int) -> dict[str, Any]:
        return next(each for each in (await self._server.dump())["channels"] if each["id"] == number)


class NobodysChat:
    """See `bot.ports.chat.ChatDesk`: nobody asks."""

    async def place(self, server: Ref | None, *places: Ref) -> Place | None:
        return None

    async def best(self, place: Ref, limit: int) -> Sequence[BestComment]:
        return ()

    async def report_error(self, who: Who, post: Ref, kind: CorrectionKind, *, excerpt: str, remark: str) -> Outcome:
        return Outcome()

    async def recall(self, name: str) -> str | None:
        return None

    async def note(self, name: str, value: str) -> None:
        return None
