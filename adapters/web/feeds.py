"""Every feed of a community on a line, and what admins do with it."""

from __future__ import annotations

from aiohttp import web

from adapters.web.failures import Refusal
from adapters.web.forms import admin, redirect, spend
from adapters.web.queries import number
from adapters.web.render import VISIT
from adapters.web.site import SITE
from bot.domain.model import FeedId
from bot.domain.orders import Notice
from bot.locale.failures import REASONS

_NOTICES = 20


async def feeds(request: web.Request) -> web.Response:
    """The lines; for admins with their buttons and what they were told."""
    site, visit = request.app[SITE], request[VISIT]
    lines = await site.reader.feeds(visit.community.id)
    sections = await site.reader.sections(visit.viewer)
    notices: tuple[Notice, ...] = ()
    if visit.admin:
        async with site.store.read() as tx:
            notices = tuple(await tx.journal.notices(visit.community.id, _NOTICES))
    return site.renderer.page(
        request,
        "feeds.html",
        language=sections[0].language if sections else None,
        zone=sections[0].zone if sections else "UTC",
        lines=lines,
        reasons=REASONS,
        notices=notices,
    )


async def act(request: web.Request) -> web.Response:
    """Release or skip what is held of a feed, or poll it soon."""
    site, visit = request.app[SITE], request[VISIT]
    session = admin(visit)
    spend(request, "feeds", account=site.settings.limits.vote)
    acts = {"release": site.desk.release, "skip": site.desk.skip, "poll": site.desk.poll_soon}
    chosen = acts.get(request.match_info["act"])
    if chosen is None:
        raise Refusal(404)
    await chosen(visit.community.id, FeedId(number(request, "feed")), session.account.id)
    return redirect(visit.url("/feeds"))
