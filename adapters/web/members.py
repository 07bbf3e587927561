"""A member's page, for everybody."""

from __future__ import annotations

from aiohttp import web

from adapters.web.failures import not_found
from adapters.web.queries import number
from adapters.web.render import VISIT
from adapters.web.rights import owns
from adapters.web.site import SITE
from adapters.web.tongue import tongue
from bot.domain.model import MemberId


async def member(request: web.Request) -> web.Response:
    """How a member stands and the best that they wrote; for moderators more."""
    site, visit = request.app[SITE], request[VISIT]
    view = await site.order.member(visit.viewer, MemberId(number(request, "id")), moderator=visit.moderator)
    if view is None:
        raise not_found()
    language, zone = await tongue(site, visit)
    return site.renderer.page(request, "member.html", language=language, view=view, zone=zone, owns=owns)
