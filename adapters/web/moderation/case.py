"""A case: everything that is needed to decide it, and what can be done with it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from aiohttp import web
from markupsafe import Markup

from adapters.web.failures import Refusal, not_found
from adapters.web.forms import FORM, actor, moderator, redirect, spend
from adapters.web.moderation import wording
from adapters.web.moderation.deciding import Typed, decision, rows, typed
from adapters.web.moderation.log import entries
from adapters.web.queries import number
from adapters.web.reading import Quoted, quoted_ids, with_images, with_quotes
from adapters.web.render import VISIT
from adapters.web.site import SITE
from adapters.web.tongue import tongue
from bot.domain import cases
from bot.domain.corrections import difference
from bot.domain.html import plain_text
from bot.domain.model import CaseId, CommentId, SubjectKind
from bot.errors import RequestError
from bot.locale import translator
from bot.ports.moderation import CaseView
from bot.ports.pages import CommentView

_TOO_LATE = frozenset({cases.CHANGED, cases.CLAIMED, cases.DECIDED})
_MOST_LOOKED_UP = 20


@dataclass(frozen=True, kw_only=True, slots=True)
class Version:
    """What was flagged, as it was then."""

    revision: int
    text: str


async def case(request: web.Request) -> web.Response:
    """The case."""
    moderator(request[VISIT])
    return await _page(request, await _view(request), Typed(), None)


async def claim(request: web.Request) -> web.Response:
    """Take it into one's hands."""
    site = request.app[SITE]
    return await _done(request, lambda: site.moderation.claim(actor(request[VISIT]), _id(request)))


async def release(request: web.Request) -> web.Response:
    """Give it back."""
    site = request.app[SITE]
    return await _done(request, lambda: site.moderation.release(actor(request[VISIT]), _id(request)))


async def decide(request: web.Request) -> web.Response:
    """Decide it as it was read, and go on with the queue."""
    site, visit, form = request.app[SITE], request[VISIT], request[FORM]

    async def work() -> None:
        version = form.text("version")
        if not (version.isascii() and version.isdecimal() and len(version) < 10):
            raise Refusal(400)
        await site.moderation.decide(actor(visit), _id(request), decision(typed(form)), version=int(version))

    return await _done(request, work, to=f"/mod?done={_id(request)}")


async def note(request: web.Request) -> web.Response:
    """Write something for the other moderators."""
    site, visit, form = request.app[SITE], request[VISIT], request[FORM]

    async def work() -> None:
        await site.moderation.note(actor(visit), written(form.text("note")), case_id=_id(request))

    return await _done(request, work, to=f"/mod/cases/{_id(request)}#notes")


def written(text: str) -> str:
    """A note. Raises `Refusal`."""
    if not text.strip():
        raise Refusal(422, "This note says nothing yet.")
    if len(text) > wording.LONGEST_WORDS:
        raise Refusal(422, "Please say it in at most {most} characters.", most=wording.LONGEST_WORDS)
    return text.strip()


async def _done(request: web.Request, work: Callable[[], Awaitable[None]], to: str | None = None) -> web.Response:
    """Do it and go on; where it is refused the case comes again, as it is now, with what was typed."""
    site, visit = request.app[SITE], request[VISIT]
    moderator(visit)
    view = await _view(request)
    try:
        spend(request, "moderate", account=site.settings.limits.vote)
        await work()
    except RequestError as refused:
        return await _page(request, await _view(request), typed(request[FORM]), refused)
    return redirect(visit.url(to or f"/mod/cases/{view.case.id}"))


def _id(request: web.Request) -> CaseId:
    return CaseId(number(request, "id"))


async def _view(request: web.Request) -> CaseView:
    found = await request.app[SITE].order.case(request[VISIT].viewer, _id(request))
    if found is None:
        raise not_found()
    return found


async def _page(request: web.Request, view: CaseView, form: Typed, refused: RequestError | None) -> web.Response:
    site, visit = request.app[SITE], request[VISIT]
    language, zone = await tongue(site, visit)
    t = site.renderer.translator(visit, language)
    told = translator(view.language)
    response = site.renderer.page(
        request,
        "moderation_case.html",
        language=language,
        status=_status(refused),
        view=view,
        zone=zone,
        article=view.case.subject.kind is SubjectKind.ARTICLE,
        versions=versions(view),
        now_text=_now(view),
        text_of=await _texts(request, view),
        changes=_changes(view),
        rows=rows(view, t, told, visit.at),
        recipient=told,
        typed=form,
        refused=refused,
        holder=view.case.claimed(visit.at),
        claimed_by=_last(view, "case.claim"),
        decided_by=_last(view, "case.decide"),
        entries=entries(view.log, visit, t, zone),
    )
    if isinstance(refused, Refusal) and refused.retry_after is not None:
        response.headers["Retry-After"] = str(max(1, round(refused.retry_after.total_seconds())))
    return response


def _status(refused: RequestError | None) -> int:
    if refused is None:
        return 200
    return 409 if refused.key in _TOO_LATE else getattr(refused, "status", 422)


def _last(view: CaseView, action: str) -> str | None:
    """Who did this last, as the log has it."""
    lines = [line for line in view.log if line.action == action]
    return max(lines, key=lambda line: line.at).by if lines else None


def versions(view: CaseView) -> list[Version]:
    """Each text that was flagged, once, the latest revision first."""
    found = {(flag.subject_revision, flag.subject_text) for flag in view.flags}
    return [Version(revision=revision, text=text) for revision, text in sorted(found, reverse=True)]


def _now(view: CaseView) -> str:
    """What stands there now: the HTML of a comment, title and lead of an article."""
    if view.comment is not None:
        return "" if view.comment.deleted else view.comment.html
    return f"{view.content.title}\n{view.content.lead}".strip() if view.content is not None else ""


def _changes(view: CaseView) -> list[tuple[object, str]]:
    """What has changed since the latest text that was flagged; nothing where it is as it was, or gone."""
    known, now = versions(view), plain_text(_now(view))
    if not known or not now or plain_text(known[0].text).split() == now.split():
        return []
    return list(difference(plain_text(known[0].text), now))


async def _texts(request: web.Request, view: CaseView) -> dict[str, Markup]:
    """Every text of comments that the page shows, as it is shown, by its HTML."""
    site, visit = request.app[SITE], request[VISIT]
    shown = {each.html for each in (*view.before, *view.after)} | {each.text for each in versions(view)} | {_now(view)}
    known = await _quoted(request, view, shown)
    t = site.renderer.translator(visit, None)
    return {html: with_quotes(with_images(html, False), known, t) for html in shown}


async def _quoted(request: web.Request, view: CaseView, shown: set[str]) -> dict[int, Quoted]:
    site, visit = request.app[SITE], request[VISIT]
    near: list[CommentView] = [*view.before, *view.after]
    authors = {int(each.id): (int(view.article), each.author) for each in near}
    for comment_id in sorted(set().union(*map(quoted_ids, shown)) - authors.keys())[:_MOST_LOOKED_UP]:
        found = await site.reader.comment(visit.viewer, CommentId(comment_id))
        if found is not None:
            authors[comment_id] = (int(found[0]), found[1].author)
    return {
        comment_id: Quoted(author=author, address=visit.url(f"/a/{discussion}/c/{comment_id}"))
        for comment_id, (discussion, author) in authors.items()
    }
