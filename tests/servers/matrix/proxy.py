"""A proxy in front of a homeserver that passes everything on, but for what the weather does to it.

What it is told and asked itself stands below `/_proxy`: POST /_proxy/faults with a list of faults in place of those
that were, GET /_proxy/log.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import asdict
from typing import Any, Final

import aiohttp
from aiohttp import web
from multidict import CIMultiDict
from yarl import URL

from tests.servers.matrix.weather import COMMITS, Fault, Weather

_HOPS: Final = frozenset(
    {"connection", "keep-alive", "te", "trailer", "transfer-encoding", "upgrade", "content-length", "host", "expect"}
)
_MOST: Final = 64 * 1024 * 1024  # bytes of a body


def make_app(homeserver: str, weather: Weather) -> web.Application:
    """The application that stands before the homeserver at this address."""
    proxy = _Proxy(homeserver, weather)
    app = web.Application(client_max_size=_MOST)
    app.router.add_post("/_proxy/faults", proxy.set_faults)
    app.router.add_get("/_proxy/log", proxy.show_log)
    app.router.add_route("*", "/{path:.*}", proxy.handle)
    app.cleanup_ctx.append(proxy.connected)
    return app


class _Proxy:
    def __init__(self, homeserver: str, weather: Weather) -> None:
        self._homeserver = homeserver
        self._weather = weather
        self._http: aiohttp.ClientSession

    async def connected(self, _: web.Application) -> AsyncIterator[None]:
        connector = aiohttp.TCPConnector(limit=0)
        timeout = aiohttp.ClientTimeout(total=None)
        async with aiohttp.ClientSession(connector=connector, timeout=timeout, auto_decompress=False) as self._http:
            yield

    async def set_faults(self, request: web.Request) -> web.Response:
        self._weather.faults[:] = [Fault(**each) for each in await request.json()]
        return web.json_response({})

    async def show_log(self, _: web.Request) -> web.Response:
        calls = [asdict(each) for each in self._weather.log]
        return web.json_response({"calls": calls, "struck": self._weather.struck})

    async def handle(self, request: web.Request) -> web.StreamResponse:
        fault = self._weather.next(request.method, request.path)
        answer = await (self._pass_on(request) if fault is None else self._spoil(request, fault))
        unanswered = fault is not None and fault.kind in ("cut", "reset", "lose", "hang", "hang_after")
        self._weather.passed(request.method, request.path, 0 if unanswered else answer.status, fault)
        return answer

    async def _pass_on(self, request: web.Request) -> web.Response:
        body = await request.read()
        where = URL(self._homeserver + request.raw_path, encoded=True)
        try:
            async with self._http.request(
                request.method, where, data=body or None, headers=_kept(request.headers), allow_redirects=False
            ) as answer:
                return web.Response(status=answer.status, body=await answer.read(), headers=_kept(answer.headers))
        except aiohttp.ClientError as error:
            return web.Response(status=502, text=f"the homeserver is away: {error}")

    async def _spoil(self, request: web.Request, fault: Fault) -> web.StreamResponse:
        passed = await self._pass_on(request) if fault.kind in COMMITS else None
        if fault.kind in ("hang", "hang_after"):
            await asyncio.sleep(fault.delay)
        if fault.kind == "cut" and passed is not None:
            return await _cut(request, passed)
        if fault.kind in ("reset", "lose", "hang", "hang_after"):
            return _hang_up(request)
        return _refusal(fault)


def _kept(headers: Any) -> CIMultiDict[str]:
    return CIMultiDict((name, value) for name, value in headers.items() if name.lower() not in _HOPS)


def _refusal(fault: Fault) -> web.Response:
    if fault.kind == "limit":
        wait = {} if fault.retry_after_ms is None else {"retry_after_ms": fault.retry_after_ms}
        said = {"errcode": "M_LIMIT_EXCEEDED", "error": "Too Many Requests"}
        return web.json_response({**said, **wait}, status=429)
    if fault.kind == "token":
        said = {"errcode": "M_UNKNOWN_TOKEN", "error": "Invalid access token passed."}
        return web.json_response(said, status=401)
    if fault.kind == "garbage":
        return web.Response(text='{"this is', content_type="application/json")
    return web.Response(status=fault.status, text="<h1>Bad Gateway</h1>", content_type="text/html")


async def _cut(request: web.Request, whole: web.Response) -> web.StreamResponse:
    body = whole.body if isinstance(whole.body, bytes) else b""
    half = web.StreamResponse(status=whole.status, headers=_kept(whole.headers))
    half.content_length = len(body)
    with suppress(ConnectionError):  # who asked may be gone
        await half.prepare(request)
        await half.write(body[: len(body) // 2])
    return _hang_up(request, half)


def _hang_up(request: web.Request, answer: web.StreamResponse | None = None) -> web.StreamResponse:
    if request.transport is not None:
        request.transport.abort()
    return answer or web.Response()
