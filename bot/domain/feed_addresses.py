"""Addresses of feeds, as people write them."""

from __future__ import annotations

import re
from urllib.parse import unquote

from bot.domain.model import Credentials

_OPENED = re.compile(r"(?P<scheme>[a-z]+://|)(?P<user>[^/?#@:]*):?(?P<password>[^/?#@]*)@(?P<rest>.*)", re.I | re.S)


def apart(address: str, credentials: Credentials) -> tuple[str, Credentials]:
    """What opens an address is taken out of it, since addresses are shown; what was given beside it comes first."""
    match = _OPENED.fullmatch(address.strip())
    if match is None:
        return address.strip(), credentials
    inside = Credentials(
        user=credentials.user or unquote(match["user"]) or None,
        password=credentials.password or unquote(match["password"]) or None,
        headers=credentials.headers,
    )
    return match["scheme"] + match["rest"], inside


def spellings(address: str) -> tuple[str, ...]:
    """Other ways to write an address that mean the same feed: with and without https, a slash at the end, capitals."""
    scheme, separator, rest = address.strip().partition("://")
    if not separator:
        scheme, rest = "https", address.strip()
    place, slash, path = rest.partition("#")[0].partition("/")
    rest = place.lower() + slash + path
    ends = (rest, rest.rstrip("/") if rest.endswith("/") else f"{rest}/")
    schemes = (scheme.lower(), "http" if scheme.lower() == "https" else "https")
    return tuple(dict.fromkeys([address, *(f"{each}://{end}" for each in schemes for end in ends)]))
