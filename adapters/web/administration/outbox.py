"""What the outbox could not do: why, and what becomes of it."""

from __future__ import annotations

from aiohttp import web

from adapters.web.asking import Reply, tried, values_of
from adapters.web.failures import not_found
from adapters.web.forms import FORM, admin
from adapters.web.picking import listing_of, rows_of
from adapters.web.queries import page_number
from adapters.web.render import VISIT
from adapters.web.replying import look, page_with
from adapters.web.site import SITE

_ACTS = {"retry": "outbox retry", "drop": "outbox drop"}


async def outbox(request: web.Request) -> web.Response:
    """What is parked, each with the network's answer."""
    return await _page(request, None)


async def act(request: web.Request) -> web.Response:
    """Try it once more, or drop it."""
    admin(request[VISIT])
    form, command = request[FORM], _ACTS.get(request.match_info["act"])
    if command is None:
        raise not_found()
    values = values_of(form, request.app[SITE].commands.find(command))
    return await _page(request, await tried(request, command, values, confirmed=form.text("confirmed") == "yes"))


async def _page(request: web.Request, reply: Reply | None) -> web.Response:
    admin(request[VISIT])
    answer = await look(request, "outbox list", {"page": str(page_number(request))})
    listing = listing_of(answer)
    return await page_with(request, "admin_outbox.html", reply, listing=listing, rows=rows_of(answer))
