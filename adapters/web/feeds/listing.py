"""Every feed of a community on a line, and what admins do with one."""

from __future__ import annotations

from aiohttp import web

from adapters.web.asking import Reply, tried
from adapters.web.failures import Refusal
from adapters.web.feeds import feed
from adapters.web.forms import FORM, admin
from adapters.web.queries import number
from adapters.web.render import VISIT
from adapters.web.replying import look, page_with
from adapters.web.site import SITE
from bot.locale.failures import REASONS
from bot.ports.commands import Answer, Cell, Listing

ACTS = {
    "pause": "feed pause",
    "resume": "feed resume",
    "test": "feed test",
    "release": "feed release",
    "skip": "feed skip",
    "remove": "feed remove",
}
"""The command behind each button."""


async def feeds(request: web.Request) -> web.Response:
    """The lines; for admins with their buttons."""
    site, visit = request.app[SITE], request[VISIT]
    if visit.admin:
        return await _for_admins(request, None)
    lines = await site.reader.feeds(visit.community.id)
    return await page_with(request, "feeds.html", None, lines=lines, reasons=REASONS)


async def act(request: web.Request) -> web.Response:
    """Do what a button says; the page comes again with what came of it."""
    admin(request[VISIT])
    name, form = ACTS.get(request.match_info["act"]), request[FORM]
    if name is None:
        raise Refusal(404)
    values = {"feed": str(number(request, "feed"))}
    reply = await tried(request, name, values, confirmed=form.text("confirmed") == "yes")
    still_there = name != "feed remove" or reply.answer is None
    return await (
        feed.page(request, reply) if form.text("on") == "feed" and still_there else _for_admins(request, reply)
    )


async def _for_admins(request: web.Request, reply: Reply | None) -> web.Response:
    site, visit = request.app[SITE], request[VISIT]
    lines = await site.reader.feeds(visit.community.id)
    return await page_with(
        request,
        "feeds_admin.html",
        reply,
        lines=lines,
        latest=await site.reader.latest(visit.community.id),
        paused=await feed.paused(request),
        troubles=_troubles(await look(request, "feed health")),
        reasons=REASONS,
    )


def _troubles(answer: Answer) -> dict[Cell, dict[str, Cell]]:
    """What is wrong with each feed that has something, by its number."""
    found: dict[Cell, dict[str, Cell]] = {}
    for block in answer.blocks:
        if isinstance(block, Listing):
            names = [column.name for column in block.columns]
            found |= {row[names.index("feed")]: dict(zip(names, row, strict=True)) for row in block.rows}
    return found
