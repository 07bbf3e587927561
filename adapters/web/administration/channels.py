"""What is set in the community's channels."""

from __future__ import annotations

from collections.abc import Mapping

from aiohttp import web

from adapters.web.asking import Reply, tried, values_of
from adapters.web.failures import not_found
from adapters.web.fields import fields_of
from adapters.web.forms import FORM, admin
from adapters.web.queries import number
from adapters.web.render import VISIT
from adapters.web.replying import page_with
from adapters.web.site import SITE
from bot.domain.colours import write_colour
from bot.domain.model import Channel, Visibility
from bot.locale import NAMES

_SET = "channel set"
USUAL = "usual"  # sets back to what holds everywhere

VALUES = {
    Visibility.PUBLIC: "for everybody",
    Visibility.COMMUNITY: "for members",
    Visibility.PRIVATE: "only for those who are in it",
}
"""For whom what is said in a channel is."""


async def channels(request: web.Request) -> web.Response:
    """All of them."""
    admin(request[VISIT])
    return await page_with(
        request, "admin_channels.html", None, channels=await _all(request), tongues=NAMES, visibilities=VALUES
    )


async def channel(request: web.Request) -> web.Response:
    """One, with the form of its settings."""
    return await _page(request, await _one(request), None)


async def change(request: web.Request) -> web.Response:
    """Set what the form says."""
    one, form = await _one(request), request[FORM]
    command = request.app[SITE].commands.find(_SET)
    there = _set_in(one)
    wanted = {name: value for name, value in values_of(form, command).items() if value != there.get(name)}
    values = wanted | {"channel": one.ref}
    reply = await tried(request, _SET, values, confirmed=form.text("confirmed") == "yes")
    return await _page(request, await _one(request), reply)


async def _all(request: web.Request) -> list[Channel]:
    async with request.app[SITE].store.read() as tx:
        return [each for each in await tx.places.channels() if each.community_id == request[VISIT].community.id]


async def _one(request: web.Request) -> Channel:
    admin(request[VISIT])
    wanted = number(request, "channel")
    found = next((each for each in await _all(request) if each.id == wanted), None)
    if found is None:
        raise not_found()
    return found


async def _page(request: web.Request, one: Channel, reply: Reply | None) -> web.Response:
    command = request.app[SITE].commands.find(_SET)
    typed = reply.values if reply is not None and reply.answer is None else _set_in(one)
    fields = [each for each in await fields_of(request, command, typed) if each.parameter.name != "channel"]
    return await page_with(request, "admin_channel.html", reply, channel=one, fields=fields)


def _set_in(channel: Channel) -> Mapping[str, str]:
    """What is set, as a form of the command is filled in."""
    settings = channel.settings
    weight = settings.hide_weight
    return {
        "name": channel.name,
        "language": channel.language,
        "zone": channel.zone,
        "visibility": channel.visibility.value,
        "sort": settings.sort.value if settings.sort is not None else USUAL,
        "up": settings.up or USUAL,
        "down": settings.down or USUAL,
        "flag": settings.flag or USUAL,
        "hide-weight": f"{weight:g}" if weight is not None else USUAL,
        "colour": write_colour(settings.colour) if settings.colour is not None else USUAL,
        "cases": "yes" if settings.cases else "no",
    }
