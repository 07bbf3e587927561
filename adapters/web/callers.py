"""What the headers of a request say of who asks. The same headers say the same, so that much is found out once."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass

from aiohttp import web

from adapters.web.addresses import Networks, client_address
from adapters.web.tokens import Signer
from adapters.web.visit import LANGUAGE_COOKIE, csrf_token, session_cookie, signed_purpose, visitor_cookie
from bot.domain.model import Community
from bot.locale import negotiate, supported

_MOST = 1000  # headers have up to 8 KB

_Said = tuple[str, str, str, str, tuple[str, ...]]


@dataclass(frozen=True, kw_only=True, slots=True)
class Caller:
    """Who asks, as far as cookies with our signature and the connection tell; whether a session lives is not known."""

    session_id: str | None
    visitor_id: str | None
    csrf: Mapping[str, str]  # what the forms of these two are bound with
    wanted: str | None  # the language that was asked for
    address: str  # of the client, for limits


class Callers:
    """Those who asked last."""

    def __init__(self, signer: Signer, trusted: Networks) -> None:
        self._signer = signer
        self._trusted = trusted
        self._known: OrderedDict[_Said, Caller] = OrderedDict()

    def of(self, request: web.Request, community: Community) -> Caller:
        """Who asks for a page of a community."""
        headers = request.headers
        said = (
            community.slug,
            request.remote or "",
            ";".join(headers.getall("Cookie", ())),
            headers.get("Accept-Language", ""),
            tuple(headers.getall("X-Forwarded-For", ())),
        )
        caller = self._known.get(said)
        if caller is None:
            caller = self._known[said] = self._found(request, community)
            if len(self._known) > _MOST:
                self._known.popitem(last=False)
        else:
            self._known.move_to_end(said)
        return caller

    def _found(self, request: web.Request, community: Community) -> Caller:
        session_id = self._signed(request, "session", session_cookie(community), community)
        visitor_id = self._signed(request, "visitor", visitor_cookie(community), community)
        return Caller(
            session_id=session_id,
            visitor_id=visitor_id,
            csrf={each: csrf_token(self._signer, community, each) for each in (session_id, visitor_id) if each},
            wanted=supported(request.cookies.get(LANGUAGE_COOKIE, ""))
            or negotiate(request.headers.get("Accept-Language", "")),
            address=client_address(request.remote, request.headers.getall("X-Forwarded-For", []), self._trusted),
        )

    def _signed(self, request: web.Request, kind: str, cookie: str, community: Community) -> str | None:
        signed = request.cookies.get(cookie)
        return self._signer.unsign(signed_purpose(kind, community), signed) if signed else None
