"""Answering from the pages that are kept."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime

from aiohttp import web

from adapters.web.kept import Kept
from adapters.web.render import PAGE_HEADERS, VISIT
from adapters.web.site import SITE
from adapters.web.visit import Visit
from bot.domain.model import DiscussionId

_ENDS = web.RequestKey("ends", list[datetime])
_KNOWN = {"sort", "page"}  # with anything else in its query a page is one of too many


async def answer_kept(
    request: web.Request, discussion_id: DiscussionId, render: Callable[[web.Request], Awaitable[web.Response]]
) -> web.Response:
    """A discussion's page, rendered only where it has changed.

    What moderators see changes without a signal, too: their pages are not kept.
    """
    site, visit = request.app[SITE], request[VISIT]
    if visit.moderator or not site.settings.kept_pages or not request.query.keys() <= _KNOWN:
        return await render(request)
    version = site.kept.version(visit, discussion_id)
    kept = site.kept.find(visit, version)
    if kept is None:
        body = await _rendered(request, site.kept.marked(visit), render)
        kept = site.kept.keep(visit, version, body, _end(request, visit))
    return _answer(request, visit, kept)


def good_until(request: web.Request, moment: datetime | None) -> None:
    """Time alone changes the page that is being rendered, at that moment."""
    if moment is not None and _ENDS in request:
        request[_ENDS].append(moment)


async def _rendered(
    request: web.Request, marked: Visit, render: Callable[[web.Request], Awaitable[web.Response]]
) -> bytes:
    visit = request[VISIT]
    request[VISIT], request[_ENDS] = marked, []
    try:
        response = await render(request)
    finally:
        request[VISIT] = visit
    assert isinstance(response.body, bytes)
    return response.body


def _end(request: web.Request, visit: Visit) -> datetime | None:
    """When time alone will have changed the page: a lock or the reader's own mute is over then."""
    if visit.session is not None:
        good_until(request, visit.session.standing.muted_until)
    return min((moment for moment in request[_ENDS] if moment > visit.at), default=None)


def _answer(request: web.Request, visit: Visit, kept: Kept) -> web.Response:
    site = request.app[SITE]
    tag = site.kept.tag(kept, visit)
    if tag is not None and _holds(request, tag):
        response = web.Response(status=304, headers=PAGE_HEADERS)
    else:
        response = site.renderer.answer(visit, site.kept.filled(kept, visit))
    if tag is not None:
        response.headers["ETag"] = f'"{tag}"'
    return response


def _holds(request: web.Request, tag: str) -> bool:
    asked = request.headers.get("If-None-Match")
    return asked is not None and any(each.value == tag for each in request.if_none_match or ())
