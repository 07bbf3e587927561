"""Polling an address over HTTP: conditional, within limits, never into the operator's own network."""

from __future__ import annotations

import asyncio
import ssl
import weakref
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from hashlib import blake2b
from typing import Any

import aiohttp
from yarl import URL

from bot.domain.model import (
    Failed,
    FailureKind,
    Fetched,
    FetchRequest,
    PollOutcome,
    Unchanged,
    Validators,
)
from feeds.addresses import AddressGuard, Hop, current_hop, literal
from feeds.answers import failure, fresh_for
from feeds.body import BadCompression, TooLarge, read_body
from feeds.errors import NotAFeed
from feeds.failures import TRANSLATED, failed_request, forbidden, too_large
from feeds.gates import HostGates
from feeds.local import read_file
from feeds.pool import ParserPool
from feeds.settings import FetchSettings

_ACCEPT = (
    "application/atom+xml, application/rss+xml, application/feed+json, application/xml;q=0.9, text/xml;q=0.8, */*;q=0.5"
)
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_PERMANENT = frozenset({301, 308})
_LONGEST_VALIDATOR = 1000


@dataclass(frozen=True, slots=True)
class _Answer:
    """A 200 (with its body) or a 304 (None)."""

    body: bytes | None
    validators: Validators
    address: str
    content_type: str | None
    fresh_for: timedelta | None
    moved_to: str | None


@dataclass(slots=True)
class _Chain:
    """A request on its way through redirects."""

    request: FetchRequest
    url: URL
    origin: URL
    secret: dict[str, str]  # sent to `origin` only
    proxy: str | None
    seconds_left: float
    redirects: int = 0
    permanent: bool = True


