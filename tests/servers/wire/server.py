"""Wire over HTTP. Who calls is the header `By`; only the bot's calls meet bad weather."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from dataclasses import asdict
from typing import Any

from aiohttp import web

from tests.servers.wire.room import Missing, Room, Unwanted
from tests.servers.wire.weather import Lost, Weather

BOT = "bot"

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def make_app(room: Room, weather: Weather) -> web.Application:
    """The application that serves a room."""
    wire = _Wire(room, weather)
    app = web.Application(middlewares=[wire.guard])
    app.add_routes(
        [
            web.post("/channels/{place}/messages", wire.post),
            web.post("/threads/{place}/messages", wire.post),
            web.post("/accounts/{place}/messages", wire.post),
            web.post("/messages/{id}/threads", wire.open_thread),
            web.patch("/threads/{id}", wire.rename),
            web.patch("/messages/{id}", wire.edit),
            web.delete("/messages/{id}", wire.delete),
            web.delete("/threads/{id}", wire.delete),
            web.put("/messages/{id}/reactions/{emoji}", wire.react),
            web.delete("/messages/{id}/reactions/{emoji}", wire.unreact),
            web.get("/channels/{place}/messages", wire.find),
            web.get("/threads/{place}/messages", wire.find),
            web.get("/accounts/{place}/messages", wire.find),
            web.get("/messages/{id}/threads", wire.threads),
            web.get("/events", wire.events),
            web.get("/dump", wire.dump),
            web.post("/weather", wire.set_weather),
        ]
    )
    return app


class _Wire:
    def __init__(self, room: Room, weather: Weather) -> None:
        self._room = room
        self._weather = weather

    @web.middleware
    async def guard(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        if self._weather.away and _by(request) == BOT:
            return web.json_response({"error": "away"}, status=503, headers={"Retry-After": "1"})
        try:
            return await handler(request)
        except Missing as error:
            return web.json_response({"error": f"{error} is not here"}, status=404)
        except Unwanted as error:
            return web.json_response({"error": f"{error} wants no messages"}, status=403)
        except Lost:
            return _hang_up(request)

    async def _do(self, request: web.Request, deed: Callable[[], Awaitable[Any]]) -> web.Response:
        made = await (self._weather.carry_out(deed) if _by(request) == BOT else deed())
        return web.json_response({"id": made})

    async def post(self, request: web.Request) -> web.Response:
        body, place = await request.json(), request.match_info["place"]
        return await self._do(request, lambda: self._room.post(place, _by(request), body))

    async def open_thread(self, request: web.Request) -> web.Response:
        body, message = await request.json(), request.match_info["id"]
        return await self._do(request, lambda: self._room.open_thread(message, body["name"]))

    async def rename(self, request: web.Request) -> web.Response:
        body, thread = await request.json(), request.match_info["id"]
        return await self._do(request, lambda: self._room.rename(thread, body["name"]))

    async def edit(self, request: web.Request) -> web.Response:
        body, message = await request.json(), request.match_info["id"]
        return await self._do(request, lambda: self._room.edit(message, _by(request), body["text"]))

    async def delete(self, request: web.Request) -> web.Response:
        return await self._do(request, lambda: self._room.delete(request.match_info["id"]))

    async def react(self, request: web.Request) -> web.Response:
        message, emoji = request.match_info["id"], request.match_info["emoji"]
        return await self._do(request, lambda: self._room.react(message, _by(request), emoji))

    async def unreact(self, request: web.Request) -> web.Response:
        message, emoji = request.match_info["id"], request.match_info["emoji"]
        whose = request.query.get("of", _by(request))
        return await self._do(request, lambda: self._room.unreact(message, whose, emoji))

    async def find(self, request: web.Request) -> web.Response:
        asked = request.query
        found = self._room.found(request.match_info["place"], asked.get("by"), asked.get("marker"), asked.get("since"))
        return web.json_response([asdict(each) for each in found])

    async def threads(self, request: web.Request) -> web.Response:
        return web.json_response([asdict(each) for each in self._room.threads_of(request.match_info["id"])])

    async def events(self, request: web.Request) -> web.Response:
        """`after` a number; a negative one counts from the newest event."""
        after = int(request.query.get("after", "0"))
        start = after if after >= 0 else max(0, len(self._room.events) + after)
        return web.json_response(await self._room.after(start, float(request.query.get("wait", "20"))))

    async def dump(self, request: web.Request) -> web.Response:
        return web.json_response(self._room.dump() | {"lost": self._weather.lost, "calls": self._weather.calls})

    async def set_weather(self, request: web.Request) -> web.Response:
        for name, value in json.loads(await request.text()).items():
            setattr(self._weather, name, value)
        return web.json_response({})


def _by(request: web.Request) -> str:
    return request.headers.get("By", "somebody")


def _hang_up(request: web.Request) -> web.Response:
    if request.transport is not None:
        request.transport.abort()
    return web.Response(status=500)
