"""Adding a feed: its address, then what there is to choose, with a preview, until it is added."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import parse_qsl, urlencode

from aiohttp import web

from adapters.web.asking import Reply, tried, values_of
from adapters.web.feeds.feed import OF_A_SUBSCRIPTION, subscriptions_of
from adapters.web.fields import fields_of
from adapters.web.forms import FORM, admin
from adapters.web.render import VISIT
from adapters.web.replying import page_with
from adapters.web.site import SITE
from bot.domain.model import Subscription
from bot.domain.telling import Sentence
from bot.ports.commands import Command, Offer, Offers

_ADD = "feed add"
_FIRST = ("address", "channel")


async def form(request: web.Request) -> web.Response:
    """Where a feed is, and into which channel it goes."""
    admin(request[VISIT])
    command = request.app[SITE].commands.find(_ADD)
    values = {name: request.query[name] for name in _FIRST if name in request.query}
    return await _page(request, Reply(command=command, values=values))


async def add(request: web.Request) -> web.Response:
    """Add it, or ask on: the values of an offer that was chosen come before those that were typed."""
    admin(request[VISIT])
    command, sent = request.app[SITE].commands.find(_ADD), request[FORM]
    values = values_of(sent, command) | _chosen(command, sent.text("also"))
    before = {each.id for each in await subscriptions_of(request)}
    reply = await tried(request, _ADD, values)
    made = next((each for each in await subscriptions_of(request) if each.id not in before), None)
    return await _page(request, reply, made)


async def _page(request: web.Request, reply: Reply, made: Subscription | None = None) -> web.Response:
    asked = tuple(_asked(reply))
    fields = await fields_of(request, reply.command, reply.values)
    begun = reply.answer is not None or reply.refused is not None
    return await page_with(
        request,
        "feed_add.html",
        reply if reply.answer is None else None,
        answer=reply.answer,
        made=made,
        begun=begun,
        opened=begun and not asked,
        asked=asked,
        also=lambda offer: urlencode(offer.values),
        first=[each for each in fields if each.parameter.name in _FIRST],
        choices=[each for each in fields if each.parameter.name not in OF_A_SUBSCRIPTION.union(_FIRST)],
        rules=[each for each in fields if each.parameter.name in OF_A_SUBSCRIPTION],
    )


def _asked(reply: Reply) -> Iterator[tuple[Sentence, tuple[Offer, ...]]]:
    """The questions that have to be answered before the feed is added."""
    for block in reply.answer.blocks if reply.answer is not None else ():
        if isinstance(block, Offers) and (going_on := tuple(each for each in block.offers if each.command == _ADD)):
            yield block.question, going_on


def _chosen(command: Command, also: str) -> dict[str, str]:
    return {name: value for name, value in parse_qsl(also, keep_blank_values=True) if command.parameter(name)}
