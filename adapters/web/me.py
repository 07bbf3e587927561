"""The signed-in member's own pages: standing, what Tribune told them, and what they reported."""

from __future__ import annotations

from aiohttp import web

from adapters.web.failures import Refusal, not_found
from adapters.web.forms import FORM, actor, redirect, spend
from adapters.web.queries import number, page_number
from adapters.web.render import VISIT
from adapters.web.rights import kept_out
from adapters.web.site import SITE
from adapters.web.tongue import tongue
from adapters.web.visit import Visit
from bot.domain.model import FlagId, FlagOutcome
from bot.domain.reputation import coming
from bot.errors import RequestError
from bot.locale.reasons import REASONS
from bot.ports.moderation import OwnFlag, Told
from bot.ports.pages import Page
from bot.ports.sessions import Session

A_PAGE = 20

ENDINGS = {
    None: "The moderators have not decided yet.",
    FlagOutcome.AGREED: "The moderators agreed with you.",
    FlagOutcome.DISAGREED: "The moderators found that it may stay.",
    FlagOutcome.IGNORED: "Closed without a decision.",
    FlagOutcome.WITHDRAWN: "You took it back.",
}
"""How a report ended, for who made it."""


async def messages(request: web.Request) -> web.Response:
    """What Tribune told the member; whoever opens it has read it."""
    site, visit = request.app[SITE], request[VISIT]
    session = signed_in(visit)
    page = await site.order.told(session.account.ref, page=page_number(request), size=A_PAGE)
    response = await _page(request, "me.html", session, page)
    if session.unread:
        await site.inbox.read(session.account.ref, visit.at)
    return response


async def reports(request: web.Request) -> web.Response:
    """What the member reported, and what came of it."""
    return await _reports(request, None)


async def withdraw(request: web.Request) -> web.Response:
    """Take a report back that has not been judged."""
    site, visit = request.app[SITE], request[VISIT]
    signed_in(visit)
    try:
        spend(request, "flag", account=site.settings.limits.vote)
        await site.moderation.withdraw(actor(visit), FlagId(number(request, "flag")))
    except RequestError as refused:
        return await _reports(request, refused)
    return redirect(request[FORM].back(visit.url("/me/reports")))


async def _reports(request: web.Request, refused: RequestError | None) -> web.Response:
    site, visit = request.app[SITE], request[VISIT]
    session = signed_in(visit)
    page = await site.order.own_flags(visit.viewer, page=page_number(request), size=A_PAGE)
    return await _page(request, "my_reports.html", session, page, refused)


async def _page(
    request: web.Request,
    template: str,
    session: Session,
    page: Page[Told] | Page[OwnFlag],
    refused: RequestError | None = None,
) -> web.Response:
    site, visit = request.app[SITE], request[VISIT]
    if not page.items and page.number > 1:
        raise not_found()
    language, zone = await tongue(site, visit)
    return site.renderer.page(
        request,
        template,
        language=language,
        status=getattr(refused, "status", 422) if refused is not None else 200,
        zone=zone,
        page=page,
        **head(request, session),
        reasons=REASONS,
        endings=ENDINGS,
        refused=refused,
    )


def head(request: web.Request, session: Session) -> dict[str, object]:
    """What stands at the head of each of the member's own pages."""
    ladder = request.app[SITE].settings.ladder
    return {
        "standing": session.standing,
        "coming": coming(session.standing, ladder),
        "kept_out": kept_out(request[VISIT]),
    }


def signed_in(visit: Visit) -> Session:
    """The session of somebody who has pages of their own. Raises `Refusal` for visitors."""
    if visit.session is None:
        raise Refusal(403, "Sign in to see this page.")
    return visit.session
