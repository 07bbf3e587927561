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
    counted = [
        ("/admin/outbox", parked.total if parked is not None else 0, _PARKED),
        ("/feeds", sum(_failing(line) for line in feeds), _FAILING),
        ("/feeds", sum(line.held for line in feeds), _HELD),
        ("/mod", visit.waiting, _CASES),
        ("/corrections", corrections.total, _CORRECTIONS),
    ]
    return [Need(said=_said(texts, count), path=path) for path, count, texts in counted if count]


def _failing(line: FeedLine) -> bool:
    return line.failing_since is not None or line.state is FeedState.GONE


def _said(texts: tuple[str, str], count: int) -> Sentence:
    one, many = texts
    return Sentence(key=one, many=many, values={"count": count})


_PARKED = ("{count} order could not be carried out", "{count} orders could not be carried out")
_FAILING = ("{count} feed cannot be read", "{count} feeds cannot be read")
_HELD = ("{count} article is held back", "{count} articles are held back")
_CASES = ("{count} open case", "{count} open cases")
_CORRECTIONS = ("{count} reported error waits for an answer", "{count} reported errors wait for an answer")
