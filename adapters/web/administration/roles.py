"""Who may do what: in the community and in single channels; and links for those who are to come."""

from __future__ import annotations

from aiohttp import web

from adapters.web.asking import Reply, tried, values_of
from adapters.web.failures import not_found
from adapters.web.fields import fields_of
from adapters.web.forms import FORM, admin
from adapters.web.picking import rows_of
from adapters.web.render import VISIT
from adapters.web.replying import look, page_with
from adapters.web.site import SITE

_ACTS = {"grant": "role grant", "revoke": "role revoke", "invite": "role invite"}


async def roles(request: web.Request) -> web.Response:
    """Who has which role."""
    return await _page(request, None)


async def act(request: web.Request) -> web.Response:
    """Grant or revoke a role, or make a link."""
    admin(request[VISIT])
    name, form = _ACTS.get(request.match_info["act"]), request[FORM]
    if name is None:
        raise not_found()
    values = values_of(form, request.app[SITE].commands.find(name))
    return await _page(request, await tried(request, name, values, confirmed=form.text("confirmed") == "yes"))


async def _page(request: web.Request, reply: Reply | None) -> web.Response:
    admin(request[VISIT])
    answer, find = await look(request, "role list"), request.app[SITE].commands.find
    typed = {reply.command.name: reply.values} if reply is not None and reply.answer is None else {}
    forms = {name: await fields_of(request, find(name), typed.get(name, {})) for name in ("role grant", "role invite")}
    return await page_with(request, "admin_roles.html", reply, answer=answer, rows=rows_of(answer), forms=forms)
