"""Server-sent events."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any

from aiohttp import ClientResponse, ClientSession
from structlog.testing import capture_logs

from adapters.web import Limits, WebNetwork, WebSettings
from bot.domain.model import DiscussionId, MemberId, Ref, Vote
from bot.errors import StorageError
from bot.ports.pages import ArticleLine, Viewer
from bot.ports.signals import Signal
from tests.unit.web.conftest import served
from tests.unit.web.reader import Reader
from tests.unit.web.town import ONE, Town


@asynccontextmanager
async def listening(web: WebNetwork, path: str) -> AsyncIterator[ClientResponse]:
    host, port = web.bound
    async with ClientSession() as http, http.get(f"http://{host}:{port}{path}") as stream:
        assert stream.headers["Content-Type"] == "text/event-stream"
        assert await stream.content.readline() == b"retry: 5000\n"
        first = await heard(stream)
        assert first == ({"up": 0, "down": 0, "comments": 0} if "discussion" in path else {})
        yield stream


async def heard(stream: ClientResponse) -> Any:
    async with asyncio.timeout(5):
        while not (line := await stream.content.readline()).startswith(b"data: "):
            assert line, "the stream has ended"
        return json.loads(line[6:])


async def test_a_discussion_tells_its_figures(town: Town, web: WebNetwork) -> None:
    async with listening(web, "/events?discussion=1") as stream:
        town.reactions[Ref("r")] = (Ref("web:post/p1"), MemberId(1), Vote.UP)
        town.publish(Signal(community_id=ONE, discussion_id=DiscussionId(2)))
        town.publish(Signal(community_id=ONE, discussion_id=DiscussionId(1)))
        assert await heard(stream) == {"up": 1, "down": 0, "comments": 0}


async def test_a_list_tells_that_something_changed(town: Town, web: WebNetwork) -> None:
    async with listening(web, "/events?section=world") as one, listening(web, "/events") as other:
        for discussion in (None, DiscussionId(2)):
            town.publish(Signal(community_id=ONE, discussion_id=discussion))
            assert await heard(one) == {}
            assert await heard(other) == {}


async def test_many_changes_are_told_together(town: Town, web: WebNetwork) -> None:
    asked = 0
    inner = town.article

    async def article(viewer: Viewer, discussion_id: DiscussionId, now: datetime) -> ArticleLine | None:
        nonlocal asked
        asked += 1
        return await inner(viewer, discussion_id, now)

    async with listening(web, "/events?discussion=1") as stream:
        town.article = article  # type: ignore[method-assign]
        for _ in range(50):
            town.publish(Signal(community_id=ONE, discussion_id=DiscussionId(1)))
            await asyncio.sleep(0)
        await heard(stream)
        assert asked <= 2


async def test_a_client_has_so_many_streams(town: Town) -> None:
    settings = WebSettings(port=0, limits=Limits(streams_address=1))
    async with served(town, settings) as web, Reader(web) as reader, listening(web, "/events"):
        assert (await reader.get("/events")).status == 429


async def test_what_is_not_there_has_no_stream(reader: Reader) -> None:
    for query in ("?discussion=99", "?discussion=x", "?section=none", "?discussion=" + "9" * 30):
        assert (await reader.get(f"/events{query}")).status == 404


async def test_who_hangs_up_is_forgotten(web: WebNetwork) -> None:
    async with listening(web, "/events"):
        assert web._site.live.watching("127.0.0.1") == 1
    for _ in range(100):
        if not web._site.live.watching("127.0.0.1"):
            return
        await asyncio.sleep(0.05)
    raise AssertionError("the stream is still there")


async def test_a_database_that_goes_away_ends_a_stream(town: Town, web: WebNetwork) -> None:
    async def article(viewer: Viewer, discussion_id: DiscussionId, now: datetime) -> ArticleLine | None:
        raise StorageError("gone")

    async with listening(web, "/events?discussion=1") as stream:
        town.article = article  # type: ignore[method-assign]
        with capture_logs() as logs:
            town.publish(Signal(community_id=ONE, discussion_id=DiscussionId(1)))
            assert await stream.content.read() == b"\n"
    assert [entry["event"] for entry in logs] == ["stream ended"]
