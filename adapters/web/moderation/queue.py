"""The queue: what waits, what one has claimed, what was decided."""

from __future__ import annotations

from enum import StrEnum
from typing import TypeVar

from aiohttp import web

from adapters.web.failures import not_found
from adapters.web.forms import moderator
from adapters.web.moderation import wording
from adapters.web.queries import page_number
from adapters.web.render import VISIT
from adapters.web.site import SITE
from adapters.web.tongue import tongue
from bot.domain.model import FlagReason, SubjectKind
from bot.ports.moderation import QueueCounts, QueueFilter, QueueView

CASES_A_PAGE = 25

T = TypeVar("T", bound=StrEnum)


async def queue(request: web.Request) -> web.Response:
    """One page of the cases that are asked for, the heaviest first."""
    site, visit = request.app[SITE], request[VISIT]
    moderator(visit)
    wanted = _wanted(request)
    page = await site.order.queue(visit.viewer, wanted, page=page_number(request), size=CASES_A_PAGE, now=visit.at)
    if not page.items and page.number > 1:
        raise not_found()
    counts = await site.order.counts(visit.viewer, visit.at)
    language, zone = await tongue(site, visit)
    return site.renderer.page(
        request,
        "moderation_queue.html",
        language=language,
        zone=zone,
        wanted=wanted,
        page=page,
        counts=counts,
        reasons=_reasons(wanted, counts),
        decided=_number(request.query.get("done", "")),
    )


def _wanted(request: web.Request) -> QueueFilter:
    return QueueFilter(
        view=_asked(request, "view", QueueView) or QueueView.OPEN,
        kind=_asked(request, "kind", SubjectKind),
        reason=_asked(request, "reason", FlagReason),
    )


def _asked(request: web.Request, name: str, choices: type[T]) -> T | None:
    asked = request.query.get(name, "")
    return choices(asked) if asked in set(choices) else None


def _reasons(wanted: QueueFilter, counts: QueueCounts) -> list[tuple[FlagReason, int | None]]:
    """The reasons to choose from: of open cases those that there are, with their numbers."""
    if wanted.view is not QueueView.OPEN:
        return [(reason, None) for reason in wording.REASONS]
    known = dict(counts.reasons)
    return [(reason, known.get(reason, 0)) for reason in wording.REASONS if reason in known or reason is wanted.reason]


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 19 else None
