"""Lists of feeds as files (OPML): brought in, with a report by line, and taken out."""

from __future__ import annotations

from aiohttp import web

from adapters.web.asking import Reply, tried, values_of
from adapters.web.fields import fields_of
from adapters.web.forms import FORM, admin
from adapters.web.render import VISIT
from adapters.web.replying import page_with
from adapters.web.site import SITE

_IMPORT = "feed import"


async def opml(request: web.Request) -> web.Response:
    """The form for a file, and the way to get one."""
    return await _page(request, None)


async def bring(request: web.Request) -> web.Response:
    """Add the feeds of a file, and report on each of its lines."""
    admin(request[VISIT])
    values = values_of(request[FORM], request.app[SITE].commands.find(_IMPORT))
    return await _page(request, await tried(request, _IMPORT, values))


async def _page(request: web.Request, reply: Reply | None) -> web.Response:
    admin(request[VISIT])
    command = request.app[SITE].commands.find(_IMPORT)
    typed = reply.values if reply is not None and reply.answer is None else {}
    return await page_with(request, "admin_opml.html", reply, fields=await fields_of(request, command, typed))
