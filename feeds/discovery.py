"""From what somebody types to feeds: the address itself, those that its page names, those at the usual places."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from urllib.parse import urljoin, urlsplit

from bot.domain.model import Failed, FailureKind, FetchRequest, Spotted, Validators
from feeds.answers import Answer
from feeds.errors import NotAFeed
from feeds.pool import ParserPool

USUAL = ("feed", "rss", "feed.xml", "rss.xml", "atom.xml", "index.xml", "feed.json", "feeds/posts/default")
"""Where sites have their feeds that do not say where."""

_AT_ONCE = 2
_NO_SUCH_DOOR = frozenset({FailureKind.UNREACHABLE, FailureKind.TIMEOUT, FailureKind.TLS})
_NAMES_NONE = "this is a web page (HTML) that names no feed, and there is none at the usual places either"

Ask = Callable[[FetchRequest], Awaitable[Answer | Failed]]


class Discovery:
    """Looks for feeds, with the limits of whatever asks."""

    def __init__(self, ask: Ask, pool: ParserPool) -> None:
        self._ask = ask
        self._pool = pool

    async def at(self, request: FetchRequest) -> Sequence[Spotted] | Failed:
        """See `FeedSource.discover`."""
        request = replace(request, validators=Validators())
        first: Failed | None = None
        for address in spelt_out(request.address):
            found = await self._behind(replace(request, address=address))
            if not isinstance(found, Failed) or found.kind not in _NO_SUCH_DOOR:
                return found
            first = first or found
        return first or Failed(kind=FailureKind.UNREACHABLE, reason="there is no address")

    async def _behind(self, request: FetchRequest) -> Sequence[Spotted] | Failed:
        answer = await self._ask(request)
        if isinstance(answer, Failed):
            return answer
        found = await self._read(request, answer)
        if isinstance(found, Spotted):
            return [found]
        return await self._named_by(request, answer) if _is_page(answer) else found

    async def _read(self, request: FetchRequest, answer: Answer) -> Spotted | Failed:
        try:
            feed = await self._pool.parse(
                answer.body or b"", content_type=answer.content_type, address=answer.address, seen=b""
            )
        except NotAFeed as error:
            return Failed(kind=FailureKind.UNREADABLE, reason=error.reason)
        return Spotted(address=answer.moved_to or request.address, title=feed.title, feed=feed)

    async def _named_by(self, request: FetchRequest, page: Answer) -> Sequence[Spotted] | Failed:
        try:
            named = await self._pool.alternates(page.body or b"", content_type=page.content_type, address=page.address)
        except NotAFeed as error:
            return Failed(kind=FailureKind.UNREADABLE, reason=error.reason)
        if len(named) > 1:
            return named
        places = [[each.address for each in named], *_in_batches(usual_places(page.address))]
        for batch in places:
            found = await asyncio.gather(*(self._try(request, address) for address in batch))
            feeds = {each.address: each for each in found if isinstance(each, Spotted)}
            if feeds:
                return list(feeds.values())
        return Failed(kind=FailureKind.UNREADABLE, reason=_NAMES_NONE)

    async def _try(self, request: FetchRequest, address: str) -> Spotted | Failed:
        there = _request_for(request, address)
        answer = await self._ask(there)
        return answer if isinstance(answer, Failed) else await self._read(there, answer)


def spelt_out(typed: str) -> tuple[str, ...]:
    """The addresses that somebody may mean: without a scheme https, then http."""
    typed = typed.strip()
    if typed.lower().startswith("feed:"):
        typed = typed[5:].lstrip("/")
    scheme, separator, rest = typed.partition("://")
    if separator and scheme.isalnum():
        return (f"{scheme.lower()}://{rest}",)
    bare = typed.lstrip("/")
    return (f"https://{bare}", f"http://{bare}") if bare else ()


def usual_places(address: str) -> tuple[str, ...]:
    """Where a page's feed may be: beside the page first, then at the site's root."""
    beside = [urljoin(address, place) for place in USUAL[:4]] if urlsplit(address).path.strip("/") else []
    return tuple(dict.fromkeys([*beside, *(urljoin(address, f"/{place}") for place in USUAL)]))


def _in_batches(places: Sequence[str]) -> list[list[str]]:
    return [list(places[at : at + _AT_ONCE]) for at in range(0, len(places), _AT_ONCE)]


def _request_for(request: FetchRequest, address: str) -> FetchRequest:
    """The request for another address: what opens the first one goes to no other place."""
    if _origin(address) == _origin(request.address):
        return replace(request, address=address)
    return replace(request, address=address, headers=(), user=None, password=None)


def _origin(address: str) -> tuple[str, str | None, int | None]:
    parts = urlsplit(address)
    return parts.scheme, parts.hostname, parts.port or {"http": 80, "https": 443}.get(parts.scheme)


def _is_page(answer: Answer) -> bool:
    start = (answer.body or b"")[:4000].lower()
    return "html" in (answer.content_type or "").lower() or b"<html" in start or b"<!doctype html" in start
