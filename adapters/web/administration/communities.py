"""For the operator: the communities of this Tribune."""

from __future__ import annotations

from aiohttp import web

from adapters.web.asking import Reply, tried, values_of
from adapters.web.failures import Refusal
from adapters.web.fields import fields_of
from adapters.web.forms import FORM, admin
from adapters.web.render import VISIT
from adapters.web.replying import look, page_with
from adapters.web.site import SITE
from bot.domain.model import Role

_SET = "community set"
_FOR_OPERATORS = "This is for the operator of this Tribune."


async def communities(request: web.Request) -> web.Response:
    """All of them."""
    return await _page(request, None)


async def change(request: web.Request) -> web.Response:
    """Set what the form says."""
    _operator(request)
    form = request[FORM]
    values = values_of(form, request.app[SITE].commands.find(_SET))
    return await _page(request, await tried(request, _SET, values, confirmed=form.text("confirmed") == "yes"))


def _operator(request: web.Request) -> None:
    if not admin(request[VISIT]).role.allows(Role.OPERATOR):
        raise Refusal(403, _FOR_OPERATORS)


async def _page(request: web.Request, reply: Reply | None) -> web.Response:
    _operator(request)
    typed = reply.values if reply is not None and reply.answer is None else {}
    fields = await fields_of(request, request.app[SITE].commands.find(_SET), typed)
    answer = await look(request, "community list")
    return await page_with(request, "admin_communities.html", reply, answer=answer, fields=fields)
