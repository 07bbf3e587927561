"""Every request comes through here: the host, the community, the session, and where a form came from."""

from __future__ import annotations

from dataclasses import replace

from aiohttp import web
from aiohttp.typedefs import Handler

from adapters.web.addresses import client_address, host_allowed, same_origin
from adapters.web.failures import Refusal, not_found
from adapters.web.forms import FORM, Form
from adapters.web.keeping import answer_again
from adapters.web.render import VISIT
from adapters.web.site import SITE, Site
from adapters.web.tokens import Signer, random_token, token_hash
from adapters.web.uploads import uploaded
from adapters.web.visit import (
    LANGUAGE_COOKIE,
    Visit,
    csrf_token,
    prefix_of,
    session_cookie,
    signed_purpose,
    visitor_cookie,
)
from bot.domain.model import Community
from bot.locale import negotiate, supported
from bot.ports.sessions import Session

_OF_NO_COMMUNITY = ("/static/", "/healthz", "/metrics", "/api/openapi.json")
_OUTDATED = "This form is out of date: go back, reload the page and try again."


@web.middleware
async def doorway(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Resolves the visit before anything is read, and lets only our own forms change anything."""
    site = request.app[SITE]
    if (answer := answer_again(request, site)) is not None:
        return answer
    if request.method not in {"GET", "HEAD", "POST"}:
        raise Refusal(405)
    if not host_allowed(request.host, site.settings):
        raise Refusal(403, "This page does not answer to that name.")
    if request.path.startswith(_OF_NO_COMMUNITY):
        return await handler(request)
    visit = await _counted(site, await _visit(request, site))
    request[VISIT] = visit
    if request.method == "POST":
        request[FORM] = await _own_form(request, site, visit)
    return await handler(request)


async def _visit(request: web.Request, site: Site) -> Visit:
    slug = request.match_info.get("community")
    community = await site.community(slug)
    if community is None or (slug is not None and community.default):
        raise not_found()
    session_id, session = await _session(request, site, community)
    visitor_id = session_id or _visitor(request, site.signer, community)
    bound = visitor_id or random_token()
    return Visit(
        community=community,
        prefix=prefix_of(community),
        session=session,
        id=bound,
        new=visitor_id is None,
        csrf=csrf_token(site.signer, community, bound),
        wanted=supported(request.cookies.get(LANGUAGE_COOKIE, ""))
        or negotiate(request.headers.get("Accept-Language", "")),
        address=client_address(request.remote, request.headers.getall("X-Forwarded-For", []), site.trusted),
        path=request.raw_path,
        at=site.clock.now(),
    )


async def _counted(site: Site, visit: Visit) -> Visit:
    """The visit with what waits for a moderator: it stands in the head of every page."""
    if not visit.moderator:
        return visit
    return replace(visit, waiting=(await site.order.counts(visit.viewer, visit.at)).open)


async def _session(request: web.Request, site: Site, community: Community) -> tuple[str | None, Session | None]:
    signed = request.cookies.get(session_cookie(community))
    session_id = site.signer.unsign(signed_purpose("session", community), signed) if signed else None
    if session_id is None:
        return None, None
    async with site.store.read() as tx:
        session = await tx.members.session(token_hash(session_id), site.clock.now())
    if session is None or session.community_id != community.id:
        return None, None
    return session_id, session


def _visitor(request: web.Request, signer: Signer, community: Community) -> str | None:
    signed = request.cookies.get(visitor_cookie(community))
    return signer.unsign(signed_purpose("visitor", community), signed) if signed else None


async def _own_form(request: web.Request, site: Site, visit: Visit) -> Form:
    headers = request.headers
    if not same_origin(request.host, headers.get("Origin"), headers.get("Sec-Fetch-Site"), site.settings):
        raise Refusal(403, "This form came from another site.")
    if request.content_type == "multipart/form-data" and visit.session is not None:
        form = Form(await uploaded(request))
    elif request.content_type == "application/x-www-form-urlencoded":
        form = Form(await request.post())
    else:
        raise Refusal(415)
    if visit.new or not site.signer.same(form.text("csrf"), visit.csrf):
        raise Refusal(403, _OUTDATED)
    return form
