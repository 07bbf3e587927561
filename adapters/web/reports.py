""" "Report a problem": with a comment, or with an article."""

from __future__ import annotations

from aiohttp import web

from adapters.web.articles import Story, comment_of, form_page, story_of
from adapters.web.failures import Refusal
from adapters.web.forms import FORM, member, spend, tell_or_refuse, who
from adapters.web.queries import number
from adapters.web.render import VISIT
from adapters.web.rights import kept_out, sees
from adapters.web.site import SITE
from adapters.web.visit import Visit
from bot.domain.events import Flagged
from bot.domain.model import FlagReason
from bot.errors import RequestError
from bot.locale.reasons import REASONS
from bot.ports.pages import CommentView

LONGEST = 2_000
"""Characters of a report."""


async def report_form(request: web.Request) -> web.Response:
    """The form."""
    member(request[VISIT])
    story, comment = await _reported(request)
    return _page(request, story, comment, "", "", None)


async def report(request: web.Request) -> web.Response:
    """Pass a report on to the moderators."""
    site, visit, form = request.app[SITE], request[VISIT], request[FORM]
    session = member(visit)
    story, comment = await _reported(request)
    reason, text = form.text("reason"), form.text("text").strip()
    message = comment.message if comment is not None else story.line.message
    try:
        _check(visit, reason, text)
        _spend(request)
        flagged = Flagged(message=message, who=who(session), reason=FlagReason(reason), text=text, at=site.clock.now())
        await tell_or_refuse(request, flagged)
    except RequestError as refused:
        return _page(request, story, comment, reason, text, refused)
    return site.renderer.page(request, "reported.html", language=story.section.language, story=story, comment=comment)


async def _reported(request: web.Request) -> tuple[Story, CommentView | None]:
    site, visit = request.app[SITE], request[VISIT]
    story = await story_of(site, visit, number(request, "id"))
    if "comment" not in request.match_info:
        return story, None
    comment = await comment_of(site, visit, story.line.id, number(request, "comment"))
    if comment.deleted:
        raise Refusal(422, "This comment was deleted.")
    if not sees(visit, comment):
        raise Refusal(422, "This comment is out of sight.")
    return story, comment


def _check(visit: Visit, reason: str, text: str) -> None:
    """Raises `Refusal` where a report cannot be passed on."""
    if (kept := kept_out(visit)) is not None:
        raise kept
    if reason not in set(FlagReason):
        raise Refusal(422, "Please choose what is wrong.")
    if reason == FlagReason.OTHER and not text:
        raise Refusal(422, "Please say in a few words what is wrong.")
    if len(text) > LONGEST:
        raise Refusal(422, "Please say it in at most {most} characters.", most=LONGEST)


def _page(
    request: web.Request,
    story: Story,
    comment: CommentView | None,
    reason: str,
    text: str,
    refused: RequestError | None,
) -> web.Response:
    return form_page(request, "report.html", story, refused, comment=comment, reasons=REASONS, reason=reason, text=text)


def _spend(request: web.Request) -> None:
    limits = request.app[SITE].settings.limits
    spend(request, "flag", account=limits.flag, address=limits.flag_address)