class HttpFeedSource:
    """The `FeedSource` of the open internet; documents are read in worker processes."""

    def __init__(self, settings: FetchSettings) -> None:
        self._settings = settings
        self._guard = AddressGuard(settings.allowed_hosts)
        self._gates = HostGates(settings.per_host)
        self._places = asyncio.Semaphore(settings.total)
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

    async def close(self) -> None:
        """Release connections and worker processes."""
        await self._pool.close()
        if self._session is not None:
            await self._session.close()

    # --- from an answer to an outcome

    async def _outcome(self, answer: _Answer, known: Validators) -> PollOutcome:
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

    async def _read_local(self, request: FetchRequest) -> _Answer | Failed:
        if not request.allow_file:
            return Failed(kind=FailureKind.REFUSED, reason="file: addresses are read from the configuration only")
        file = await read_file(request.address, request.validators.last_modified, self._settings.max_bytes)
        if isinstance(file, Failed):
            return file
        validators = replace(request.validators, etag=None, last_modified=file.last_modified)
        return _Answer(file.body, validators, request.address, None, None, None)

    # --- asking

    async def _ask(self, request: FetchRequest) -> _Answer | Failed:
        chain = self._start(request)
        while isinstance(chain, _Chain):
            step = await self._hop(chain)
            if not isinstance(step, URL):
                return step
            chain = self._follow(chain, step)
        return chain

    def _start(self, request: FetchRequest) -> _Chain | Failed:
        try:
            url = URL(request.address)
        except ValueError:
            return _no_web_address()
        if url.scheme not in ("http", "https") or not url.host:
            return _no_web_address()
        secret = dict(request.headers)
        user, password = request.user or url.user, request.password or url.password
        if user is not None and "authorization" not in (name.lower() for name in secret):
            secret["Authorization"] = _basic(user, password or "")
        if url.raw_user is not None or url.raw_password is not None:
            url = url.with_user(None)
        return _Chain(
            request=request,
            url=url,
            origin=url,
            secret=secret,
            proxy=request.proxy or self._settings.proxy,
            seconds_left=self._settings.timeout.total_seconds(),
        )

    def _follow(self, chain: _Chain, url: URL) -> _Chain | Failed:
        if chain.redirects > self._settings.max_redirects:
            return Failed(
                kind=FailureKind.TOO_MANY_REDIRECTS,
                reason=f"more than {self._settings.max_redirects} redirects, the last one to {url.host}",
            )
        chain.url = url
        return chain

    async def _hop(self, chain: _Chain) -> _Answer | Failed | URL:
        """One request; where the next one goes, if there is to be one."""
        host = chain.url.raw_host or ""
        hop = Hop(host, through_proxy=chain.proxy is not None)
        if chain.proxy is not None and (address := await self._forbidden_behind_proxy(host)):
            return forbidden(host, address)
        loop = asyncio.get_running_loop()
        await self._gates.enter(host)
        try:
            async with self._places:
                started = loop.time()
                token = current_hop.set(hop)
                try:
                    async with asyncio.timeout(chain.seconds_left):
                        return await self._request(chain)
                except TRANSLATED as error:
                    return failed_request(error, host, hop.refused, self._settings.timeout.total_seconds())
                finally:
                    current_hop.reset(token)
                    chain.seconds_left -= loop.time() - started
        finally:
            self._gates.leave(host)

    async def _request(self, chain: _Chain) -> _Answer | Failed | URL:
        session = self._session or self._open_session()
        headers = self._headers(chain)
        async with session.get(chain.url, headers=headers, allow_redirects=False, proxy=chain.proxy) as response:
            if response.status == 304 and _is_conditional(chain.request.validators):
                return self._answer(chain, response.headers, None)
            if response.status in _REDIRECTS and (target := response.headers.get("Location")):
                return _redirect(chain, response.status, target)
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

    def _answer(self, chain: _Chain, headers: Mapping[str, str], body: bytes | None) -> _Answer:
        known = chain.request.validators
        etag, modified = _validator(headers.get("ETag")), _validator(headers.get("Last-Modified"))
        if body is None:
            etag, modified = etag or known.etag, modified or known.last_modified
        moved = chain.redirects > 0 and chain.permanent and not (chain.secret and not _same_origin(chain))
        return _Answer(
            body=body,
            validators=replace(known, etag=etag, last_modified=modified),
            address=str(chain.url) if body is not None else "",
            content_type=headers.get("Content-Type"),
            fresh_for=fresh_for(headers),
            moved_to=str(chain.url.with_fragment(None)) if moved else None,
        )

    def _headers(self, chain: _Chain) -> dict[str, str]:
        known = chain.request.validators
        headers: dict[str, str] = {}
        if known.etag:
            headers["If-None-Match"] = known.etag
        if known.last_modified:
            headers["If-Modified-Since"] = known.last_modified
        if len(self._sockets) >= self._settings.most_open:
            headers["Connection"] = "close"
        if chain.secret and _same_origin(chain):
            headers.update(chain.secret)
        return headers

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
            timeout=aiohttp.ClientTimeout(total=None, sock_connect=None),
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


def _basic(user: str, password: str) -> str:
    """RFC 7617, in UTF-8."""
    return "Basic " + b64encode(f"{user}:{password}".encode()).decode("ascii")


def _no_web_address() -> Failed:
    return Failed(kind=FailureKind.UNREACHABLE, reason="the address is none of the web (http or https)")


def _redirect(chain: _Chain, status: int, target: str) -> URL | Failed:
    try:
        url = chain.url.join(URL(target))
    except ValueError:
        return Failed(kind=FailureKind.REFUSED, reason="it redirects to what is no address", status=status)
    if url.scheme not in ("http", "https") or not url.host:
        return Failed(
            kind=FailureKind.REFUSED, reason="it redirects to an address that is not http or https", status=status
        )
    chain.redirects += 1
    chain.permanent = chain.permanent and status in _PERMANENT
    return url.with_user(None) if url.raw_user is not None else url


def _same_origin(chain: _Chain) -> bool:
    url, origin = chain.url, chain.origin
    return url is origin or (url.scheme, url.raw_host, url.port) == (origin.scheme, origin.raw_host, origin.port)


def _is_conditional(validators: Validators) -> bool:
    return bool(validators.etag or validators.last_modified)


def _validator(value: str | None) -> str | None:
    return value if value and len(value) <= _LONGEST_VALIDATOR else None


async def _resolved(host: str) -> set[str]:
    try:
        infos = await asyncio.get_running_loop().getaddrinfo(host, None)
    except OSError:
        return set()
    return {str(info[4][0]) for info in infos}
