"""A request on its way through redirects: where it is, and what may be sent there."""

from __future__ import annotations

from base64 import b64encode
from dataclasses import dataclass

from yarl import URL

from bot.domain.links import is_web_address
from bot.domain.model import Failed, FailureKind, FetchRequest
from feeds.settings import FetchSettings

_PERMANENT = frozenset({301, 308})


@dataclass(slots=True)
class Chain:
    """One poll, at the hop that is next."""

    request: FetchRequest
    url: URL
    origin: URL
    secret: dict[str, str]  # configured headers and credentials: sent to `origin` only
    proxy: str | None
    seconds_left: float
    redirects: int = 0
    permanent: bool = True  # all redirects so far were

    @property
    def host(self) -> str:
        """The host of the hop, as it is resolved."""
        return self.url.raw_host or ""

    def at_origin(self) -> bool:
        """Whether this hop goes to where the request was made for: the same scheme, host and port."""
        url, origin = self.url, self.origin
        return url is origin or (url.scheme, url.raw_host, url.port) == (origin.scheme, origin.raw_host, origin.port)

    def is_conditional(self) -> bool:
        """Whether a 304 may be answered."""
        return bool(self.request.validators.etag or self.request.validators.last_modified)

    def headers(self) -> dict[str, str]:
        """What this hop is asked with, beside what every request says."""
        known = self.request.validators
        headers: dict[str, str] = {}
        if known.etag:
            headers["If-None-Match"] = known.etag
        if known.last_modified:
            headers["If-Modified-Since"] = known.last_modified
        if self.secret and self.at_origin():
            headers.update(self.secret)
        return headers

    def moved_to(self) -> str | None:
        """Where the feed lives from now on, if all redirects said so.

        None where that is another origin and the request carries secrets: whoever stores the new address would send
        them there.
        """
        if not self.redirects or not self.permanent or (self.secret and not self.at_origin()):
            return None
        return str(self.url.with_fragment(None))

    def follow(self, status: int, target: str, most: int) -> Failed | None:
        """Go on to `target` (a Location header), or say why not."""
        try:
            url = self.url.join(URL(target))
        except ValueError:
            return Failed(kind=FailureKind.REFUSED, reason="it redirects to what is no address", status=status)
        if url.scheme not in ("http", "https") or not url.host:
            reason = "it redirects to an address that is not http or https"
            return Failed(kind=FailureKind.REFUSED, reason=reason, status=status)
        self.url = url.with_user(None) if url.raw_user is not None else url
        self.redirects += 1
        self.permanent = self.permanent and status in _PERMANENT
        if self.redirects <= most:
            return None
        reason = f"more than {most} redirects, the last one to {url.host}"
        return Failed(kind=FailureKind.TOO_MANY_REDIRECTS, reason=reason)


def begin(request: FetchRequest, settings: FetchSettings) -> Chain | Failed:
    """The chain at its first hop, or what is wrong with the request."""
    try:
        url = URL(request.address)
    except ValueError:
        return _unusable("the address is none of the web (http or https)")
    if url.scheme not in ("http", "https") or not url.raw_host:
        return _unusable("the address is none of the web (http or https)")
    proxy = request.proxy or settings.proxy
    if proxy is not None and not is_web_address(proxy):
        return _unusable("the proxy's address does not begin with http://")
    if not all((name + value).isprintable() for name, value in request.headers):
        return _unusable("a configured header holds what no header can")
    plain = url if url.raw_user is None and url.raw_password is None else url.with_user(None)
    return Chain(
        request=request,
        url=plain,
        origin=plain,
        secret=_secret(request, url),
        proxy=proxy,
        seconds_left=settings.timeout.total_seconds(),
    )


def _secret(request: FetchRequest, url: URL) -> dict[str, str]:
    secret = dict(request.headers)
    user, password = request.user or url.user, request.password or url.password
    if user is not None and not any(name.lower() == "authorization" for name in secret):
        secret["Authorization"] = _basic(user, password or "")
    return secret


def _basic(user: str, password: str) -> str:
    """RFC 7617, in UTF-8."""
    return "Basic " + b64encode(f"{user}:{password}".encode()).decode("ascii")


def _unusable(reason: str) -> Failed:
    return Failed(kind=FailureKind.UNREACHABLE, reason=reason)
