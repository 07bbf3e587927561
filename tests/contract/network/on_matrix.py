"""Matrix as a network under test: nio on a real homeserver, with a loop that knows of nothing but keys."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from adapters.matrix import MatrixNetwork, MatrixSettings, refs
from bot.domain.model import Ref
from bot.ports.chat import ChatDesk
from bot.ports.pictures import Picture, Pictures
from tests.contract.network.case import Case
from tests.servers.chat_desk import NotedChat
from tests.servers.clock import SetClock
from tests.servers.commands import NotedCommands
from tests.servers.matrix.people import Crowd, Person, crowd
from tests.servers.matrix.synapse import Synapse


@dataclass(frozen=True, kw_only=True)
class Town:
    """A room of ann's with the bot in it, which may redact there what others write."""

    network: MatrixNetwork
    bot: Person
    ann: Person
    room: str
    people: Crowd
    turns: asyncio.Condition  # told of after each sync of the bot's

    @property
    def channel(self) -> Ref:
        return refs.channel(self.room)


@asynccontextmanager
async def on_matrix(synapse: Synapse, *, encrypted: bool) -> AsyncIterator[Case]:
    """A room, or an encrypted one."""
    async with a_town(synapse, encrypted=encrypted) as town:
        people = MatrixPeople(town.ann, town.bot.user)
        yield Case(
            network=town.network,
            channel=town.channel,
            account=refs.account(town.ann.user),
            told=people.told,
            people=people,
        )


@asynccontextmanager
async def a_town(
    synapse: Synapse,
    *,
    encrypted: bool = False,
    version: str = "12",
    chat: ChatDesk | None = None,
    pictures: Pictures | None = None,
) -> AsyncIterator[Town]:
    """Ann and the bot, in a room of their own."""
    async with crowd(synapse) as people:
        ann, bot = await people.comes("ann", encrypts=True), await people.comes("bot", encrypts=True)
        room = await ann.room("News", version=version, encrypted=encrypted, invite=[bot.user])
        await ann.grant(room, bot.user, 50)
        await bot.join(room)
        clock = SetClock(datetime.now(UTC))
        network = MatrixNetwork(
            MatrixSettings(homeserver=synapse.address, user=bot.user, key="a key", store=Path("nowhere")),
            commands=NotedCommands(),
            chat=chat or NotedChat(at=None),
            clock=clock,
            pictures=pictures or NoPictures(),
        )
        network.line.open(bot.client, clock.now() - timedelta(days=1))
        turns = asyncio.Condition()
        listening = asyncio.create_task(_listen(bot, turns))
        try:
            yield Town(network=network, bot=bot, ann=ann, room=room, people=people, turns=turns)
        finally:
            listening.cancel()
            with suppress(asyncio.CancelledError):
                await listening


async def _listen(bot: Person, turns: asyncio.Condition) -> None:
    while True:
        await bot.sync(1)
        async with turns:
            turns.notify_all()


class MatrixPeople:
    """See `tests.contract.network.case.People`."""

    def __init__(self, ann: Person, bot: str) -> None:
        self._ann = ann
        self._bot = bot

    async def write(self, thread: Ref, text: str) -> Ref:
        at = refs.thread_id(thread)
        return refs.message(at.room, await self._ann.write(at.room, text, thread=at.event))

    async def react(self, message: Ref, emoji: str) -> Ref:
        at = refs.message_id(message)
        return refs.reaction(at.room, await self._ann.react(at.room, at.event, emoji))

    async def reactions(self, message: Ref) -> list[str]:
        at = refs.message_id(message)
        found = await self._ann.message(at.room, at.event)
        return [emoji for emoji, who in found.reactions.items() if set(who) - {self._bot}]

    async def sees(self, message: Ref) -> bool:
        at = refs.message_id(message)
        return bool((await self._ann.message(at.room, at.event)).body)

    async def name_of(self, thread: Ref) -> str:
        return ""  # threads have none

    async def locked(self, thread: Ref) -> bool:
        return False  # no thread ever is

    async def can_decide(self, case: Ref) -> bool:
        at = refs.message_id(case)
        found = await self._ann.message(at.room, at.event)
        return any(self._bot in who for who in found.reactions.values())

    async def told(self) -> list[str]:
        """What the bot said in rooms of its and hers alone."""
        for room in await self._ann.invitations():
            await self._ann.join(room)
        direct = [room for room in await self._ann.rooms_with(self._bot) if await self._is_direct(room)]
        return [each.html for room in direct for each in await self._ann.read(room)]

    async def _is_direct(self, room: str) -> bool:
        return (await self._ann.state(room, "m.room.create")).get("tribune.direct") == self._ann.user


class NoPictures:
    """See `bot.ports.pictures.Pictures`: there are none."""

    async def picture(self, address: str) -> Picture | None:
        return None
