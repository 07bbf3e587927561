"""Rooms that cannot be joined at once."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

import pytest
import structlog
from aiohttp import web
from aiohttp.test_utils import TestServer
from nio.client.async_client import AsyncClient

from adapters.matrix.joining import Joins
from adapters.matrix.line import Line
from tests.servers.chat_desk import NotedChat
from tests.servers.clock import SetClock

START = datetime(2027, 1, 1, tzinfo=UTC)
ROOM = "!room:far.example"


class Homeserver:
    """Answers every join as it is told to, and counts them."""

    def __init__(self) -> None:
        self.status, self.code = 502, "M_UNKNOWN"
        self.asked: list[str] = []

    async def join(self, request: web.Request) -> web.Response:
        self.asked.append(request.query_string)
        return web.json_response({"errcode": self.code, "error": "no"} if self.status > 200 else {}, status=self.status)


async def test_a_join_that_fails_is_tried_again_ever_more_rarely_and_told_once() -> None:
    async with _joining() as (server, joins, clock):
        with structlog.testing.capture_logs() as said:
            await joins.want(ROOM, "far.example", by="@anna:far.example")
            for _ in range(8):
                await _go_on(joins)
            assert len(server.asked) == 1, "it is not tried again at once"
            for seconds in (30, 60, 120):
                clock.time += timedelta(seconds=seconds)
                await _go_on(joins)
                await _go_on(joins)
            assert len(server.asked) == 4
            assert [each["event"] for each in said] == ["a room cannot be joined yet: it is tried again"]
        server.status = 200
        clock.time += timedelta(hours=1)
        await _go_on(joins)
        clock.time += timedelta(hours=9)
        await _go_on(joins)
        assert server.asked == ["via=far.example&server_name=far.example"] * 5


@pytest.mark.parametrize(("follows", "kept"), [(None, False), ("!old:far.example", True)])
async def test_a_join_that_is_refused_is_dropped_unless_an_invitation_may_come(follows: str | None, kept: bool) -> None:
    async with _joining() as (server, joins, clock):
        server.status, server.code = 403, "M_FORBIDDEN"
        await joins.want(ROOM, "far.example", follows=follows)
        await _go_on(joins)
        clock.time += timedelta(days=1)
        await _go_on(joins)
        assert len(server.asked) == 1
        assert (await joins.of(ROOM) is not None) is kept
        await joins.want(ROOM, "far.example", by="@anna:far.example")
        await _go_on(joins)
        assert len(server.asked) == 2
        wanted = await joins.of(ROOM)
        assert (wanted.follows if wanted is not None else None) == follows


async def test_what_never_comes_to_be_is_given_up() -> None:
    async with _joining() as (server, joins, clock):
        await joins.want(ROOM, "far.example", by="@anna:far.example")
        await _go_on(joins)
        clock.time += timedelta(days=8)
        await _go_on(joins)
        assert await joins.of(ROOM) is None
        clock.time += timedelta(days=8)
        await _go_on(joins)
        assert len(server.asked) == 2


@asynccontextmanager
async def _joining() -> AsyncIterator[tuple[Homeserver, Joins, SetClock]]:
    homeserver, clock = Homeserver(), SetClock(START)
    app = web.Application()
    app.router.add_post("/_matrix/client/v3/join/{room}", homeserver.join)
    async with TestServer(app) as server:
        client = AsyncClient(str(server.make_url("/")).rstrip("/"), "@tribune:near.example")
        line = Line(clock)
        line.open(client, clock.now())
        joins = Joins(line, NotedChat(at=None), clock)
        yield homeserver, joins, clock
        await joins.end()
        await client.close()  # type: ignore[no-untyped-call]


async def _go_on(joins: Joins) -> None:
    """Until what was begun has ended."""
    await joins.go_on()
    await joins.settle()
