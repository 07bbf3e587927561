"""Writing, changing and removing comments."""

from __future__ import annotations

from aiohttp import web

from adapters.web import refs
from adapters.web.articles import Story, comment_of, may, story_of
from adapters.web.failures import Refusal
from adapters.web.forms import FORM, member, redirect, spend, tell_or_refuse, who
from adapters.web.markup import quoted, to_html, to_text
from adapters.web.queries import number
from adapters.web.reading import quoted_ids
from adapters.web.render import VISIT
from adapters.web.site import SITE
from adapters.web.tokens import random_token
from bot.domain.events import Deleted, Edited, Outcome, Posted
from bot.domain.html import plain_text
from bot.domain.model import CommentId
from bot.errors import RequestError
from bot.ports.pages import CommentView

LONGEST = 20_000
"""Characters of a comment, as typed."""


async def reply_form(request: web.Request) -> web.Response:
    """The form to write a comment, an answer (`?to=`), or one that quotes what it answers (`&quote=1`)."""
    site, visit = request.app[SITE], request[VISIT]
    member(visit)
    story = await story_of(site, visit, number(request, "id"))
    parent = await _parent(request, story, request.query.get("to", ""))
    text = ""
    if parent is not None and request.query.get("quote") == "1":
        text = quoted(parent.id, parent.author, parent.html)
    return _reply_page(request, story, parent, text, random_token(), None)


async def reply(request: web.Request) -> web.Response:
    """Post a comment; the same form sent twice is one comment."""
    site, visit, form = request.app[SITE], request[VISIT], request[FORM]
    session = member(visit)
    story = await story_of(site, visit, number(request, "id"))
    parent = await _parent(request, story, form.text("to"))
    nonce = form.text("nonce") if refs.is_nonce(form.text("nonce")) else random_token()
    try:
        html = _written(form.text("text"))
        _spend(request)
        posted = Posted(
            message=refs.comment(nonce),
            thread=story.line.thread,
            who=who(session),
            html=html,
            at=site.clock.now(),
            reply_to=parent.message if parent is not None else None,
        )
        outcome = await tell_or_refuse(request, posted)
    except RequestError as refused:
        return _reply_page(request, story, parent, form.text("text"), nonce, refused)
    return redirect(_address(request, story, outcome))


async def edit_form(request: web.Request) -> web.Response:
    """The form to change one's comment, as it was typed."""
    story, comment = await _own(request, "edit")
    names = await _names(request, comment)
    return _edit_page(request, story, comment, to_text(comment.html, names), None)


async def edit(request: web.Request) -> web.Response:
    """Change one's comment."""
    site, visit, form = request.app[SITE], request[VISIT], request[FORM]
    story, comment = await _own(request, "edit")
    try:
        html = _written(form.text("text"))
        _spend(request)
        edited = Edited(message=comment.message, who=who(member(visit)), html=html, at=site.clock.now())
        await tell_or_refuse(request, edited)
    except RequestError as refused:
        return _edit_page(request, story, comment, form.text("text"), refused)
    return redirect(visit.url(f"{story.path}/c/{comment.id}"))


async def delete_form(request: web.Request) -> web.Response:
    """Ask once more."""
    story, comment = await _own(request, "delete")
    return request.app[SITE].renderer.page(
        request, "delete.html", language=story.section.language, story=story, comment=comment
    )


async def delete(request: web.Request) -> web.Response:
    """Remove a comment."""
    site, visit = request.app[SITE], request[VISIT]
    story, comment = await _own(request, "delete")
    _spend(request)
    await tell_or_refuse(request, Deleted(message=comment.message, at=site.clock.now()))
    return redirect(visit.url(f"{story.path}#comments"))


def _written(text: str) -> str:
    if len(text) > LONGEST:
        raise Refusal(422, "A comment has at most {most} characters.", most=LONGEST)
    html = to_html(text)
    if not any(character.isprintable() and not character.isspace() for character in plain_text(html)):
        raise Refusal(422, "This comment says nothing yet.")
    return html


async def _own(request: web.Request, act: str) -> tuple[Story, CommentView]:
    site, visit = request.app[SITE], request[VISIT]
    member(visit)
    story = await story_of(site, visit, number(request, "id"))
    comment = await comment_of(site, visit, story.line.id, number(request, "comment"))
    if not may(act, visit, comment):
        raise Refusal(403, "Only its author may do this with a comment.")
    return story, comment


async def _parent(request: web.Request, story: Story, to: str) -> CommentView | None:
    if not to:
        return None
    if not (to.isascii() and to.isdecimal() and len(to) < 19):
        raise Refusal(400)
    comment = await comment_of(request.app[SITE], request[VISIT], story.line.id, int(to))
    if comment.deleted:
        raise Refusal(422, "The comment that you answer was deleted.")
    return comment


async def _names(request: web.Request, comment: CommentView) -> dict[int, str]:
    names: dict[int, str] = {}
    for comment_id in sorted(quoted_ids(comment.html))[:20]:
        found = await request.app[SITE].reader.comment(request[VISIT].viewer, CommentId(comment_id))
        if found is not None:
            names[comment_id] = found[1].author
    return names


def _address(request: web.Request, story: Story, outcome: Outcome) -> str:
    path = story.path if outcome.comment is None else f"{story.path}/c/{outcome.comment}"
    return request[VISIT].url(path)


def _reply_page(
    request: web.Request,
    story: Story,
    parent: CommentView | None,
    text: str,
    nonce: str,
    refused: RequestError | None,
) -> web.Response:
    return _form_page(request, "reply.html", story, refused, parent=parent, text=text, nonce_value=nonce)


def _edit_page(
    request: web.Request, story: Story, comment: CommentView, text: str, refused: RequestError | None
) -> web.Response:
    return _form_page(request, "edit.html", story, refused, comment=comment, text=text)


def _form_page(
    request: web.Request, template: str, story: Story, refused: RequestError | None, **values: object
) -> web.Response:
    """The form again, with what was typed and what is wrong with it; a limit's own page would lose the text."""
    status = getattr(refused, "status", 422) if refused is not None else 200
    response = request.app[SITE].renderer.page(
        request, template, language=story.section.language, status=status, story=story, refused=refused, **values
    )
    if isinstance(refused, Refusal) and refused.retry_after is not None:
        response.headers["Retry-After"] = str(max(1, round(refused.retry_after.total_seconds())))
    return response


def _spend(request: web.Request) -> None:
    limits = request.app[SITE].settings.limits
    spend(request, "comment", account=limits.comment, address=limits.comment_address)
