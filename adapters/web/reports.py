""" "Report a problem": with a comment, or with an article."""

from __future__ import annotations

from aiohttp import web

from adapters.web.articles import Story, comment_of, story_of
from adapters.web.failures import Refusal
from adapters.web.forms import FORM, member, spend, tell_or_refuse, who
from adapters.web.queries import number
from adapters.web.render import VISIT
from adapters.web.site import SITE
from bot.domain.events import Flagged
from bot.domain.model import FlagReason
from bot.ports.pages import CommentView

LONGEST = 2_000
"""Characters of a report."""

REASONS = {
    FlagReason.SPAM: "Advertising or spam",
    FlagReason.OFF_TOPIC: "Has nothing to do with the article",
    FlagReason.UNKIND: "Insulting or unkind",
    FlagReason.ILLEGAL: "Against the law",
    FlagReason.PRIVATE_DATA: "Tells private things about somebody",
    FlagReason.OTHER: "Something else",
}
"""What each reason is called."""


async def report_form(request: web.Request) -> web.Response:
    """The form."""
    member(request[VISIT])
    story, comment = await _reported(request)
    return _page(request, story, comment, None, "", None)


async def report(request: web.Request) -> web.Response:
    """Pass a report on to the moderators."""
    site, visit, form = request.app[SITE], request[VISIT], request[FORM]
    session = member(visit)
    story, comment = await _reported(request)
    reason, text = form.text("reason"), form.text("text").strip()
    wrong = _wrong(reason, text)
    if wrong is not None:
        return _page(request, story, comment, reason, text, wrong)
    _spend(request)
    message = comment.message if comment is not None else story.line.message
    flagged = Flagged(message=message, who=who(session), reason=FlagReason(reason), text=text, at=site.clock.now())
    await tell_or_refuse(request, flagged)
    return site.renderer.page(request, "reported.html", language=story.section.language, story=story, comment=comment)


async def _reported(request: web.Request) -> tuple[Story, CommentView | None]:
    site, visit = request.app[SITE], request[VISIT]
    story = await story_of(site, visit, number(request, "id"))
    if "comment" not in request.match_info:
        return story, None
    comment = await comment_of(site, visit, story.line.id, number(request, "comment"))
    if comment.deleted:
        raise Refusal(422, "This comment was deleted.")
    return story, comment


def _wrong(reason: str, text: str) -> Refusal | None:
    if reason not in set(FlagReason):
        return Refusal(422, "Please choose what is wrong.")
    if reason == FlagReason.OTHER and not text:
        return Refusal(422, "Please say in a few words what is wrong.")
    if len(text) > LONGEST:
        return Refusal(422, "Please say it in at most {most} characters.", most=LONGEST)
    return None


def _page(
    request: web.Request,
    story: Story,
    comment: CommentView | None,
    reason: str | None,
    text: str,
    wrong: Refusal | None,
) -> web.Response:
    return request.app[SITE].renderer.page(
        request,
        "report.html",
        language=story.section.language,
        status=422 if wrong is not None else 200,
        story=story,
        comment=comment,
        reasons=REASONS,
        reason=reason,
        text=text,
        refused=wrong,
    )


def _spend(request: web.Request) -> None:
    limits = request.app[SITE].settings.limits
    spend(request, "flag", account=limits.flag, address=limits.flag_address)
