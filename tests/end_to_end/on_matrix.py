"""Tribune as a process of its own on a real homeserver: a space with rooms and their people."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests.end_to_end.town import Town
from tests.servers.feed_server import FeedServer
from tests.servers.matrix.people import Crowd, Person, crowd
from tests.servers.matrix.rooms import Written
from tests.servers.matrix.synapse import Registered, Synapse
from tests.servers.tribune_on_matrix import environment, write_config

UP, DOWN, FLAG = "👍", "👎", "🚩"


@dataclass(kw_only=True)
class MatrixTown(Town):
    """A space with a room that gets the feed, a room for moderators, and people; `host` made all of it, and the bot may
    redact there."""

    crowd: Crowd
    bot: Registered
    host: Person
    space: str
    news: str
    backroom: str
    people: dict[str, Person] = field(default_factory=dict)

    async def joins(self, *names: str) -> None:
        """People come into the room with the news."""
        for name in names:
            self.people[name] = await self.crowd.comes(name, encrypts=True)  # what is said directly always is
            await self.comes_in(name, self.news)

    async def comes_in(self, name: str, room: str) -> None:
        """Somebody comes into a room of the host's."""
        await self.host.invite(room, self.people[name].user)
        await self.people[name].join(room)

    async def posts(self) -> list[Written]:
        """What the bot posted, the oldest first."""
        there = await self.host.read(self.news)
        return [each for each in there if each.sender == self.bot.user and each.thread is None]

    async def told(self, name: str) -> list[str]:
        """What the bot told somebody directly, the oldest first; invitations are taken."""
        person = self.people[name]
        for room in await person.invitations():
            await person.join(room)
        rooms = await person.rooms_with(self.bot.user)
        letters = [each for room in rooms for each in await person.read(room) if each.sender == self.bot.user]
        return [each.body for each in letters]


@asynccontextmanager
async def matrix_town(folder: Path, synapse: Synapse, *, version: str, encrypted: bool) -> AsyncIterator[MatrixTown]:
    """A town whose rooms are of this version; the bot is invited everywhere."""
    bot = synapse.register("Tribune")
    async with crowd(synapse) as people, FeedServer() as feeds:
        host = await people.comes("Hanna", encrypts=True)
        space = await host.room("Town", space=True, invite=[bot.user])
        news, backroom = [
            await host.room(name, version=version, encrypted=encrypted, invite=[bot.user])
            for name in ("News", "Backroom")
        ]
        await host.hold(space, news, backroom)
        for room in (news, backroom):
            await host.grant(room, bot.user, 50)
        town = MatrixTown(
            feeds=feeds,
            folder=folder,
            module="tests.servers.tribune_on_matrix",
            environ=environment(bot),
            crowd=people,
            bot=bot,
            host=host,
            space=space,
            news=news,
            backroom=backroom,
        )
        write_config(
            folder,
            synapse.address,
            bot,
            channels={"news": news, "backroom": backroom},
            private=["backroom"],
            feeds={feeds.url("/feed.xml"): ["front", "news"]},
            servers=[space],
            more='[delivery]\nrefresh_every = "10s"\n',
        )
        try:
            yield town
        finally:
            if town.tribune is not None:
                await town.tribune.kill()
