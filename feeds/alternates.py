"""The feeds that a web page names: `<link rel="alternate">`. Runs in a worker."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import urldefrag, urljoin, urlsplit

import lxml.etree
import lxml.html

from bot.domain.links import is_web_address
from bot.domain.model import Spotted
from bot.domain.text import one_line, repair, shorten
from feeds.charset import decode

MOST = 20
_LOOKED_THROUGH = 2_000_000  # characters: what stands behind them is no head of a page
_LONGEST_ADDRESS = 2_000
_LONGEST_TITLE = 100
_TYPES = frozenset(
    {
        "application/rss+xml",
        "application/atom+xml",
        "application/rdf+xml",
        "application/x.atom+xml",
        "application/x-atom+xml",
        "application/feed+json",
    }
)
# Types of much else, too: taken only where the rest of the link speaks of feeds.
_VAGUE_TYPES = frozenset({"application/json", "application/xml", "text/xml", "text/rss", "text/rss+xml", ""})
_SPEAKS_OF_FEEDS = re.compile(r"\b(?:feeds?|rss2?|atom)\b", re.IGNORECASE)
_DECLARATION = re.compile(r"\s*<\?xml[^>]*>")
# The parser compares each attribute of a tag with all others: fifty thousand take it half a minute.
_OVERLONG_TAG = re.compile(r"""<[a-zA-Z](?:[^"'<>]|"[^"]*+"|'[^']*+'){3000,}+>?""")
_META_CHARSET = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?([A-Za-z0-9._:-]{1,40})", re.IGNORECASE)


def alternates(body: bytes, content_type: str | None, address: str) -> tuple[Spotted, ...]:
    """The feeds that the page at `address` names, in its order, each once; none where it is no page."""
    page = _page(body, content_type)
    if page is None:
        return ()
    found: dict[str, Spotted] = {}
    base = _base(page, address)
    for spotted in _named(page, base):
        if spotted.address != address:
            found.setdefault(spotted.address, spotted)
    return tuple(found.values())[:MOST]


def _page(body: bytes, content_type: str | None) -> lxml.html.HtmlElement | None:
    text = decode(body, _with_charset(body, content_type))[:_LOOKED_THROUGH]
    text = _OVERLONG_TAG.sub("", _DECLARATION.sub("", repair(text), count=1))
    try:
        return lxml.html.document_fromstring(text) if text.strip() else None
    except (lxml.etree.LxmlError, ValueError):
        return None


def _with_charset(body: bytes, content_type: str | None) -> str | None:
    """What HTTP says of the encoding, else what the page says of itself."""
    if "charset" in (content_type or "").lower():
        return content_type
    match = _META_CHARSET.search(body[:4096])
    return f"text/html; charset={match[1].decode('ascii')}" if match else content_type


def _base(page: lxml.html.HtmlElement, address: str) -> str:
    """Where relative addresses start from: the first `<base href>`, if it is one of the web."""
    for element in page.iter("base"):
        href = element.get("href")
        if href is not None:
            joined = _joined(address, href)
            return joined if joined is not None else address
    return address


def _named(page: lxml.html.HtmlElement, base: str) -> Iterator[Spotted]:
    for element in page.iter("link"):
        href = element.get("href")
        target = _joined(base, href) if href and _is_feed(element) else None
        if target is not None:
            yield Spotted(address=target, title=shorten(one_line(repair(element.get("title") or "")), _LONGEST_TITLE))


def _is_feed(element: lxml.html.HtmlElement) -> bool:
    rel = (element.get("rel") or "").lower().split()
    kind = (element.get("type") or "").partition(";")[0].strip().lower()
    if "stylesheet" in rel or not {"alternate", "feed"} & set(rel):
        return False
    if kind in _TYPES or ("feed" in rel and kind in _VAGUE_TYPES):
        return True
    words = f"{element.get('href')} {element.get('title') or ''}".replace("_", " ")
    return kind in _VAGUE_TYPES - {""} and _SPEAKS_OF_FEEDS.search(words) is not None


def _joined(base: str, href: str) -> str | None:
    href = "".join(href.split()) if "://" in href else href.strip()
    if href.lower().startswith("feed:"):
        rest = href[5:]
        href = "http:" + rest if rest.startswith("//") else rest
    try:
        joined = urldefrag(urljoin(base, href)).url
        _ = urlsplit(joined).port  # raises where it is none
    except ValueError:
        return None
    return joined if is_web_address(joined) and joined.isprintable() and len(joined) <= _LONGEST_ADDRESS else None
