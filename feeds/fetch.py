"""Polling an address over HTTP: conditional, within limits, never into the operator's own network."""

from __future__ import annotations

import asyncio
import ssl
import weakref
from collections.abc import Mapping, Sequence
from dataclasses import replace
from hashlib import blake2b
from typing import Any
from urllib.parse import urlsplit

import aiohttp

from bot.domain.model import (
    Failed,
    FailureKind,
    FeedId,
    Fetched,
    FetchRequest,
    PollOutcome,
    Spotted,
    Unchanged,
    Validators,
)
from bot.ports.pictures import Picture
from feeds.addresses import AddressGuard, Hop, current_hop, literal
from feeds.answers import Answer, failure, fresh_for
from feeds.body import BadCompression, TooLarge, read_body
from feeds.chain import Chain, begin
from feeds.deadlines import Deadlines
from feeds.discovery import Discovery
from feeds.errors import NotAFeed
from feeds.failures import TRANSLATED, failed_request, forbidden, too_large
from feeds.gates import HostGates
from feeds.local import read_file
from feeds.pictures import picture_of
from feeds.pool import ParserPool
from feeds.settings import FetchSettings

_ACCEPT = (
    "application/atom+xml, application/rss+xml, application/feed+json, application/xml;q=0.9, text/xml;q=0.8, */*;q=0.5"
)
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_LONGEST_VALIDATOR = 1000
_EVERYWHERE = ""
_NO_FEED = FeedId(0)


