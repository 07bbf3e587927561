"""The words that a member follows, and whether news of them is told."""

from __future__ import annotations

from aiohttp import web

from adapters.web.asking import Reply, tried
from adapters.web.forms import FORM
from adapters.web.me import head, signed_in
from adapters.web.render import VISIT
from adapters.web.replying import page_with
from adapters.web.site import SITE


async def following(request: web.Request) -> web.Response:
    """What is followed, each word with its own button."""
    return await _page(request, None)


async def follow(request: web.Request) -> web.Response:
    """Follow one more word."""
    signed_in(request[VISIT])
    return await _page(request, await tried(request, "me follow", {"word": request[FORM].text("word")}))


async def unfollow(request: web.Request) -> web.Response:
    """Follow a word no longer."""
    signed_in(request[VISIT])
    return await _page(request, await tried(request, "me unfollow", {"word": request[FORM].text("word")}))


async def notify(request: web.Request) -> web.Response:
    """Be told, or not."""
    signed_in(request[VISIT])
    return await _page(request, await tried(request, "me notify", {"switch": request[FORM].text("switch")}))


async def _page(request: web.Request, reply: Reply | None) -> web.Response:
    session, site = signed_in(request[VISIT]), request.app[SITE]
    community_id, member_id = request[VISIT].community.id, session.account.member_id
    async with site.store.read() as tx:
        follows = await tx.people.follows(community_id, member_id)
        chosen = await tx.people.preferences(community_id, member_id)
    values = head(request, session)
    return await page_with(
        request, "following.html", reply, follows=follows, chosen=chosen, typed=_typed(reply), **values
    )


def _typed(reply: Reply | None) -> str:
    """The word that was refused, to be mended."""
    refused = reply is not None and reply.refused is not None and reply.command.name == "me follow"
    return reply.values.get("word", "") if reply is not None and refused else ""
