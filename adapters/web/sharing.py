"""Taking an article to another channel."""

from __future__ import annotations

from aiohttp import web

from adapters.web.articles import Story, story_of
from adapters.web.asking import Reply, caller, tried
from adapters.web.forms import FORM, member
from adapters.web.queries import number
from adapters.web.render import VISIT
from adapters.web.replying import page_with
from adapters.web.site import SITE

_SHARE = "news share"


async def share_form(request: web.Request) -> web.Response:
    """Where to."""
    return await _page(request, await _story(request), None)


async def share(request: web.Request) -> web.Response:
    """Post it there, and say so."""
    story = await _story(request)
    values = {"article": str(story.line.id), "channel": request[FORM].text("channel")}
    return await _page(request, story, await tried(request, _SHARE, values))


async def _story(request: web.Request) -> Story:
    member(request[VISIT])
    return await story_of(request.app[SITE], request[VISIT], number(request, "id"))


async def _page(request: web.Request, story: Story, reply: Reply | None) -> web.Response:
    given = {"article": str(story.line.id)}
    channels = await request.app[SITE].commands.complete(await caller(request), _SHARE, "channel", "", given)
    here = story.section.ref.rpartition("/")[2]
    others = [each for each in channels if each.value != here]
    return await page_with(request, "share.html", reply, story=story, channels=others)