class HttpFeedSource:
    """The `FeedSource` of the open internet; documents are read in worker processes."""

    def __init__(self, settings: FetchSettings) -> None:
        self._settings = settings
        self._guard = AddressGuard(settings.allowed_hosts)
        self._gates = HostGates(settings.per_host)
        self._places = HostGates(settings.total)
        self._deadlines = Deadlines(settings.timeout.total_seconds())
        self._pool = ParserPool(settings.workers, settings.parse_timeout, settings.worker_memory)
        self._sockets: weakref.WeakSet[Any] = weakref.WeakSet()
        self._session: aiohttp.ClientSession | None = None

    async def poll(self, request: FetchRequest) -> PollOutcome:
        """Ask one address and read the answer; see `FeedSource.poll`."""
        if request.address[:5].lower() == "file:":
            answer = await self._read_local(request)
        else:
            answer = await self._ask(request)
        if isinstance(answer, Failed):
            return answer
        return await self._outcome(answer, request.validators)

    async def discover(self, request: FetchRequest) -> Sequence[Spotted] | Failed:
        """The feeds at an address that somebody typed; see `FeedSource.discover`."""
        return await Discovery(self._ask, self._pool).at(request)

    async def picture(self, address: str) -> Picture | None:
        """Fetch a picture; see `bot.ports.pictures.Pictures`."""
        if address[:6].lower() != "https:" and not self._guard.allows_host(urlsplit(address).hostname or ""):
            return None
        answer = await self._ask(FetchRequest(feed_id=_NO_FEED, address=address))
        return None if isinstance(answer, Failed) or answer.body is None else picture_of(answer.body)

    async def close(self) -> None:
        """Release connections and worker processes."""
        await self._pool.close()
        if self._session is not None:
            await self._session.close()

    # --- from an answer to an outcome

    async def _outcome(self, answer: Answer, known: Validators) -> PollOutcome:
        if answer.body is None:
            return Unchanged(validators=answer.validators, fresh_for=answer.fresh_for, moved_to=answer.moved_to)
        digest = blake2b(answer.body, digest_size=16).digest()
        validators = replace(answer.validators, body_digest=digest, seen=known.seen)
        if digest == known.body_digest:
            return Unchanged(validators=validators, fresh_for=answer.fresh_for, moved_to=answer.moved_to)
        try:
            feed = await self._pool.parse(
                answer.body, content_type=answer.content_type, address=answer.address, seen=known.seen
            )
        except NotAFeed as error:
            return Failed(kind=FailureKind.UNREADABLE, reason=error.reason)
        return Fetched(
            feed=feed,
            validators=replace(validators, seen=feed.seen),
            fresh_for=answer.fresh_for,
            moved_to=answer.moved_to,
        )

    async def _read_local(self, request: FetchRequest) -> Answer | Failed:
        if not request.allow_file:
            return Failed(kind=FailureKind.REFUSED, reason="file: addresses are read from the configuration only")
        file = await read_file(request.address, request.validators.last_modified, self._settings.max_bytes)
        if isinstance(file, Failed):
            return file
        validators = replace(request.validators, etag=None, last_modified=file.last_modified)
        return Answer(file.body, validators, request.address, None, None, None)

    # --- asking

    async def _ask(self, request: FetchRequest) -> Answer | Failed:
        chain = begin(request, self._settings)
        if isinstance(chain, Failed):
            return chain
        while (result := await self._hop(chain)) is None:
            pass  # redirected
        return result

    async def _hop(self, chain: Chain) -> Answer | Failed | None:
        """One request; None where it was answered with a redirect that is to be followed."""
        host = chain.host
        hop = Hop(host, through_proxy=chain.proxy is not None)
        if chain.proxy is not None and (address := await self._forbidden_behind_proxy(host)):
            return forbidden(host, address)
        if not self._gates.enter_at_once(host):
            await self._gates.enter(host)
        try:
            if not self._places.enter_at_once(_EVERYWHERE):
                await self._places.enter(_EVERYWHERE)
            try:
                return await self._timed(chain, hop)
            finally:
                self._places.leave(_EVERYWHERE)
        finally:
            self._gates.leave(host)

    async def _timed(self, chain: Chain, hop: Hop) -> Answer | Failed | None:
        deadline = self._deadlines.within(chain.seconds_left)
        token = current_hop.set(hop)
        try:
            with deadline:
                return await self._request(chain)
        except TRANSLATED as error:
            return failed_request(error, hop.host, hop.refused, self._settings.timeout.total_seconds())
        finally:
            current_hop.reset(token)
            chain.seconds_left = deadline.end - asyncio.get_running_loop().time()

    async def _request(self, chain: Chain) -> Answer | Failed | None:
        session = self._session or self._open_session()
        headers = chain.headers()
        if len(self._sockets) >= self._settings.most_open:
            headers["Connection"] = "close"
        async with session.get(chain.url, headers=headers, allow_redirects=False, proxy=chain.proxy) as response:
            if response.status == 304 and chain.is_conditional():
                return self._answer(chain, response.headers, None)
            if response.status in _REDIRECTS and (target := response.headers.get("Location")):
                return chain.follow(response.status, target, self._settings.max_redirects)
            if response.status != 200:
                return failure(response.status, response.headers)
            body = await self._body(response)
            return body if isinstance(body, Failed) else self._answer(chain, response.headers, body)

    async def _body(self, response: aiohttp.ClientResponse) -> bytes | Failed:
        limit = self._settings.max_bytes
        length = response.content_length
        try:
            if length is not None and length > limit:
                raise TooLarge
            return await read_body(response.content.iter_any(), response.headers.get("Content-Encoding", ""), limit)
        except TooLarge:
            response.close()
            return too_large(limit)
        except BadCompression as error:
            response.close()
            return Failed(kind=FailureKind.UNREADABLE, reason=str(error))

    def _answer(self, chain: Chain, headers: Mapping[str, str], body: bytes | None) -> Answer:
        known = chain.request.validators
        etag, modified = _validator(headers.get("ETag")), _validator(headers.get("Last-Modified"))
        if body is None:
            etag, modified = etag or known.etag, modified or known.last_modified
        same = etag == known.etag and modified == known.last_modified
        return Answer(
            body=body,
            validators=known if same else replace(known, etag=etag, last_modified=modified),
            address=str(chain.url) if body is not None else "",
            content_type=headers.get("Content-Type"),
            fresh_for=fresh_for(headers),
            moved_to=chain.moved_to(),
        )

    async def _forbidden_behind_proxy(self, host: str) -> str | None:
        """An address of `host` that is not allowed; what only the proxy can resolve is left to the proxy."""
        if self._guard.allows_host(host):
            return None
        numeric = literal(host)
        addresses = {numeric} if numeric else await _resolved(host)
        return next((address for address in sorted(addresses) if not self._guard.allows(address, host)), None)

    def _open_session(self) -> aiohttp.ClientSession:
        connector = aiohttp.TCPConnector(
            limit=0,  # `_places` counts, without the time that waiting takes
            keepalive_timeout=self._settings.keep_alive.total_seconds(),
            ssl=ssl.create_default_context(cafile=self._settings.ca_file),
            socket_factory=self._open_socket,
            ttl_dns_cache=60,
        )
        self._session = aiohttp.ClientSession(
            connector=connector,
            cookie_jar=aiohttp.DummyCookieJar(),
            timeout=aiohttp.ClientTimeout(),  # `_deadlines` keep the time
            headers={
                "User-Agent": self._settings.agent(),
                "Accept": _ACCEPT,
                "Accept-Encoding": "gzip, deflate",
            },
            auto_decompress=False,  # `read_body` does it, within the limit
            trust_env=False,
        )
        return self._session

    def _open_socket(self, info: tuple[Any, ...]) -> Any:
        opened = self._guard.open_socket(info)
        self._sockets.add(opened)
        return opened


def _validator(value: str | None) -> str | None:
    return value if value and value.isascii() and len(value) <= _LONGEST_VALIDATOR else None


async def _resolved(host: str) -> set[str]:
    try:
        infos = await asyncio.get_running_loop().getaddrinfo(host, None)
    except OSError:
        return set()
    return {str(info[4][0]) for info in infos}
