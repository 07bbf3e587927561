"""Server-sent events: that something changed, and the figures that everybody looks at."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable

import structlog
from aiohttp import web

from adapters.web.failures import Refusal, not_found
from adapters.web.lists import section_called
from adapters.web.live import Topic
from adapters.web.render import VISIT
from adapters.web.site import SITE, Site
from adapters.web.visit import Visit
from bot.domain.model import DiscussionId
from bot.errors import StorageError

log = structlog.get_logger("tribune.web")

_SILENCE = 20.0  # seconds after which a sign of life keeps proxies from hanging up
_GLANCE = 1.0  # how often to look whether the reader is still there
_PAUSE = 1.0  # what changes within it is told once
_HEADERS = {"Content-Type": "text/event-stream", "Cache-Control": "no-store", "X-Accel-Buffering": "no"}

News = Callable[[], Awaitable[dict[str, int] | None]]


async def events(request: web.Request) -> web.StreamResponse:
    """`?discussion=ID`: its figures whenever they change. `?section=slug`, or neither: that a list has changed."""
    site, visit = request.app[SITE], request[VISIT]
    if site.live.watching(visit.address) >= site.settings.limits.streams_address:
        raise Refusal(429)
    topic, news, now = await _topic(request, site, visit)
    response = web.StreamResponse(headers=_HEADERS)
    with site.live.watch(topic, visit.address) as changed, site.metrics.streams.track_inprogress():
        try:
            await response.prepare(request)
            await response.write(b"retry: 5000\n\n" + _event("figures", now))
            await _tell(request, response, changed, news)
        except ConnectionResetError:
            return response
        except StorageError as failed:
            log.error("stream ended", path=request.path, exc_info=failed)  # it has begun: the reader asks again
    return response


async def _tell(request: web.Request, response: web.StreamResponse, changed: asyncio.Event, news: News) -> None:
    live, quiet = request.app[SITE].live, 0.0
    while not live.closing and request.transport is not None:
        if await _heard(changed):
            changed.clear()
            figures = await news()
            if figures is None:
                return
            await response.write(_event("changed", figures))
            await live.rest(_PAUSE)
            quiet = 0.0
        elif (quiet := quiet + _GLANCE) >= _SILENCE:
            await response.write(b": here\n\n")
            quiet = 0.0


def _event(name: str, figures: dict[str, int]) -> bytes:
    return f"event: {name}\ndata: {json.dumps(figures)}\n\n".encode()


async def _heard(changed: asyncio.Event) -> bool:
    try:
        async with asyncio.timeout(_GLANCE):
            await changed.wait()
    except TimeoutError:
        return False
    return True


async def _topic(request: web.Request, site: Site, visit: Visit) -> tuple[Topic, News, dict[str, int]]:
    """What is watched, how to ask for its figures, and the figures as they are."""
    asked = request.query.get("discussion")
    if asked is None:
        slug = request.query.get("section")
        if slug is not None:
            section_called(await site.reader.sections(visit.viewer), slug)
        return (visit.community.id, None), _something, {}
    if not (asked.isascii() and asked.isdecimal() and len(asked) < 19):
        raise not_found()
    discussion_id = DiscussionId(int(asked))

    async def figures() -> dict[str, int] | None:
        line = await site.reader.article(visit.viewer, discussion_id, site.clock.now())
        if line is None:
            return None
        return {"up": line.totals.up, "down": line.totals.down, "comments": line.comments}

    now = await figures()
    if now is None:
        raise not_found()
    return (visit.community.id, discussion_id), figures, now


async def _something() -> dict[str, int]:
    return {}
