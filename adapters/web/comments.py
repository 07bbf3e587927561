"""Writing, changing and removing comments."""

from __future__ import annotations

from aiohttp import web

from adapters.web import refs, rights
from adapters.web.articles import Story, comment_of, form_page, story_of
from adapters.web.curtain import Curtain, drawn, typed_curtain
from adapters.web.failures import Refusal
from adapters.web.forms import FORM, member, redirect, spend, tell_or_refuse, who
from adapters.web.markup import quoted, to_html, to_text
from adapters.web.queries import number
from adapters.web.reading import quoted_ids
from adapters.web.render import VISIT
from adapters.web.site import SITE
from adapters.web.tokens import random_token
from adapters.web.visit import Visit
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
    _allow(visit, story)
    parent = await _parent(request, story, request.query.get("to", ""))
    text = ""
    if parent is not None and request.query.get("quote") == "1":
        text = quoted(parent.id, parent.author, parent.html)
    return _reply_page(request, story, parent, text, random_token(), Curtain(), None)


async def reply(request: web.Request) -> web.Response:
    """Post a comment; the same form sent twice is one comment."""
    site, visit, form = request.app[SITE], request[VISIT], request[FORM]
    session = member(visit)
    story = await story_of(site, visit, number(request, "id"))
    parent = await _parent(request, story, form.text("to"))
    nonce = form.text("nonce") if refs.is_nonce(form.text("nonce")) else random_token()
    curtain = typed_curtain(form)
    try:
        _allow(visit, story)
        html = _written(form.text("text"))
        sensitive = drawn(curtain)
        _spend(request)
        posted = Posted(
            message=refs.comment(nonce),
            thread=story.line.thread,
            who=who(session),
            html=html,
            at=site.clock.now(),
            reply_to=parent.message if parent is not None else None,
            sensitive=sensitive,
        )
        outcome = await tell_or_refuse(request, posted)
    except RequestError as refused:
        return _reply_page(request, story, parent, form.text("text"), nonce, curtain, refused)
    return redirect(_address(request, story, outcome))


async def edit_form(request: web.Request) -> web.Response:
    """The form to change one's comment, as it was typed."""
    story, comment = await _own(request, "edit")
    names = await _names(request, comment)
    curtain = Curtain(chosen=comment.sensitive is not None, reason=comment.sensitive or "")
    return _edit_page(request, story, comment, to_text(comment.html, names), curtain, None)


async def edit(request: web.Request) -> web.Response:
    """Change one's comment."""
    site, visit, form = request.app[SITE], request[VISIT], request[FORM]
    story, comment = await _own(request, "edit")
    curtain = typed_curtain(form)
    try:
        html = _written(form.text("text"))
        sensitive = drawn(curtain)
        _spend(request)
        edited = Edited(
            message=comment.message, who=who(member(visit)), html=html, at=site.clock.now(), sensitive=sensitive
        )
        await tell_or_refuse(request, edited)
    except RequestError as refused:
        return _edit_page(request, story, comment, form.text("text"), curtain, refused)
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


def _allow(visit: Visit, story: Story) -> None:
    """Raises `RequestError` where the member cannot write here now."""
    hindrance = rights.hindrance(visit, story.line)
    if hindrance is not None:
        raise hindrance


async def _own(request: web.Request, act: str) -> tuple[Story, CommentView]:
    site, visit = request.app[SITE], request[VISIT]
    member(visit)
    story = await story_of(site, visit, number(request, "id"))
    comment = await comment_of(site, visit, story.line.id, number(request, "comment"))
    if not rights.may(act, visit, comment, story.line):
        raise _why_not(visit, story, comment)
    return story, comment


def _why_not(visit: Visit, story: Story, comment: CommentView) -> RequestError:
    hindrance = rights.hindrance(visit, story.line) if rights.owns(visit, comment) else None
    return hindrance or Refusal(403, "Only its author may do this with a comment.")


async def _parent(request: web.Request, story: Story, to: str) -> CommentView | None:
    if not to:
        return None
    if not (to.isascii() and to.isdecimal() and len(to) < 19):
        raise Refusal(400)
    comment = await comment_of(request.app[SITE], request[VISIT], story.line.id, int(to))
    if comment.deleted:
        raise Refusal(422, "The comment that you answer was deleted.")
    if not rights.sees(request[VISIT], comment):
        raise Refusal(422, "This comment is out of sight.")
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
    curtain: Curtain,
    refused: RequestError | None,
) -> web.Response:
    values = {"parent": parent, "text": text, "nonce_value": nonce, "curtain": curtain}
    return form_page(request, "reply.html", story, refused, **values)


def _edit_page(
    request: web.Request,
    story: Story,
    comment: CommentView,
    text: str,
    curtain: Curtain,
    refused: RequestError | None,
) -> web.Response:
    return form_page(request, "edit.html", story, refused, comment=comment, text=text, curtain=curtain)


def _spend(request: web.Request) -> None:
    limits = request.app[SITE].settings.limits
    spend(request, "comment", account=limits.comment, address=limits.comment_address)
