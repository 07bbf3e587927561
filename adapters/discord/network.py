"""Discord as a network: each method is carried out by the part that knows how."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

import discord

from adapters.discord import refs
from adapters.discord.gateway import Gateway
from adapters.discord.inspecting import Inspecting
from adapters.discord.interactions import Interactions
from adapters.discord.leaving import Leaving
from adapters.discord.line import Line
from adapters.discord.posting import Posting
from adapters.discord.recounting import Recounting
from adapters.discord.settings import DiscordSettings
from bot.domain.model import Ref
from bot.ports.chat import ChatDesk
from bot.ports.clock import Clock
from bot.ports.commands import Commands
from bot.ports.network import Card, CaseCard, Emit, Inspected, Recount, Say


class DiscordNetwork:
    """Network, CanFind, CanSeed, CanInvite, CanDirectMessage, CanHide, CanLock, CanTakeOff, CanRename, CanShowCases,
    CanRecount, CanLeave and CanInspect over discord.py. `line` holds the client that calls are made on: `run` puts it
    there."""

    name = refs.NETWORK
    keys_last = timedelta(0)  # nonces live for minutes, and forum posts carry none: look before a second try
    reads_store = False
    settles_after = timedelta(seconds=10)
    hiding_deletes = True

    def __init__(self, settings: DiscordSettings, *, commands: Commands, chat: ChatDesk, clock: Clock) -> None:
        self.line = line = Line()
        self._posting = Posting(line)
        self._recounting = Recounting(line)
        self._leaving = Leaving(line)
        self._inspecting = Inspecting(line, settings)
        self._interactions = Interactions(line, commands=commands, chat=chat, clock=clock)
        self._gateway = Gateway(line, settings, self._interactions, chat, clock)

    def client(self, emit: Emit) -> discord.AutoShardedClient:
        """A client that hands what happens to `emit`; calls are made on it once it has logged in."""
        return self._gateway.client(emit)

    async def run(self, emit: Emit) -> None:
        try:
            await self._gateway.run(emit)
        finally:
            await self._inspecting.close()

    async def post(self, channel: Ref, card: Card, key: str) -> Ref:
        return await self._posting.post(channel, card, key)

    async def open_thread(self, post: Ref, name: str, key: str) -> Ref:
        return await self._posting.open_thread(post, name, key)

    async def say(self, place: Ref, message: Say, key: str) -> Ref:
        return await self._posting.say(place, message, key)

    async def tell(self, account: Ref, message: Say, key: str) -> Ref:
        return await self._posting.tell(account, message, key)

    async def edit(self, post: Ref, card: Card) -> None:
        await self._posting.edit(post, card)

    async def delete(self, message: Ref) -> None:
        await self._posting.delete(message)

    async def find(self, place: Ref, marker: str, since: datetime | None) -> Sequence[Ref]:
        return await self._posting.find(place, marker, since)

    async def find_threads(self, post: Ref) -> Sequence[Ref]:
        return await self._posting.find_threads(post)

    async def seed(self, message: Ref, emoji: str) -> None:
        await self._posting.seed(message, emoji)

    def invitation(self, language: str) -> str:
        return self._posting.invitation(language)

    async def hide(self, message: Ref, *, hidden: bool) -> None:
        await self._posting.hide(message, hidden=hidden)

    async def lock(self, thread: Ref, *, locked: bool) -> None:
        await self._posting.lock(thread, locked=locked)

    async def take_off(self, reaction: Ref) -> None:
        await self._posting.take_off(reaction)

    async def rename(self, thread: Ref, name: str) -> None:
        await self._posting.rename(thread, name)

    async def show_case(self, channel: Ref, case: CaseCard, key: str) -> Ref:
        return await self._posting.show_case(channel, case, key)

    async def edit_case(self, message: Ref, case: CaseCard) -> None:
        await self._posting.edit_case(message, case)

    async def recount(self, post: Ref, thread: Ref, since: datetime, messages: Sequence[Ref]) -> Recount:
        return await self._recounting.recount(post, thread, since, messages)

    async def leave(self, server: Ref) -> None:
        await self._leaving.leave(server)

    async def inspect(self, channel: Ref) -> Inspected:
        return await self._inspecting.inspect(channel)
