"""Every command as a page: made of what the registry says of it, for whatever has no page of its own."""

from __future__ import annotations

from collections.abc import Mapping

from aiohttp import web

from adapters.web.asking import Reply, as_json, caller, command_at, refused_text, slug_of, tried, values_of
from adapters.web.failures import Refusal, wants_json
from adapters.web.fields import fields_of
from adapters.web.forms import FORM, spend
from adapters.web.render import VISIT
from adapters.web.site import SITE
from bot.domain.model import ChannelId, Role
from bot.locale import translator
from bot.ports.commands import Command, Document

REASONS = {
    Role.READER: "Sign in to take part.",
    Role.MEMBER: "Sign in to take part.",
    Role.MODERATOR: "This is for moderators.",
    Role.ADMIN: "This is for admins.",
    Role.OPERATOR: "This is for the operator of this Tribune.",
}
"""Why somebody is not shown a form."""


async def everything(request: web.Request) -> web.Response:
    """All commands that the visitor may use, by group, as help tells of them."""
    reply = await tried(request, "help", {})
    return await _page(request, "commands.html", reply)


async def form(request: web.Request) -> web.Response:
    """The form of a command, with what the address says filled in."""
    command = command_at(request)
    await _allow(request, command)
    values = {each.name: request.query[each.name] for each in command.parameters if each.name in request.query}
    return await _page(request, "command.html", Reply(command=command, values=values))


async def act(request: web.Request) -> web.Response:
    """Do it: the answer, the question that comes first, or the form again with the reason why not."""
    command, sent = command_at(request), request[FORM]
    values = values_of(sent, command, blanks=wants_json(request))
    if sent.text("fill") == "yes":
        return await _page(request, "command.html", Reply(command=command, values=values))
    reply = await tried(request, command.name, values, confirmed=sent.text("confirmed") == "yes")
    if wants_json(request):
        return as_json(reply, await caller(request))
    if (document := _only_document(reply)) is not None:
        return download(document)
    if reply.answer is not None:
        return await _page(request, "answered.html", reply)
    return await _page(request, "confirm.html" if reply.question else "command.html", reply)


async def complete(request: web.Request) -> web.Response:
    """What a parameter could be, as JSON; what else was typed is in the query beside it."""
    command, site = command_at(request), request.app[SITE]
    spend(request, "complete", address=site.settings.limits.complete_address)
    asked = {name: value for name, value in request.query.items() if command.parameter(name) is not None}
    known = await site.commands.complete(
        await caller(request),
        command.name,
        request.query.get("parameter", ""),
        request.query.get("typed", ""),
        asked,
    )
    return web.json_response({"items": [{"value": each.value, "label": each.label} for each in known]})


def download(document: Document) -> web.Response:
    """A file to be kept, as one."""
    name = "".join(each for each in document.name if each.isascii() and (each.isalnum() or each in "-_.")) or "file"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    body = document.text.encode("utf-8", "replace")
    return web.Response(body=body, content_type=document.media_type, charset="utf-8", headers=headers)


def _only_document(reply: Reply) -> Document | None:
    blocks = reply.answer.blocks if reply.answer is not None else ()
    return blocks[0] if len(blocks) == 1 and isinstance(blocks[0], Document) else None


async def _allow(request: web.Request, command: Command) -> None:
    """Raise `Refusal` (403) unless the visitor may use a command somewhere in the community."""
    visit = request[VISIT]
    held = [visit.role, *(await _channel_roles(request)).values()]
    if not any(each.allows(command.role) for each in held):
        raise Refusal(403, REASONS[command.role])


async def _channel_roles(request: web.Request) -> Mapping[ChannelId, Role]:
    site, visit = request.app[SITE], request[VISIT]
    if visit.session is None:
        return {}
    async with site.store.read() as tx:
        return await tx.standings.channel_roles(visit.community.id, visit.session.account.member_id)


async def _page(request: web.Request, template: str, reply: Reply) -> web.Response:
    asker = await caller(request)
    t = translator(asker.language)
    return request.app[SITE].renderer.page(
        request,
        template,
        language=asker.language,
        status=reply.status,
        zone=asker.zone,
        command=reply.command,
        slug=slug_of(reply.command.name),
        fields=await fields_of(request, reply.command, reply.values),
        answer=reply.answer,
        question=reply.question,
        refused=refused_text(reply, t, asker.zone),
        values=reply.values,
    )
