"""Who asks, and by which name: client addresses, the Host header, where a form came from."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from ipaddress import IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from urllib.parse import urlsplit

from adapters.web.settings import WebSettings, is_loopback

Networks = Sequence[IPv4Network | IPv6Network]


def networks(texts: Sequence[str]) -> Networks:
    """CIDRs as networks."""
    return tuple(ip_network(text, strict=False) for text in texts)


def client_address(peer: str | None, forwarded: Sequence[str], trusted: Networks) -> str:
    """The address that limits are counted by; of IPv6 the /64, since one client has all of it.

    X-Forwarded-For is read from its end for as long as the one who wrote it is a trusted proxy.
    """
    hops = [hop.strip() for line in forwarded for hop in line.split(",")]
    address = peer or "unknown"
    while hops and _within(address, trusted):
        hop = hops.pop()
        if _parsed(hop) is None:
            break
        address = hop
    return _grouped(address)


def host_allowed(host: str, settings: WebSettings) -> bool:
    """Whether a Host header is one of ours.

    A page on loopback trusts whoever can reach it; a foreign name that resolves to 127.0.0.1 must not.
    """
    if not settings.loopback:
        return True
    return is_loopback(_hostname(host)) or host.lower() == settings.public_host


def same_origin(host: str, origin: str | None, fetch_site: str | None, settings: WebSettings) -> bool:
    """Whether a browser says that a form came from a page of ours; what says nothing has the token to show."""
    if fetch_site is not None and fetch_site != "same-origin":
        return False
    return origin is None or urlsplit(origin).netloc.lower() in {host.lower(), settings.public_host}


def _hostname(host: str) -> str:
    if host.startswith("["):
        return host[1:].partition("]")[0]
    return host.rpartition(":")[0] if ":" in host else host


def _parsed(text: str) -> object | None:
    try:
        return ip_address(text)
    except ValueError:
        return None


def _within(address: str, trusted: Networks) -> bool:
    try:
        parsed = ip_address(address)
    except ValueError:
        return False
    return any(parsed in network for network in trusted if network.version == parsed.version)


@lru_cache(maxsize=4096)
def _grouped(address: str) -> str:
    try:
        parsed = ip_address(address)
    except ValueError:
        return "unknown"
    if not isinstance(parsed, IPv6Address):
        return str(parsed)
    if parsed.ipv4_mapped is not None:
        return str(parsed.ipv4_mapped)
    return str(ip_network((parsed, 64), strict=False).network_address)
