"""For admins: the errors that were reported, and what becomes of them."""

from __future__ import annotations

from dataclasses import dataclass

from aiohttp import web

from adapters.web.corrections import KINDS
from adapters.web.failures import Refusal, not_found
from adapters.web.forms import FORM, Form, actor, admin, redirect, spend
from adapters.web.moderation.wording import LONGEST_WORDS
from adapters.web.queries import number, page_number
from adapters.web.render import VISIT, with_query
from adapters.web.site import SITE, Site
from adapters.web.tongue import tongue
from adapters.web.visit import Visit
from bot.domain import telling
from bot.domain.model import CorrectionId, CorrectionState
from bot.errors import RequestError
from bot.locale import translator

A_PAGE = 20

STATES = {
    CorrectionState.RECEIVED: "Waiting",
    CorrectionState.SENT_ON: "Sent on",
    CorrectionState.CORRECTED: "Corrected",
    CorrectionState.REJECTED: "Rejected",
}
"""What each state is called."""

WAITING = (CorrectionState.RECEIVED,)
"""What nobody has answered yet."""

ANSWERS = {
    CorrectionState.CORRECTED: "It is corrected",
    CorrectionState.SENT_ON: "I have sent it on to the publisher",
    CorrectionState.REJECTED: "It will not be corrected",
}
"""What an admin can say."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Attempt:
    """An answer that was refused: to which correction, and what was typed."""

    correction: int
    state: str
    words: str


async def corrections(request: web.Request) -> web.Response:
    """One page of them; those first that a revision seems to have corrected."""
    admin(request[VISIT])
    return await _page(request, _asked(request.query.get("state", "")), page_number(request), None, None)


async def answer(request: web.Request) -> web.Response:
    """Send it on, find it corrected or reject it; whoever reported it is told."""
    site, visit, form = request.app[SITE], request[VISIT], request[FORM]
    admin(visit)
    correction_id = CorrectionId(number(request, "id"))
    found = await site.order.correction(visit.viewer, correction_id)
    if found is None:
        raise not_found()
    try:
        spend(request, "corrections", account=site.settings.limits.vote)
        state, words = _answer(form)
        await site.corrections.set_state(actor(visit), correction_id, state, words)
    except RequestError as refused:
        attempt = Attempt(correction=correction_id, state=form.text("state"), words=form.text("words"))
        return await _page(request, found.correction.state, 1, attempt, refused)
    shown = found.correction.state
    query = {"state": shown.value if shown is not CorrectionState.RECEIVED else None, "done": state.value}
    return redirect(with_query(visit.url("/corrections"), query))


def _answer(form: Form) -> tuple[CorrectionState, str]:
    words = form.text("words").strip()
    if form.text("state") not in set(ANSWERS):
        raise Refusal(422, "Please choose what becomes of it.")
    if len(words) > LONGEST_WORDS:
        raise Refusal(422, "Please say it in at most {most} characters.", most=LONGEST_WORDS)
    return CorrectionState(form.text("state")), words


def _asked(text: str) -> CorrectionState:
    return CorrectionState(text) if text in set(CorrectionState) else CorrectionState.RECEIVED


async def _page(
    request: web.Request, state: CorrectionState, place: int, attempt: Attempt | None, refused: RequestError | None
) -> web.Response:
    site, visit = request.app[SITE], request[VISIT]
    page = await site.order.corrections(visit.viewer, [state], page=place, size=A_PAGE)
    if not page.items and page.number > 1:
        raise not_found()
    language, zone = await tongue(site, visit)
    done = request.query.get("done", "")
    return site.renderer.page(
        request,
        "corrections.html",
        language=language,
        status=getattr(refused, "status", 422) if refused is not None else 200,
        zone=zone,
        state=state,
        page=page,
        counts=await _counts(site, visit),
        states=STATES,
        answers=ANSWERS,
        kinds=KINDS,
        told_in=language or "en",
        letter_of=lambda answer, title: _letter(answer, title, language or "en"),
        done=CorrectionState(done) if done in set(ANSWERS) else None,
        attempt=attempt,
        refused=refused,
        longest=LONGEST_WORDS,
    )


async def _counts(site: Site, visit: Visit) -> dict[CorrectionState, int]:
    pages = {state: await site.order.corrections(visit.viewer, [state], page=1, size=1) for state in STATES}
    return {state: page.total for state, page in pages.items()}


def _letter(state: CorrectionState, title: str, language: str) -> str:
    """What is going to be sent, but for the admin's own words."""
    return " ".join(telling.spoken(telling.correction(state, title=title), translator(language), str))
