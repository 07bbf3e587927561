"""A feed's own page: its subscriptions, and what became of its last articles."""

from __future__ import annotations

from collections.abc import Sequence

from aiohttp import web

from adapters.web.asking import Reply, tried, values_of
from adapters.web.failures import not_found
from adapters.web.feeds import wording
from adapters.web.fields import fields_of
from adapters.web.forms import FORM, admin
from adapters.web.queries import number
from adapters.web.render import VISIT
from adapters.web.replying import look, page_with
from adapters.web.site import SITE
from bot.domain.model import FeedId, Subscription
from bot.locale.failures import REASONS
from bot.ports.commands import Facts
from bot.ports.pages import FeedLine

LAST = 25
OF_A_SUBSCRIPTION = {
    "filter", "template", "mention", "tags", "language", "members-only", "cap", "quiet", "digest", "sensitive",
}  # fmt: skip
"""The parameters of `feed edit` that stand on the subscription's page."""

_EDIT = "feed edit"


async def shown(request: web.Request) -> web.Response:
    """The page."""
    return await page(request, None)


async def change(request: web.Request) -> web.Response:
    """Set what is the feed's own: how often it is read, and what opens it."""
    line = await feed_of(request)
    values = values_of(request[FORM], request.app[SITE].commands.find(_EDIT)) | {"feed": str(line.id)}
    return await page(request, await tried(request, _EDIT, values))


async def why(request: web.Request) -> web.Response:
    """Each step of an article, from the poll to its delivery."""
    admin(request[VISIT])
    article = request.query.get("article", "")
    reply = await tried(request, "feed why", {"article": article})
    return await page_with(request, "feed_why.html", reply, answer=reply.answer, article=article)


async def page(request: web.Request, reply: Reply | None) -> web.Response:
    """The page, with what came of a command at its head."""
    site, visit = request.app[SITE], request[VISIT]
    line = await feed_of(request)
    command = site.commands.find(_EDIT)
    told = await look(request, "feed show", {"feed": str(line.id)})
    values = reply.values if reply is not None and reply.command is command and reply.answer is None else {}
    fields = await fields_of(request, command, values)
    return await page_with(
        request,
        "feed.html",
        reply,
        line=line,
        facts=[block for block in told.blocks if isinstance(block, Facts)],
        subscriptions=await subscriptions_of(request, line.id),
        brought=await site.reader.brought(visit.community.id, line.id, LAST),
        fields=[each for each in fields if each.parameter.name not in OF_A_SUBSCRIPTION | {"feed", "channel"}],
        reasons=REASONS,
        wording=wording,
    )


async def feed_of(request: web.Request) -> FeedLine:
    """The feed that the path names, for admins. Raises `Refusal`."""
    site, visit = request.app[SITE], request[VISIT]
    admin(visit)
    wanted = number(request, "feed")
    found = next((line for line in await site.reader.feeds(visit.community.id) if line.id == wanted), None)
    if found is None:
        raise not_found()
    return found


async def subscriptions_of(request: web.Request, feed_id: FeedId | None = None) -> Sequence[Subscription]:
    """The community's subscriptions, all or those of a feed."""
    async with request.app[SITE].store.read() as tx:
        found = await tx.places.subscriptions(feed_id)
    return [each for each in found if each.channel.community_id == request[VISIT].community.id]


async def paused(request: web.Request) -> dict[FeedId, str]:
    """The feeds whose subscriptions here take nothing, and the word for it."""
    by_feed: dict[FeedId, list[Subscription]] = {}
    for each in await subscriptions_of(request):
        by_feed.setdefault(each.feed_id, []).append(each)
    return {
        feed_id: "paused" if all(each.paused for each in found) else "suspended"
        for feed_id, found in by_feed.items()
        if not any(each.takes_articles for each in found)
    }
