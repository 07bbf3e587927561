"""A subscription's page: its rules, tried on the last articles before they are kept."""

from __future__ import annotations

from collections.abc import Mapping

from aiohttp import web

from adapters.web.asking import Reply, tried, values_of
from adapters.web.failures import not_found
from adapters.web.feeds.feed import OF_A_SUBSCRIPTION, feed_of, subscriptions_of
from adapters.web.feeds.trial import trial
from adapters.web.fields import fields_of
from adapters.web.forms import FORM
from adapters.web.queries import number
from adapters.web.replying import page_with
from adapters.web.site import SITE
from bot.domain.model import Subscription
from bot.domain.subscribing import digest_text, quiet_text
from bot.domain.templates import FIELDS

_EDIT = "feed edit"


async def shown(request: web.Request) -> web.Response:
    """The rules as they are."""
    found = await _subscription(request)
    return await _page(request, found, rules_of(found), None)


async def change(request: web.Request) -> web.Response:
    """Keep the rules that the form says, or only try them."""
    found, form = await _subscription(request), request[FORM]
    command = request.app[SITE].commands.find(_EDIT)
    typed = {name: text for name, text in values_of(form, command, blanks=True).items() if name in OF_A_SUBSCRIPTION}
    if form.text("act") == "try":
        return await _page(request, found, typed, None)
    values = {"feed": str(found.feed_id), "channel": found.channel.ref} | _whole(typed)
    reply = await tried(request, _EDIT, values)
    if reply.answer is not None:
        found = await _subscription(request)
        typed = rules_of(found)
    return await _page(request, found, typed, reply)


def rules_of(subscription: Subscription) -> dict[str, str]:
    """The rules as they are typed."""
    rules = subscription.rules
    return {
        "filter": rules.filter,
        "template": rules.template,
        "mention": rules.mention or "",
        "tags": ", ".join(rules.tags),
        "language": rules.language or "",
        "members-only": "yes" if rules.members_only else "no",
        "cap": str(rules.cap) if rules.cap is not None else "",
        "quiet": quiet_text(rules.quiet),
        "digest": digest_text(rules.digest),
        "sensitive": subscription.sensitive or "",
    }


def _whole(typed: Mapping[str, str]) -> dict[str, str]:
    """All that the form says: what was emptied is to be as usual, which for a number is nought."""
    values = {name: text for name, text in typed.items() if text or name != "members-only"}
    return values | ({"cap": "0"} if values.get("cap") == "" else {})


async def _subscription(request: web.Request) -> Subscription:
    line = await feed_of(request)
    wanted = number(request, "channel")
    for each in await subscriptions_of(request, line.id):
        if each.channel.id == wanted:
            return each
    raise not_found()


async def _page(
    request: web.Request, found: Subscription, typed: Mapping[str, str], reply: Reply | None
) -> web.Response:
    fields = await fields_of(request, request.app[SITE].commands.find(_EDIT), typed)
    tried_out = await trial(request.app[SITE].store, found, typed.get("filter", ""), typed.get("template", ""))
    return await page_with(
        request,
        "feed_subscription.html",
        reply,
        line=await feed_of(request),
        subscription=found,
        fields=[each for each in fields if each.parameter.name in OF_A_SUBSCRIPTION],
        described=FIELDS,
        trial=tried_out,
        saved=typed == rules_of(found),
    )
