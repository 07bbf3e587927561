"""Pages of their own on which commands are asked for: they come again with what came of it at their head."""

from __future__ import annotations

from collections.abc import Mapping

from aiohttp import web

from adapters.web.asking import Reply, caller, refused_text
from adapters.web.site import SITE
from bot.errors import RequestError
from bot.locale import translator
from bot.ports.commands import Answer


async def page_with(request: web.Request, template: str, reply: Reply | None, /, **values: object) -> web.Response:
    """A page, with what came of a command where one was asked for."""
    asker = await caller(request)
    refused = refused_text(reply, translator(asker.language), asker.zone) if reply is not None else ""
    return request.app[SITE].renderer.page(
        request,
        template,
        language=asker.language,
        status=reply.status if reply is not None else 200,
        zone=asker.zone,
        reply=reply,
        refused=refused,
        **values,
    )


async def look(request: web.Request, name: str, values: Mapping[str, str] | None = None) -> Answer:
    """What a command that only reads answers, to be shown on a page. Raises `RequestError`."""
    return await request.app[SITE].commands.run(await caller(request), name, values or {})


def attempt(request: web.Request, name: str, values: Mapping[str, str], refused: RequestError) -> Reply:
    """A command that was not asked for, since the page itself sees what is wrong."""
    command = request.app[SITE].commands.find(name)
    return Reply(command=command, values=values, refused=refused, status=422)
