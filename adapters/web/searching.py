"""Searching in articles and comments."""

from __future__ import annotations

from aiohttp import web

from adapters.web.asking import Reply, tried
from adapters.web.marking import marked, sought
from adapters.web.picking import listing_of, rows_of
from adapters.web.queries import page_number
from adapters.web.replying import page_with
from bot.domain.text import one_line, repair

_LONGEST = 200


async def search(request: web.Request) -> web.Response:
    """What was found, the words marked; without a question, the field alone."""
    query = one_line(repair(request.query.get("q", "")))[:_LONGEST]
    reply = await tried(request, "news search", _values(request, query)) if query else None
    return await _page(request, query, reply)
