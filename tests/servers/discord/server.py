"""The loopback Discord over HTTP: `/api/v10`, `/gateway`, and `/control` for tests."""

from __future__ import annotations

import asyncio
import json
import socket
import struct
from collections import Counter
from collections.abc import Awaitable, Callable
from random import Random
from typing import Any

from aiohttp import web

from tests.servers.discord.control import Control
from tests.servers.discord.gateway import Gateway
from tests.servers.discord.interactions import Interactions
from tests.servers.discord.limits import Limits
from tests.servers.discord.model import Json, World
from tests.servers.discord.refusal import Refused, TooOften, invalid
from tests.servers.discord.rest import Call, Handler, Rest
from tests.servers.discord.specification import Specification, specification
from tests.servers.discord.weather import COMMITS, Fault, Weather

API = "/api/v10"
NO_ANSWER = 499
"""How an answer that nobody gets is counted."""

_OPEN = ("/gateway", "/interactions/", "/webhooks/")

Answer = tuple[int, Any, dict[str, str]]


def make_app(*, seed: int = 0) -> web.Application:
    """The application that serves a new, empty Discord. Its address is set with `set_address`."""
    return _Server(seed).app()


def set_address(app: web.Application, port: int) -> None:
    """Tell the application where it listens."""
    app[_GATEWAY].address = f"ws://127.0.0.1:{port}/gateway"


_GATEWAY = web.AppKey("gateway", Gateway)


class _Server:
    def __init__(self, seed: int) -> None:
        self.world = World()
        self.gateway = Gateway(self.world)
        self.interactions = Interactions(self.world)
        self.rest = Rest(self.world, self.gateway, self.interactions)
        self.weather = Weather(random=Random(seed))
        self.limits = Limits(self.world.settings)
        self.judge: Specification | None = specification()
        self.requests: list[Json] = []
        self.faults: list[str] = []
        self.answers: Counter[int] = Counter()

    def app(self) -> web.Application:
        app = web.Application(client_max_size=32 * 1024**2)
        app[_GATEWAY] = self.gateway
        for method, path, handler in self.rest.routes:
            app.router.add_route(method, API + path, self._serve(handler), name=None)
        app.router.add_get("/gateway", self.gateway.handle)
        app.router.add_get("/gateway/", self.gateway.handle)
        control = Control(self.world, self.gateway, self.interactions, self.rest, self.weather, self._noted)
        app.router.add_post("/control/{act}", control.handle)
        app.router.add_route("*", API + "/{rest:.*}", self._unknown)
        return app

    def _noted(self) -> Json:
        struck = {"struck": self.weather.struck, "limited": self.limits.hit, "answers": self.answers}
        return struck | {"requests": self.requests, "faults": self.faults}

    async def _unknown(self, request: web.Request) -> web.StreamResponse:
        self.faults.append(f"{request.method} {request.path} is no route here")
        return _response(404, {"message": "404: Not Found", "code": 0})

    def _serve(self, handler: Handler) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
        async def serve(request: web.Request) -> web.StreamResponse:
            response = await met(request)
            self.answers[response.status] += 1
            self.gateway.changes.add()
            return response

        async def met(request: web.Request) -> web.StreamResponse:
            await self.weather.pause()
            call = await _read(request)
            if not self._known(request, call):
                return _response(401, {"message": "401: Unauthorized", "code": 0})
            self._note(call)
            fault = self.weather.next(call.method, call.path)
            if fault is not None:
                return await self._strike(request, fault, lambda: self._answer(handler, call))
            return _response(*self._answer(handler, call))

        return serve

    def _known(self, request: web.Request, call: Call) -> bool:
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        return call.path.startswith(_OPEN) or (scheme == "Bot" and token in self.world.settings.tokens)

    def _note(self, call: Call) -> None:
        if self.world.settings.notes:
            self.requests.append({"method": call.method, "path": call.path, "body": call.body})
        if self.judge is not None and self.world.settings.judges:
            self.faults += self.judge.faults(call.method, call.path, call.body)

    def _answer(self, handler: Handler, call: Call) -> Answer:
        headers: dict[str, str] = {}
        try:
            headers = self.limits.take(call.method, call.path)
            found = handler(call)
        except TooOften as error:
            via = {"Via": "1.1 google"} if self.world.settings.via else {}
            return 429, error.body, headers | error.headers | via
        except Refused as error:
            return error.status, error.body, headers
        return (204, None, headers) if found is None else (200, found, headers)

    async def _strike(self, request: web.Request, fault: Fault, deed: Callable[[], Answer]) -> web.StreamResponse:
        if fault.kind == "late":
            self.weather.do_later(fault.delay, deed)
        elif fault.kind in COMMITS:
            deed()
        match fault.kind:
            case "fail" | "fail_after":
                return _response(fault.status, {"message": f"{fault.status}: on order", "code": 0})
            case "throttle":
                error = TooOften(fault.delay, everywhere=fault.everywhere)
                return _response(429, error.body, error.headers | ({"Via": "1.1 google"} if fault.via else {}))
            case "hang" | "hang_after":
                await asyncio.sleep(fault.delay)
        return _hang_up(request, reset=fault.kind.startswith("reset"))


async def _read(request: web.Request) -> Call:
    call = Call(
        method=request.method,
        path=request.path.removeprefix(API),
        parts=dict(request.match_info),
        query=dict(request.query),
    )
    if request.content_type.startswith("multipart/"):
        await _read_parts(request, call)
    elif request.can_read_body:
        text = await request.text()
        call.body = json.loads(text) if text else None
    return call


async def _read_parts(request: web.Request, call: Call) -> None:
    for name, value in (await request.post()).items():
        if name == "payload_json":
            call.body = json.loads(str(value))
        elif isinstance(value, web.FileField):
            content = value.file.read()
            call.files.append({"filename": value.filename, "size": len(content), "content_type": value.content_type})
    if call.body is None:
        raise invalid("payload_json", "BASE_TYPE_REQUIRED", "This field is required")


def _response(status: int, body: Any, headers: dict[str, str] | None = None) -> web.Response:
    if body is None:
        return web.Response(status=status, headers=headers)
    # With a charset discord.py would take the answer for plain text.
    return web.Response(status=status, body=json.dumps(body).encode(), content_type="application/json", headers=headers)


def _hang_up(request: web.Request, *, reset: bool) -> web.Response:
    transport = request.transport
    if transport is not None and reset:
        transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        transport.abort()
    elif transport is not None:
        transport.close()
    return web.Response(status=NO_ANSWER)
