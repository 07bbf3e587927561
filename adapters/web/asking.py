"""Commands, asked for on the page: who asks, how often, and what is told where one is refused."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from aiohttp import web

from adapters.web.failures import Refusal, not_found
from adapters.web.forms import Form, spend
from adapters.web.render import VISIT
from adapters.web.site import SITE
from adapters.web.tongue import tongue
from adapters.web.visit import Visit
from bot.errors import RequestError
from bot.locale import Translator, translator
from bot.locale.answers import as_data, refusal
from bot.ports.commands import Answer, Caller, Command, Kind, Unconfirmed
from bot.ports.moderation import Actor

PASTED = ".text"
"""What is added to the name of a file's field for the text that was pasted instead."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Reply:
    """What came of a command: an answer, a question that comes first, or a refusal with its status."""

    command: Command
    values: Mapping[str, str]
    answer: Answer | None = None
    question: str = ""  # a message
    refused: RequestError | None = None
    status: int = 200


def actor_of(visit: Visit) -> Actor:
    """Who asks; a visitor is a reader without an account."""
    account = visit.session.account if visit.session is not None else None
    return Actor(
        community_id=visit.community.id,
        account_id=account.id if account is not None else None,
        member_id=account.member_id if account is not None else None,
        role=visit.role,
    )


async def caller(request: web.Request) -> Caller:
    """Who asks, with the language of the page that is answered and the zone of its community."""
    site, visit = request.app[SITE], request[VISIT]
    language, zone = await tongue(site, visit)
    spoken = site.renderer.translator(visit, language).language
    return Caller(actor=actor_of(visit), language=spoken, zone=zone)


async def ask(request: web.Request, name: str, values: Mapping[str, str], *, confirmed: bool = False) -> Answer:
    """Run a command within the limits. Raises `RequestError`, `Unconfirmed` among them."""
    site = request.app[SITE]
    spend(request, "command", account=site.settings.limits.command, address=site.settings.limits.command_address)
    return await site.commands.run(await caller(request), name, values, confirmed=confirmed)


async def tried(request: web.Request, name: str, values: Mapping[str, str], *, confirmed: bool = False) -> Reply:
    """The same, for a page that shows what came of it, be that a refusal."""
    command = request.app[SITE].commands.find(name)
    try:
        return Reply(command=command, values=values, answer=await ask(request, name, values, confirmed=confirmed))
    except Unconfirmed as asked:
        return Reply(command=command, values=values, question=asked.key, status=409)
    except Refusal as refused:
        return Reply(command=command, values=values, refused=refused, status=refused.status)
    except RequestError as refused:
        status = 422 if request[VISIT].role.allows(command.role) else 403
        return Reply(command=command, values=values, refused=refused, status=status)


def slug_of(name: str) -> str:
    """A command's name as it stands in addresses: "feed-add"."""
    return name.replace(" ", "-")


def command_at(request: web.Request) -> Command:
    """The command that the path names. Raises `Refusal` (404)."""
    slug = request.match_info["command"]
    for command in request.app[SITE].commands.all():
        if slug_of(command.name) == slug:
            return command
    raise not_found()


def values_of(form: Form, command: Command, *, blanks: bool = False) -> dict[str, str]:
    """What a form gives for a command; a field that was left empty is not given, but to programs (`blanks`)."""
    values: dict[str, str] = {}
    for parameter in command.parameters:
        text = form.text(parameter.name)
        if parameter.kind is Kind.FILE:
            text = text or form.text(parameter.name + PASTED)
        if text.strip() or (blanks and form.has(parameter.name)):
            values[parameter.name] = text
    return values


def as_json(reply: Reply, asker: Caller) -> web.Response:
    """What came of a command, for programs."""
    t = translator(asker.language)
    if reply.answer is not None:
        return web.json_response({"answer": as_data(reply.answer, t, asker.zone)})
    if reply.question:
        return web.json_response({"refused": t(reply.question), "confirm": True}, status=reply.status)
    return web.json_response({"refused": refused_text(reply, t, asker.zone)}, status=reply.status)


def refused_text(reply: Reply, t: Translator, zone: str) -> str:
    """Why a command was refused, "" where it was not."""
    return refusal(t, reply.refused, zone) if reply.refused is not None else ""
