"""What moderators see of a member and do with one; bans are for admins."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from aiohttp import web

from adapters.web.failures import Refusal, not_found
from adapters.web.forms import FORM, Form, actor, admin, moderator, redirect, spend
from adapters.web.moderation import wording
from adapters.web.moderation.case import written
from adapters.web.queries import number
from adapters.web.render import VISIT
from adapters.web.site import SITE
from adapters.web.tongue import tongue
from bot.domain.model import HIGHEST_TRUST, MemberId
from bot.errors import RequestError
from bot.ports.moderation import MemberView


@dataclass(frozen=True, kw_only=True, slots=True)
class Attempt:
    """A form of the page that was refused: which one, and what was typed."""

    act: str
    words: str = ""
    mute: str = ""
    void: bool = False


async def member(request: web.Request) -> web.Response:
    """The member, as moderators see one."""
    moderator(request[VISIT])
    return await _page(request, None, None)


async def act(request: web.Request) -> web.Response:
    """Do what the form says; where it is refused it comes again with what was typed."""
    site, visit, form = request.app[SITE], request[VISIT], request[FORM]
    moderator(visit)
    view = await _view(request)
    chosen = request.match_info["act"]
    if chosen in {"ban", "unban"}:
        admin(visit)
    if chosen not in _ACTS:
        raise not_found()
    try:
        spend(request, "moderate", account=site.settings.limits.vote)
        await _ACTS[chosen](request, view.person.member_id)
    except RequestError as refused:
        return await _page(request, _attempt(chosen, form), refused)
    return redirect(form.back(visit.url(f"/mod/members/{view.person.member_id}")))


async def _warn(request: web.Request, member_id: MemberId) -> None:
    words = _words(request[FORM])
    if not words:
        raise Refusal(422, "Please say what the warning is for.")
    await request.app[SITE].moderation.warn(actor(request[VISIT]), member_id, words)


async def _mute(request: web.Request, member_id: MemberId) -> None:
    span = wording.span_of(request[FORM].text("mute"), wording.MUTES)
    if span is None:
        raise Refusal(422, "Please say for how long.")
    await request.app[SITE].moderation.mute(actor(request[VISIT]), member_id, span, _words(request[FORM]))


async def _unmute(request: web.Request, member_id: MemberId) -> None:
    await request.app[SITE].moderation.mute(actor(request[VISIT]), member_id, None)


async def _ban(request: web.Request, member_id: MemberId) -> None:
    form = request[FORM]
    if form.text("sure") != "yes":
        raise Refusal(422, "Please tick that you are sure.")
    void = form.text("void") == "yes"
    await request.app[SITE].moderation.ban(
        actor(request[VISIT]), member_id, void_votes=void, words=_words(request[FORM])
    )


async def _unban(request: web.Request, member_id: MemberId) -> None:
    await request.app[SITE].moderation.unban(actor(request[VISIT]), member_id)


async def _trust(request: web.Request, member_id: MemberId) -> None:
    asked = request[FORM].text("trust")
    levels = {str(level): level for level in range(HIGHEST_TRUST + 1)}
    if asked not in {*levels, "free"}:
        raise Refusal(422, "Please choose a level of trust.")
    await request.app[SITE].moderation.lock_trust(actor(request[VISIT]), member_id, levels.get(asked))


async def _note(request: web.Request, member_id: MemberId) -> None:
    text = written(request[FORM].text("words"))
    await request.app[SITE].moderation.note(actor(request[VISIT]), text, member_id=member_id)


_ACTS: dict[str, Callable[[web.Request, MemberId], Awaitable[None]]] = {
    "warn": _warn,
    "mute": _mute,
    "unmute": _unmute,
    "ban": _ban,
    "unban": _unban,
    "trust": _trust,
    "note": _note,
}


def _words(form: Form) -> str:
    words = form.text("words").strip()
    if len(words) > wording.LONGEST_WORDS:
        raise Refusal(422, "Please say it in at most {most} characters.", most=wording.LONGEST_WORDS)
    return words


def _attempt(chosen: str, form: Form) -> Attempt:
    return Attempt(act=chosen, words=form.text("words"), mute=form.text("mute"), void=form.text("void") == "yes")


async def _view(request: web.Request) -> MemberView:
    member_id = MemberId(number(request, "id"))
    found = await request.app[SITE].order.member(request[VISIT].viewer, member_id, moderator=True)
    if found is None:
        raise not_found()
    return found


async def _page(request: web.Request, attempt: Attempt | None, refused: RequestError | None) -> web.Response:
    site, visit = request.app[SITE], request[VISIT]
    language, zone = await tongue(site, visit)
    return site.renderer.page(
        request,
        "moderation_member.html",
        language=language,
        status=getattr(refused, "status", 422) if refused is not None else 200,
        view=await _view(request),
        zone=zone,
        attempt=attempt,
        refused=refused,
    )
