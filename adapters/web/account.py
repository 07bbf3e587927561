"""The signed-in member's account: what is known, the language, other devices, and the way out."""

from __future__ import annotations

from dataclasses import replace

from aiohttp import web

from adapters.web.asking import Reply, tried
from adapters.web.forms import FORM
from adapters.web.me import head, signed_in
from adapters.web.render import VISIT
from adapters.web.replying import attempt, look, page_with
from adapters.web.sessions import drop_cookie, remember_language
from adapters.web.site import SITE
from adapters.web.tokens import random_token, token_hash
from adapters.web.visit import Visit, csrf_token
from bot.errors import RequestError
from bot.locale import supported
from bot.ports.commands import Answer, Block, Facts, Listing

_AT_HEAD = {"title", "points", "upvoters", "next", "missing_points", "missing_upvoters", "language", "notify"}
_NOT_YOUR_NAME = "That is not your name. To be forgotten, type it as it stands below."


async def account(request: web.Request) -> web.Response:
    """What is known of the member, and what can be chosen."""
    return await _page(request, None)


async def language(request: web.Request) -> web.Response:
    """Choose the language that Tribune speaks to the member; the page speaks it at once."""
    signed_in(request[VISIT])
    chosen = request[FORM].text("language")
    reply = await tried(request, "me language", {"language": chosen})
    spoken = supported(chosen) if reply.answer is not None else None
    if spoken is not None:
        request[VISIT] = replace(request[VISIT], wanted=spoken)
    response = await _page(request, reply)
    if spoken is not None:
        remember_language(response, spoken, secure=request.app[SITE].settings.secure)
    return response


async def device(request: web.Request) -> web.Response:
    """Make a link that signs the member in elsewhere."""
    signed_in(request[VISIT])
    return await _page(request, await tried(request, "me signin", {}))


async def forget_form(request: web.Request) -> web.Response:
    """What happens to who is forgotten, and the question whether that is wanted."""
    return await _forget_page(request, None, "")


async def forget(request: web.Request) -> web.Response:
    """Forget the member, who has typed the name to confirm it, and say what was done."""
    session, typed = signed_in(request[VISIT]), request[FORM].text("name")
    if typed.strip().casefold() != session.account.name.casefold():
        return await _forget_page(request, attempt(request, "me forget", {}, RequestError(_NOT_YOUR_NAME)), typed)
    values = {"leave": "yes"} if request[FORM].text("leave") == "yes" else {}
    reply = await tried(request, "me forget", values, confirmed=True)
    if reply.answer is None:
        return await _forget_page(request, reply, typed)
    return await _farewell(request, reply)


async def _farewell(request: web.Request, reply: Reply) -> web.Response:
    site, visit = request.app[SITE], request[VISIT]
    await site.store.write(lambda tx: tx.members.end_session(token_hash(visit.id)))
    request[VISIT] = _visitor(request, visit)
    response = await page_with(request, "forgotten.html", reply)
    drop_cookie(response, visit)
    return response


def _visitor(request: web.Request, visit: Visit) -> Visit:
    """The same visit, by nobody in particular."""
    bound = random_token()
    csrf = csrf_token(request.app[SITE].signer, visit.community, bound)
    return replace(visit, session=None, id=bound, new=True, csrf=csrf, waiting=0, path=visit.url("/"))


async def _forget_page(request: web.Request, reply: Reply | None, typed: str) -> web.Response:
    signed_in(request[VISIT])
    return await page_with(request, "forget.html", reply, typed=typed)


async def _page(request: web.Request, reply: Reply | None) -> web.Response:
    site, visit = request.app[SITE], request[VISIT]
    session = signed_in(visit)
    async with site.store.read() as tx:
        chosen = await tx.people.preferences(visit.community.id, session.account.member_id)
    profile = _about(await look(request, "me profile"))
    return await page_with(request, "account.html", reply, profile=profile, chosen=chosen, **head(request, session))


def _about(profile: Answer) -> Answer:
    """What does not stand on the page already: at its head, or on another tab."""
    kept: list[Block] = []
    for block in profile.blocks:
        if isinstance(block, Facts):
            kept.append(replace(block, facts=tuple(fact for fact in block.facts if fact.name not in _AT_HEAD)))
        elif isinstance(block, Listing) and block.columns[0].name != "word":
            kept.append(block)
    return Answer(blocks=tuple(kept))
