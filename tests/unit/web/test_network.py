"""The page as a network: everything may be done twice."""

from __future__ import annotations

import asyncio
from contextlib import suppress

import pytest
from aiohttp import ClientConnectionError, ClientSession

from adapters.web import WebNetwork, WebSettings
from bot.domain.model import DiscussionId, Ref
from bot.errors import NetworkRefused, NetworkUnavailable
from bot.ports.network import Card, Network, Say
from bot.ports.signals import Signal
from tests.servers.commands import NotedCommands
from tests.unit.web.conftest import Board, network, served
from tests.unit.web.reader import Reader
from tests.unit.web.town import ONE, START, Town

CARD = Card(
    title="A bridge opens",
    link=None,
    source="News",
    author=None,
    lead="",
    image=None,
    dated=START,
    up=0,
    down=0,
    comments=0,
    marker="m",
    language="en",
)
SAY = Say(html="<p>Hello</p>", marker="m", language="en")


async def test_a_post_and_its_thread_are_the_same_every_time(town: Town) -> None:
    web: Network = network(town, WebSettings(port=0))
    posts = {await web.post(Ref("web:section/world"), CARD, "k1") for _ in range(2)}
    assert posts == {"web:post/k1"}
    threads = {await web.open_thread(Ref("web:post/k1"), "A bridge opens", key) for key in ("k2", "k3")}
    assert threads == {"web:thread/k1"}
    await web.edit(Ref("web:post/k1"), CARD)


async def test_what_is_said_is_on_the_board_once(town: Town) -> None:
    web = network(town, WebSettings(port=0))
    board = web._board
    assert isinstance(board, Board)
    refs = {await web.say(Ref("web:thread/k1"), SAY, "k4") for _ in range(2)}
    assert refs == {"web:said/k4"}
    assert board.said == {Ref("web:said/k4"): (Ref("web:thread/k1"), "<p>Hello</p>")}
    for _ in range(2):
        await web.delete(Ref("web:said/k4"))
    assert board.said == {}


@pytest.mark.parametrize("channel", ["discord:1", "web:post/x", "web:section/"])
async def test_a_place_that_is_none_is_refused(town: Town, channel: str) -> None:
    with pytest.raises(NetworkRefused):
        await network(town, WebSettings(port=0)).post(Ref(channel), CARD, "k")


async def test_it_serves_until_it_is_cancelled_and_again_after(town: Town) -> None:
    web = network(town, WebSettings(port=0))
    with pytest.raises(NetworkUnavailable):
        _ = web.bound
    for _ in range(2):
        await web.start()
        running = asyncio.create_task(web.run(town.emit))
        async with Reader(web) as reader:
            assert (await reader.get("/")).status == 200
        running.cancel()
        with suppress(asyncio.CancelledError):
            await running
        async with Reader(web) as reader:
            with pytest.raises(ClientConnectionError):
                await reader.get("/")
    assert web.settings.port == web.bound[1] != 0


async def test_it_stops_at_once_with_streams_open(town: Town) -> None:
    async with ClientSession() as http:
        async with served(town, WebSettings(port=0)) as web:
            stream = await http.get(f"{web.settings.base}/events?discussion=1")
            assert await stream.content.readline() == b"retry: 5000\n"
            town.publish(Signal(community_id=ONE, discussion_id=DiscussionId(1)))
            await stream.content.readuntil(b"event: changed\n")
            await stream.content.readuntil(b"}\n\n")
            began = asyncio.get_running_loop().time()
        assert asyncio.get_running_loop().time() - began < 0.8
        assert await stream.content.read() == b""


def test_a_short_secret_is_refused(town: Town) -> None:
    web = network(town, WebSettings())
    with pytest.raises(ValueError, match="32 bytes"):
        WebNetwork(
            settings=web.settings,
            reader=town,
            board=Board(),
            store=web._site.store,
            signals=town,
            commands=NotedCommands(),
            moderation=town.order,
            corrections=town.order,
            articles=town.order,
            order=town.order,
            inbox=town.order,
            health=town,
            clock=town.clock,
            secret=b"short",
            registry=web._site.metrics.registry,
        )
