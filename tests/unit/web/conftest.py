"""The page, served on a free port, with a small world behind it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress

import pytest
from prometheus_client import CollectorRegistry

from adapters.web import WebNetwork, WebSettings
from bot.domain.model import Ref
from bot.ports.commands import Commands
from tests.servers.commands import NotedCommands
from tests.unit.web.people import TownStore
from tests.unit.web.reader import Reader
from tests.unit.web.town import ONE, TWO, Town

SECRET = b"0123456789abcdef0123456789abcdef"


class Board:
    """What the bot says goes nowhere."""

    def __init__(self) -> None:
        self.said: dict[Ref, tuple[Ref, str]] = {}

    async def put(self, ref: Ref, place: Ref, html: str, marker: str, at: object) -> None:
        self.said.setdefault(ref, (place, html))

    async def find(self, place: Ref, marker: str) -> list[Ref]:
        return [ref for ref, (where, _) in self.said.items() if where == place]

    async def remove(self, ref: Ref) -> None:
        self.said.pop(ref, None)


def network(town: Town, settings: WebSettings, commands: Commands | None = None) -> WebNetwork:
    return WebNetwork(
        settings=settings,
        reader=town,
        board=Board(),
        store=TownStore(town).as_port(),
        signals=town,
        commands=commands or NotedCommands(),
        moderation=town.order,
        corrections=town.order,
        articles=town.order,
        order=town.order,
        inbox=town.order,
        health=town,
        clock=town.clock,
        secret=SECRET,
        registry=CollectorRegistry(),
    )


@asynccontextmanager
async def served(town: Town, settings: WebSettings, commands: Commands | None = None) -> AsyncIterator[WebNetwork]:
    web = network(town, settings, commands)
    await web.start()
    running = asyncio.create_task(web.run(town.emit))
    await asyncio.sleep(0)
    try:
        yield web
    finally:
        running.cancel()
        with suppress(asyncio.CancelledError):
            await running


@pytest.fixture
def town() -> Town:
    made = Town()
    world = made.add_section(ONE, "world", "World")
    made.add_section(ONE, "sciences", "Sciences", "fr")
    club = made.add_section(TWO, "jeux", "Jeux", "fr")
    made.add_article(ONE, world, "A bridge opens")
    made.add_article(ONE, world, "Bees return")
    made.add_article(TWO, club, "Un jeu paraît")
    return made


@pytest.fixture
async def web(town: Town) -> AsyncIterator[WebNetwork]:
    async with served(town, WebSettings(port=0)) as started:
        yield started


@pytest.fixture
async def reader(web: WebNetwork) -> AsyncIterator[Reader]:
    async with Reader(web) as made:
        yield made


@pytest.fixture
async def readers(web: WebNetwork) -> AsyncIterator[Callable[[], Reader]]:
    made: list[Reader] = []

    def make() -> Reader:
        made.append(Reader(web))
        return made[-1]

    yield make
    for each in made:
        await each.close()
