"""Addresses of articles: what makes two of them the same."""

from __future__ import annotations

from urllib.parse import quote

_TRACKING = frozenset(
    "fbclid gclid gclsrc dclid gbraid wbraid msclkid yclid twclid ttclid igshid igsh li_fat_id mc_cid mc_eid mkt_tok "
    "_hsenc _hsmi hsctatracking xtor xtref xtatc wt_mc wt.mc_id wt.mc_ev cmpid ns_mchannel ns_source ns_campaign "
    "ns_linkname ns_fee ref_src ref_url ocid ftag s_cid sr_share guccounter guce_referrer guce_referrer_sig "
    "_ga _gl srsltid vero_id oly_anon_id oly_enc_id rb_clickid pk_campaign pk_kwd pk_source mtm_campaign mtm_source "
    "mtm_medium mtm_keyword".split()
)
_TRACKING_PREFIXES = ("utm_", "at_", "hsa_")
_SOURCE_NAMES = frozenset("ref source src from partner emc cmp feature".split())
_KEPT_IN_ADDRESS = "/%!$&'()*+,;=:@~-._?[]"


def canonical_link(link: str) -> str | None:
    """The form of `link` by which two articles are the same one, or None where it identifies nothing.

    https, the host in lower case without user and default port, no fragment, no tracking parameters, no slash at the
    end; the order of parameters stays. A bare home page (no path, no query) identifies nothing, and so does anything
    but http and https. The result is canonical itself: `canonical_link(canonical_link(x)) == canonical_link(x)`.
    """
    scheme, separator, rest = link.strip().partition("://")
    if not separator or scheme.lower() not in {"http", "https"}:
        return None
    place, _, query = rest.partition("#")[0].partition("?")
    authority, _, path = place.partition("/")
    host = _canonical_host(authority)
    path = _in_ascii(path).strip("/")
    query = _without_tracking(_in_ascii(query)) if query else ""
    if host is None or not (path or query):
        return None
    return f"https://{host}{'/' if path else ''}{path}{'?' if query else ''}{query}"


def is_web_address(address: str) -> bool:
    """Whether `address` is absolute, http or https, with a host."""
    scheme, separator, rest = address.partition("://")
    return bool(separator) and scheme.lower() in {"http", "https"} and rest[:1] not in {"", "/", "?", "#", ":", "@"}


def _canonical_host(authority: str) -> str | None:
    host = authority.rpartition("@")[2].lower()
    name, colon, port = host.rpartition(":")
    if colon and port in {"", "80", "443"}:
        host = name
    elif colon and port.isascii() and port.isdigit():
        return _with_port(name, port)
    return _ascii_host(host)


def _with_port(name: str, port: str) -> str | None:
    host = _ascii_host(name)
    return None if host is None else f"{host}:{port}"


def _ascii_host(host: str) -> str | None:
    if host.startswith("["):
        return host if host.endswith("]") and host.isascii() else None
    host = host.rstrip(".")
    if not host.isascii():
        try:
            host = host.encode("idna").decode("ascii").lower().rstrip(".")
        except UnicodeError:
            return None
    return host if host and not any(char in host for char in ': \\\t\r\n"<>') else None


def _in_ascii(part: str) -> str:
    if part.isascii() and part.isprintable() and " " not in part:
        return part
    return quote(part.encode("utf-8", "replace"), safe=_KEPT_IN_ADDRESS)


def _without_tracking(query: str) -> str:
    return "&".join(pair for pair in query.split("&") if pair and not _is_tracking(pair))


def _is_tracking(pair: str) -> bool:
    name, _, value = pair.partition("=")
    name = name.lower()
    if name in _TRACKING or name.startswith(_TRACKING_PREFIXES):
        return True
    return name in _SOURCE_NAMES and value.lower().startswith("rss")
