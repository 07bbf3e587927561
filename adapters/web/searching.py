"""Searching in articles and comments."""

from __future__ import annotations

from functools import partial
from urllib.parse import urlsplit

from aiohttp import web

from adapters.web.asking import Reply, tried
from adapters.web.marking import marked
from adapters.web.picking import listing_of, rows_of
from adapters.web.queries import page_number
from adapters.web.replying import page_with
from bot.domain.search import Sought, read
from bot.domain.text import one_line, repair
from bot.domain.wrong import Wrong


async def search(request: web.Request) -> web.Response:
    """What was found, the words marked; without a question, the field alone."""
    query = one_line(repair(request.query.get("q", "")))
    values = {"words": query, "page": str(page_number(request))}
    return await _page(request, query, await tried(request, "news search", values) if query else None)


async def _page(request: web.Request, query: str, reply: Reply | None) -> web.Response:
    answer = reply.answer if reply is not None else None
    return await page_with(
        request,
        "search.html",
        reply,
        query=query,
        listing=listing_of(answer) if answer is not None else None,
        rows=rows_of(answer) if answer is not None else (),
        marked=partial(marked, sought=_sought(query)),
        path_of=_path_of,
    )


def _path_of(address: str) -> str:
    """An address of the page for whoever reaches it by another name."""
    parts = urlsplit(address)
    return parts.path + (f"#{parts.fragment}" if parts.fragment else "")


def _sought(query: str) -> Sought | None:
    try:
        return read(query)
    except Wrong:
        return None
