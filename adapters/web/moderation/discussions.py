"""What moderators do with a whole discussion, and with what is sensitive in it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from aiohttp import web

from adapters.web.failures import Refusal, not_found
from adapters.web.forms import FORM, Form, actor, moderator, redirect, spend
from adapters.web.moderation import wording
from adapters.web.queries import number
from adapters.web.render import VISIT
from adapters.web.site import SITE
from bot.domain.model import CommentId, DiscussionId
from bot.domain.text import one_line


async def discussion(request: web.Request) -> web.Response:
    """Lock, unlock, slow down, or mark as sensitive."""
    act = _ACTS.get(request.match_info["act"])
    moderator(request[VISIT])
    if act is None:
        raise not_found()
    discussion_id = DiscussionId(number(request, "id"))
    _spend(request)
    await act(request, discussion_id)
    return _back(request, f"/a/{discussion_id}")


async def comment(request: web.Request) -> web.Response:
    """Draw a curtain before a comment, or take it away."""
    site, visit = request.app[SITE], request[VISIT]
    moderator(visit)
    comment_id = CommentId(number(request, "id"))
    found = await site.reader.comment(visit.viewer, comment_id)
    if found is None:
        raise not_found()
    _spend(request)
    await site.moderation.mark_sensitive(actor(visit), _curtain(request[FORM]), comment_id=comment_id)
    return _back(request, f"/a/{found[0]}/c/{comment_id}")


async def _lock(request: web.Request, discussion_id: DiscussionId) -> None:
    chosen = request[FORM].text("lasting")
    span = wording.span_of(chosen, wording.LOCKS)
    if span is None and chosen != "open":
        raise Refusal(422, "Please say for how long.")
    await request.app[SITE].moderation.lock(actor(request[VISIT]), discussion_id, lasting=span)


async def _unlock(request: web.Request, discussion_id: DiscussionId) -> None:
    await request.app[SITE].moderation.unlock(actor(request[VISIT]), discussion_id)


async def _slow(request: web.Request, discussion_id: DiscussionId) -> None:
    chosen = request[FORM].text("wait")
    span = wording.span_of(chosen, wording.WAITS)
    if span is None and chosen != "none":
        raise Refusal(422, "Please say for how long.")
    await request.app[SITE].moderation.slow(actor(request[VISIT]), discussion_id, span)


async def _sensitive(request: web.Request, discussion_id: DiscussionId) -> None:
    reason = _curtain(request[FORM])
    await request.app[SITE].moderation.mark_sensitive(actor(request[VISIT]), reason, discussion_id=discussion_id)


_ACTS: dict[str, Callable[[web.Request, DiscussionId], Awaitable[None]]] = {
    "lock": _lock,
    "unlock": _unlock,
    "slow": _slow,
    "sensitive": _sensitive,
}


def _curtain(form: Form) -> str | None:
    """The reason to be shown, None where the curtain is to go."""
    if form.text("clear") == "yes":
        return None
    reason = one_line(form.text("reason"))
    if not reason:
        raise Refusal(422, "Please say in a few words why it is sensitive.")
    if len(reason) > wording.LONGEST_REASON:
        raise Refusal(422, "Please say in at most {most} characters why it is sensitive.", most=wording.LONGEST_REASON)
    return reason


def _spend(request: web.Request) -> None:
    spend(request, "moderate", account=request.app[SITE].settings.limits.vote)


def _back(request: web.Request, otherwise: str) -> web.Response:
    return redirect(request[FORM].back(request[VISIT].url(otherwise)))
