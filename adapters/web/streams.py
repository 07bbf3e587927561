"""Server-sent events: that something changed, and the figures that everybody looks at."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable

from aiohttp import web

from adapters.web.failures import Refusal, not_found
from adapters.web.lists import section_called
from adapters.web.live import Topic
from adapters.web.render import VISIT
from adapters.web.site import SITE, Site
from adapters.web.visit import Visit
from bot.domain.model import DiscussionId

_SILENCE = 20.0  # seconds after which a sign of life keeps proxies from hanging up
_PAUSE = 1.0  # what changes within it is told once
_HEADERS = {"Content-Type": "text/event-stream", "Cache-Control": "no-store", "X-Accel-Buffering": "no"}

News = Callable[[], Awaitable[dict[str, int] | None]]


async def events(request: web.Request) -> web.StreamResponse:
    """`?discussion=ID`: its figures whenever they change. `?section=slug`, or neither: that a list has changed."""
    site, visit = request.app[SITE], request[VISIT]
    if site.live.watching(visit.address) >= site.settings.limits.streams_address:
        raise Refusal(429)
    topic, news = await _topic(request, site, visit)
    response = web.StreamResponse(headers=_HEADERS)
    with site.live.watch(topic, visit.address) as changed, site.metrics.streams.track_inprogress():
        try:
            await response.prepare(request)
            await response.write(b"retry: 5000\n\n")
            await _tell(response, changed, news, site)
        except ConnectionResetError:
            return response
    return response


async def _tell(response: web.StreamResponse, changed: asyncio.Event, news: News, site: Site) -> None:
    while not site.live.closing:
        if not await _heard(changed):
            await response.write(b": here\n\n")
            continue
        changed.clear()
        figures = await news()
        if figures is None:
            return
        await response.write(f"event: changed\ndata: {json.dumps(figures)}\n\n".encode())
        await site.live.rest(_PAUSE)


async def _heard(changed: asyncio.Event) -> bool:
    try:
        async with asyncio.timeout(_SILENCE):
            await changed.wait()
    except TimeoutError:
        return False
    return True


async def _topic(request: web.Request, site: Site, visit: Visit) -> tuple[Topic, News]:
    asked = request.query.get("discussion")
    if asked is None:
        slug = request.query.get("section")
        if slug is not None:
            section_called(await site.reader.sections(visit.viewer), slug)
        return (visit.community.id, None), _something
    if not (asked.isascii() and asked.isdecimal() and len(asked) < 19):
        raise not_found()
    discussion_id = DiscussionId(int(asked))

    async def figures() -> dict[str, int] | None:
        line = await site.reader.article(visit.viewer, discussion_id)
        if line is None:
            return None
        return {"up": line.totals.up, "down": line.totals.down, "comments": line.comments}

    if await figures() is None:
        raise not_found()
    return (visit.community.id, discussion_id), figures


async def _something() -> dict[str, int]:
    return {}
