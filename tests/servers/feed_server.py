"""A web server for feeds, on loopback, that can do what servers of publishers do, and worse.

    async with FeedServer() as server:
        server.put("/feed.xml", Page(body=b"<rss>…"))
        address = server.url("/feed.xml")            # http://127.0.0.1:PORT/feed.xml
        address = server.url("/feed.xml", host="127.3.0.7")

It listens on several addresses of 127.0.0.0/8 at once, on the same port. `requests` holds what was asked.
"""

from __future__ import annotations

import asyncio
import gzip
import socket
import zlib
from base64 import b64encode
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Self

from aiohttp import web

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@dataclass(frozen=True, kw_only=True, slots=True)
class Page:
    """What a path answers."""

    body: bytes = b""
    status: int = 200
    content_type: str | None = "application/xml"
    etag: str | None = None
    last_modified: str | None = None
    headers: tuple[tuple[str, str], ...] = ()
    compression: str | None = None  # "gzip" or "deflate"
    delay: float = 0.0  # seconds before the answer
    drip: float = 0.0  # seconds between single bytes of the body
    cut_at: int | None = None  # bytes of the body after which the connection is reset, though more were announced
    reset: bool = False  # close the connection without an answer
    raw: bytes | None = None  # sent instead of an HTTP answer
    user: tuple[str, str] | None = None  # 401 unless these come as Basic credentials


@dataclass(frozen=True, kw_only=True, slots=True)
class Asked:
    """A request that came."""

    path: str
    host: str
    headers: dict[str, str]  # names in lower case


@dataclass
class FeedServer:
    """Serves pages from memory; `hosts` are the addresses that it listens on."""

    hosts: Sequence[str] = ("127.0.0.1",)
    pages: dict[str, Page | Handler] = field(default_factory=dict)
    requests: list[Asked] = field(default_factory=list)
    port: int = 0
    most_at_once: int = 0
    _at_once: int = 0
    _runner: web.AppRunner | None = None

    def put(self, path: str, page: Page | Handler) -> None:
        """Answer `path` with `page`, from now on."""
        self.pages[path] = page

    def url(self, path: str, *, host: str | None = None) -> str:
        """The address of `path` on one of the addresses."""
        return f"http://{host or self.hosts[0]}:{self.port}{path}"

    def redirect(self, path: str, target: str, status: int = 301) -> None:
        """Let `path` lead to `target`."""
        self.put(path, Page(status=status, headers=(("Location", target),)))

    def asked(self, path: str) -> list[Asked]:
        """The requests for `path`, in their order."""
        return [request for request in self.requests if request.path == path]

    async def __aenter__(self) -> Self:
        app = web.Application()
        app.router.add_route("*", "/{path:.*}", self._handle)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.2)
        await self._runner.setup()
        for host in self.hosts:
            listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listening.bind((host, self.port))
            self.port = listening.getsockname()[1]
            await web.SockSite(self._runner, listening, backlog=1024).start()
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._runner is not None
        await self._runner.cleanup()

    async def _handle(self, request: web.Request) -> web.StreamResponse:
        headers = {name.lower(): value for name, value in request.headers.items()}
        self.requests.append(Asked(path=request.path_qs, host=request.host, headers=headers))
        self._at_once += 1
        self.most_at_once = max(self.most_at_once, self._at_once)
        try:
            page = self.pages.get(request.path_qs)
            if page is None:
                return web.Response(status=404)
            return await (_serve(request, page) if isinstance(page, Page) else page(request))
        finally:
            self._at_once -= 1


async def _serve(request: web.Request, page: Page) -> web.StreamResponse:
    if page.delay:
        await asyncio.sleep(page.delay)
    if page.reset or page.raw is not None:
        return await _hang_up(request, page.raw or b"")
    if page.user is not None and request.headers.get("Authorization") != _basic(page.user):
        return web.Response(status=401, headers={"WWW-Authenticate": "Basic"})
    headers = _headers(page)
    if _is_known(request, page):
        return web.Response(status=304, headers=headers)
    body = _compressed(page)
    if not page.drip and page.cut_at is None:
        return web.Response(status=page.status, body=body, headers=headers)
    return await _in_pieces(request, page, body, headers)


def _basic(user: tuple[str, str]) -> str:
    return "Basic " + b64encode(":".join(user).encode()).decode()


def _headers(page: Page) -> list[tuple[str, str]]:
    headers = list(page.headers)
    if page.content_type is not None:
        headers.append(("Content-Type", page.content_type))
    if page.etag is not None:
        headers.append(("ETag", page.etag))
    if page.last_modified is not None:
        headers.append(("Last-Modified", page.last_modified))
    if page.compression is not None:
        headers.append(("Content-Encoding", page.compression))
    return headers


def _is_known(request: web.Request, page: Page) -> bool:
    if page.status != 200:
        return False
    if page.etag is not None and "If-None-Match" in request.headers:
        return request.headers["If-None-Match"] == page.etag
    return page.last_modified is not None and request.headers.get("If-Modified-Since") == page.last_modified


def _compressed(page: Page) -> bytes:
    if page.compression == "gzip":
        return gzip.compress(page.body)
    if page.compression == "deflate":
        return zlib.compress(page.body)
    return page.body


async def _in_pieces(
    request: web.Request, page: Page, body: bytes, headers: list[tuple[str, str]]
) -> web.StreamResponse:
    response = web.StreamResponse(status=page.status, headers=headers)
    response.content_length = len(body)
    await response.prepare(request)
    shown = body if page.cut_at is None else body[: page.cut_at]
    if page.drip:
        for byte in shown:
            await response.write(bytes([byte]))
            await asyncio.sleep(page.drip)
    else:
        await response.write(shown)
    if page.cut_at is not None and request.transport is not None:
        request.transport.abort()
    return response


async def _hang_up(request: web.Request, raw: bytes) -> web.StreamResponse:
    assert request.transport is not None
    if raw:
        request.transport.write(raw)
        await asyncio.sleep(0.01)
        request.transport.close()
    else:
        request.transport.abort()
    return web.Response()
