"""For admins: where an article comes from; articles that were taken for one, or for two."""

from __future__ import annotations

import re

from aiohttp import web

from adapters.web.articles import Story, story_of
from adapters.web.failures import Refusal
from adapters.web.forms import FORM, actor, admin, redirect, spend
from adapters.web.queries import number
from adapters.web.render import VISIT
from adapters.web.site import SITE
from bot.domain.model import DiscussionId, FeedId
from bot.errors import RequestError
from bot.ports.moderation import SourceLine

_NO_ARTICLE = "That is not the number or the address of an article here."
_SAME = "An article can only be merged into another one."
_NO_SOURCE = "There is no such feed among the sources of this article."

_NUMBER = re.compile(r"(?:.*/a/)?(\d{1,18})(?:[/?#].*)?", re.ASCII)


async def sources(request: web.Request) -> web.Response:
    """The feeds that brought an article, and what can be done about a mistake."""
    return await _page(request, await _story(request), None, "")


async def split_form(request: web.Request) -> web.Response:
    """Ask before a source's story gets its own article."""
    story = await _story(request)
    source = await _source(request, story)
    return request.app[SITE].renderer.page(
        request, "split.html", language=story.section.language, story=story, source=source
    )


async def split(request: web.Request) -> web.Response:
    """Part a source's story from the article; to its own page, or (where it is posted nowhere yet) back."""
    site, visit = request.app[SITE], request[VISIT]
    story = await _story(request)
    _spend(request)
    try:
        made = await site.articles.split(actor(visit), story.line.id, FeedId(number(request, "feed")))
    except RequestError as refused:
        return await _page(request, story, refused, "")
    shown = await site.reader.article(visit.viewer, made, visit.at)
    return redirect(visit.url(f"/a/{made}" if shown is not None else f"{story.path}/sources"))


async def merge_form(request: web.Request) -> web.Response:
    """Show both articles, and ask before they become one."""
    story, wanted = await _story(request), request.query.get("into", "")
    try:
        other = await _other(request, story, wanted)
    except RequestError as refused:
        return await _page(request, story, refused, wanted)
    return request.app[SITE].renderer.page(
        request, "merge.html", language=story.section.language, story=story, other=other
    )


async def merge(request: web.Request) -> web.Response:
    """Make this article and another one; to the one that stays."""
    site, visit = request.app[SITE], request[VISIT]
    story, wanted = await _story(request), request[FORM].text("into")
    _spend(request)
    try:
        other = await _other(request, story, wanted)
        await site.articles.merge(actor(visit), story.line.id, other.line.id)
    except RequestError as refused:
        return await _page(request, story, refused, wanted)
    return redirect(visit.url(other.path))


async def _story(request: web.Request) -> Story:
    visit = request[VISIT]
    admin(visit)
    return await story_of(request.app[SITE], visit, number(request, "id"))


async def _source(request: web.Request, story: Story) -> SourceLine:
    lines = await request.app[SITE].order.sources(request[VISIT].viewer, story.line.id)
    source = next((line for line in lines if line.feed_id == number(request, "feed")), None)
    if source is None:
        raise Refusal(404, _NO_SOURCE)
    return source


async def _other(request: web.Request, story: Story, wanted: str) -> Story:
    """The article with this number or address. Raises RequestError."""
    found = _NUMBER.fullmatch(wanted.strip())
    if found is None:
        raise RequestError(_NO_ARTICLE)
    if int(found[1]) == story.line.id:
        raise RequestError(_SAME)
    site, visit = request.app[SITE], request[VISIT]
    if await site.reader.article(visit.viewer, DiscussionId(int(found[1])), visit.at) is None:
        raise RequestError(_NO_ARTICLE)
    return await story_of(site, visit, int(found[1]))


async def _page(request: web.Request, story: Story, refused: RequestError | None, into: str) -> web.Response:
    site = request.app[SITE]
    return site.renderer.page(
        request,
        "sources.html",
        language=story.section.language,
        status=422 if refused is not None else 200,
        story=story,
        lines=await site.order.sources(request[VISIT].viewer, story.line.id),
        refused=refused,
        into=into,
    )


def _spend(request: web.Request) -> None:
    spend(request, "articles", account=request.app[SITE].settings.limits.vote)
