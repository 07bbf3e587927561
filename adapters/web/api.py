"""The same in JSON, as `openapi.json` describes it."""

from __future__ import annotations

import hashlib
import json
from enum import StrEnum
from pathlib import Path
from typing import Any, TypeVar

from aiohttp import web

from adapters.web.articles import story_of
from adapters.web.failures import Refusal
from adapters.web.lists import read_list, section_called, slug_of
from adapters.web.queries import COMMENTS_A_PAGE, choice, number, page_number, period
from adapters.web.render import VISIT, host_of, iso
from adapters.web.rights import locked, sees
from adapters.web.site import SITE
from adapters.web.visit import Visit
from bot.domain.html import links_as_text, plain_text
from bot.ports.pages import ArticleLine, ArticleSort, CommentSort, CommentView, FeedLine, Page

_DESCRIPTION = (Path(__file__).parent / "openapi.json").read_bytes()

Choice = TypeVar("Choice", bound=StrEnum)


async def description(request: web.Request) -> web.Response:
    """What there is (OpenAPI 3.1)."""
    return web.Response(body=_DESCRIPTION, content_type="application/json")


async def articles(request: web.Request) -> web.Response:
    """A page of articles."""
    site, visit = request.app[SITE], request[VISIT]
    sort = _sort(request, ArticleSort, ArticleSort.HOT)
    slug = request.query.get("section") or None
    sections = await site.reader.sections(visit.viewer)
    here = section_called(sections, slug) if slug is not None else None
    slugs = {line.ref: slug_of(line) for line in sections}
    page = await read_list(site, visit, here, sort, period(request), _page(request))
    return _json(request, _envelope(page, [_article(visit, line, slugs[line.section]) for line in page.items]))


async def article(request: web.Request) -> web.Response:
    """One article with its text."""
    site, visit = request.app[SITE], request[VISIT]
    story = await story_of(site, visit, number(request, "id"))
    content = story.line.content
    told = _article(visit, story.line, slug_of(story.section))
    return _json(request, told | {"summary": content.summary, "body": content.body})


async def comments(request: web.Request) -> web.Response:
    """A page of an article's comments."""
    site, visit = request.app[SITE], request[VISIT]
    sort = _sort(request, CommentSort, CommentSort.BEST)
    story = await story_of(site, visit, number(request, "id"))
    page = await site.reader.comments(visit.viewer, story.line.id, sort=sort, page=_page(request), size=COMMENTS_A_PAGE)
    return _json(request, _envelope(page, [_comment(visit, story.line.id, comment) for comment in page.items]))


async def feeds(request: web.Request) -> web.Response:
    """How the community's feeds are doing."""
    site, visit = request.app[SITE], request[VISIT]
    lines = await site.reader.feeds(visit.community.id)
    return _json(request, {"items": [_feed(visit, line) for line in lines]})


async def nothing(request: web.Request) -> web.Response:
    """An address of the API that there is not."""
    raise Refusal(404)


def _article(visit: Visit, line: ArticleLine, section: str) -> dict[str, Any]:
    content = line.content
    return {
        "id": line.id,
        "title": content.title,
        "link": content.link,
        "address": visit.url(f"/a/{line.id}"),
        "section": section,
        "source": line.source,
        "author": content.author,
        "published": iso(content.published) if content.published is not None else None,
        "dated": iso(line.dated),
        "up": line.totals.up,
        "down": line.totals.down,
        "comments": line.comments,
        "lead": content.lead,
        "image": content.image,
        "language": content.language,
        "teaser": content.teaser,
        "revision": line.revision,
        "revised_at": iso(line.revised_at) if line.revised_at is not None else None,
        "sensitive": line.sensitive,
        "hidden": line.hidden,
        "locked": locked(visit, line),
    }


def _comment(visit: Visit, discussion_id: int, comment: CommentView) -> dict[str, Any]:
    seen = sees(visit, comment)
    html = (links_as_text(comment.html) if comment.trust == 0 else comment.html) if seen else ""
    return {
        "id": comment.id,
        "address": visit.url(f"/a/{discussion_id}/c/{comment.id}"),
        "author": comment.author if seen else None,
        "title": comment.title if seen else None,
        "network": comment.network,
        "html": html,
        "text": plain_text(html),
        "created_at": iso(comment.created_at),
        "edited_at": iso(comment.edited_at) if comment.edited_at is not None else None,
        "deleted": comment.deleted,
        "sensitive": comment.sensitive,
        "hidden": comment.hidden,
        "up": comment.totals.up,
        "down": comment.totals.down,
        "parent": comment.parent_id,
    }


def _feed(visit: Visit, line: FeedLine) -> dict[str, Any]:
    return {
        "id": line.id,
        "title": line.title,
        "address": line.address if visit.admin else None,
        "host": host_of(line.address),
        "state": line.state.value,
        "sections": list(line.sections),
        "articles": line.articles,
        "held": line.held,
        "last_read_at": iso(line.last_read_at) if line.last_read_at is not None else None,
        "next_at": iso(line.next_at),
        "failing_since": iso(line.failing_since) if line.failing_since is not None else None,
        "failures": line.failures,
        "failure": line.failure.value if line.failure is not None else None,
        "reason": line.reason,
    }


def _envelope(page: Page[Any], items: list[dict[str, Any]]) -> dict[str, Any]:
    return {"items": items, "page": page.number, "pages": page.last, "total": page.total}


def _sort(request: web.Request, choices: type[Choice], otherwise: Choice) -> Choice:
    """Programs are told what they got wrong, where a page shows people something sensible."""
    asked = request.query.get("sort", otherwise.value)
    if asked not in set(choices):
        raise Refusal(400, "There is no order called {name}.", name=asked[:40])
    return choice(request, choices, otherwise)


def _page(request: web.Request) -> int:
    asked = request.query.get("page", "1")
    if not (asked.isascii() and asked.isdecimal() and int(asked[:9]) >= 1 and len(asked) < 10):
        raise Refusal(400, "A page has a number, from 1.")
    return page_number(request)


def _json(request: web.Request, body: dict[str, Any]) -> web.Response:
    text = json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()
    etag = hashlib.sha256(text).hexdigest()[:32]
    response = web.Response(body=text, content_type="application/json", charset="utf-8")
    if any(known.value in {etag, "*"} for known in request.if_none_match or ()):
        response = web.Response(status=304)
    response.etag = etag
    response.headers["Cache-Control"] = "no-cache, private"
    response.headers["Vary"] = "Cookie"
    return response
