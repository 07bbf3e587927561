"""Votes: a form names the state that is wanted, so that sending it twice changes nothing."""

from __future__ import annotations

from aiohttp import web

from adapters.web import refs
from adapters.web.articles import comment_of, story_of
from adapters.web.failures import Refusal, not_found, wants_json
from adapters.web.forms import FORM, member, redirect, spend, tell_or_refuse, who
from adapters.web.render import VISIT
from adapters.web.site import SITE, Site
from adapters.web.visit import Visit
from bot.domain.events import Event, Reacted, Unreacted, Who
from bot.domain.model import Ref, SubjectKind, Totals, Vote

_EMOJI = {Vote.UP: "👍", Vote.DOWN: "👎"}
_WISHES = {"up": Vote.UP, "down": Vote.DOWN, "none": None}


async def vote(request: web.Request) -> web.Response:
    """Take a vote on an article or a comment; a script gets the new totals."""
    site, visit, form = request.app[SITE], request[VISIT], request[FORM]
    session = member(visit)
    if form.text("vote") not in _WISHES:
        raise Refusal(400)
    message = Ref(form.text("message"))
    discussion_id, comment_id = await _subject(site, visit, message)
    await _totals(site, visit, discussion_id, comment_id)
    _spend(request)
    for event in _events(_WISHES[form.text("vote")], message, who(session), site):
        await tell_or_refuse(request, event)
    if not wants_json(request):
        return redirect(form.back(visit.url(_path(discussion_id, comment_id))))
    totals, mine = await _totals(site, visit, discussion_id, comment_id)
    return web.json_response({"up": totals.up, "down": totals.down, "vote": mine.value if mine else "none"})


def _events(wanted: Vote | None, message: Ref, by: Who, site: Site) -> list[Event]:
    """What is not wanted is taken back first, then what is wanted is there: also after a vote that was cut short."""
    now = site.clock.now()
    events: list[Event] = [
        Unreacted(reaction=refs.reaction(by.ref, direction, message), at=now)
        for direction in Vote
        if direction is not wanted
    ]
    if wanted is not None:
        reaction = refs.reaction(by.ref, wanted, message)
        events.append(Reacted(reaction=reaction, message=message, who=by, emoji=_EMOJI[wanted], at=now))
    return events


async def _subject(site: Site, visit: Visit, message: Ref) -> tuple[int, int | None]:
    """The discussion and (None for the article) the comment that a message is, in this community."""
    async with site.store.read() as tx:
        found = await tx.discussions.subject_of(message)
    if found is None or found[2] != visit.community.id:
        raise not_found()
    subject, discussion_id, _ = found
    return discussion_id, subject.id if subject.kind is SubjectKind.COMMENT else None


async def _totals(site: Site, visit: Visit, discussion_id: int, comment_id: int | None) -> tuple[Totals, Vote | None]:
    """How the votes stand. Raises `Refusal` (404) where the reader may not see what is voted on."""
    if comment_id is None:
        line = (await story_of(site, visit, discussion_id)).line
        return line.totals, line.vote
    comment = await comment_of(site, visit, discussion_id, comment_id)
    return comment.totals, comment.vote


def _path(discussion_id: int, comment_id: int | None) -> str:
    return f"/a/{discussion_id}" if comment_id is None else f"/a/{discussion_id}/c/{comment_id}"


def _spend(request: web.Request) -> None:
    limits = request.app[SITE].settings.limits
    spend(request, "vote", account=limits.vote, address=limits.vote_address)
