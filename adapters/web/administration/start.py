"""The first page of the area: what needs somebody, and where the rest is found."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from aiohttp import web

from adapters.web.correcting import WAITING
from adapters.web.forms import admin
from adapters.web.picking import listing_of
from adapters.web.render import VISIT
from adapters.web.replying import look, page_with
from adapters.web.site import SITE
from bot.domain.model import FeedState
from bot.domain.orders import Notice
from bot.domain.telling import Sentence
from bot.ports.pages import FeedLine

LABELS = {
    "parked": ("{count} order could not be carried out", "{count} orders could not be carried out"),
    "failing": ("{count} feed cannot be read", "{count} feeds cannot be read"),
    "held": ("{count} article is held back", "{count} articles are held back"),
    "cases": ("{count} open case", "{count} open cases"),
    "corrections": ("{count} reported error waits for an answer", "{count} reported errors wait for an answer"),
}
"""What can wait for somebody."""

PATHS = {
    "parked": "/admin/outbox",
    "failing": "/feeds",
    "held": "/feeds",
    "cases": "/mod",
    "corrections": "/corrections",
}
"""Where it is done."""

_NOTICES = 10


@dataclass(frozen=True, kw_only=True, slots=True)
class Need:
    """Something that waits for somebody, and where it is done."""

    said: Sentence
    path: str


async def start(request: web.Request) -> web.Response:
    """What waits, the most urgent first."""
    admin(request[VISIT])
    needs, notices = await _needs(request), await _notices(request)
    return await page_with(request, "admin_start.html", None, needs=needs, notices=notices)


async def _notices(request: web.Request) -> Sequence[Notice]:
    async with request.app[SITE].store.read() as tx:
        return await tx.journal.notices(request[VISIT].community.id, _NOTICES)


async def _needs(request: web.Request) -> Sequence[Need]:
    site, visit = request.app[SITE], request[VISIT]
    feeds = await site.reader.feeds(visit.community.id)
    parked = listing_of(await look(request, "outbox list"))
    corrections = await site.order.corrections(visit.viewer, WAITING, page=1, size=1)
    counts = {
        "parked": parked.total if parked is not None else 0,
        "failing": sum(_failing(line) for line in feeds),
        "held": sum(line.held for line in feeds),
        "cases": visit.waiting,
        "corrections": corrections.total,
    }
    return [_need(name, count) for name, count in counts.items() if count]


def _failing(line: FeedLine) -> bool:
    return line.failing_since is not None or line.state is FeedState.GONE


def _need(name: str, count: int) -> Need:
    one, many = LABELS[name]
    return Need(said=Sentence(key=one, many=many, values={"count": count}), path=PATHS[name])
