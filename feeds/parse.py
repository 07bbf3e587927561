"""Reading a document: RSS 0.9x, 1.0 and 2.0, Atom and JSON Feed. Runs in a worker; the one home of feedparser."""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import Any

import feedparser

from bot.domain.links import is_web_address
from bot.domain.model import Entry, ParsedFeed
from feeds import jsonfeed
from feeds.charset import decode
from feeds.cut import CutFeed, balanced, cut
from feeds.document import mend, tidy
from feeds.entries import Markup, clean_language, title_text, web_address
from feeds.errors import NotAFeed
from feeds.items import entry_of
from feeds.seen import Item, digest_of, item_of, pack, settle, unpack

feedparser.api.PREFERRED_XML_PARSERS.clear()  # one that nobody has is looked for on disk for every document otherwise

_HTML = re.compile(r"\s*(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html|head|body)\b", re.IGNORECASE | re.DOTALL)
_ROOT = re.compile(r"<([A-Za-z_][\w.:-]{0,60})")
_FEED_ROOTS = frozenset({"rss", "rdf", "feed", "channel"})
_LONGEST_TTL = timedelta(days=1)
_NOTHING_IN_IT = "the item at place {} holds neither id, link, title nor text, and was left out"


def parse_document(body: bytes, content_type: str | None, address: str, seen: bytes) -> ParsedFeed:
    """Read the document that `address` answered with.

    `content_type` is HTTP's header. `seen` is `ParsedFeed.seen` of the last document, b"" for all: entries whose form
    is in there are left out, and are not read at all where the document is well-formed. The result equals that of
    reading everything and leaving them out afterwards. Dates in the future stay as they are: reading knows no clock.

    Raises NotAFeed with a reason for people.
    """
    if not body.strip():
        raise NotAFeed("the answer is empty")
    text = decode(body, content_type)
    if jsonfeed.looks_like_json(text):
        return jsonfeed.parse_json(text, address=address, seen=seen)
    if _HTML.match(text[:4000]):
        raise NotAFeed("this is a web page (HTML), not a feed")
    return _parse_xml(tidy(text), address, seen)


def _parse_xml(text: str, address: str, seen: bytes) -> ParsedFeed:
    if "<" not in text:
        raise NotAFeed("this is plain text, not a feed")
    feed = cut(text)
    if feed is None:
        text = mend(text)
        feed = cut(text)
    if feed is not None and feed.items:
        parsed = _read_new_items(feed, address, seen)
        if parsed is not None:
            return parsed
    return _read_whole(text, address, seen, well_formed=feed is not None)


def _read_new_items(feed: CutFeed, address: str, seen: bytes) -> ParsedFeed | None:
    """None where feedparser finds other items than were cut: then only a whole parse is right."""
    known = unpack(seen)
    new = [position for position, digest in enumerate(feed.digests) if digest not in known]
    document = _feedparser(feed.with_only(set(new)), address)
    if len(document.entries) != len(new):
        return None
    entries = [entry_of(raw, document, position, address) for raw, position in zip(document.entries, new, strict=True)]
    fresh = {position: item_of(feed.digests[position], entry) for position, entry in zip(new, entries, strict=True)}
    items = [fresh[at] if at in fresh else known[digest] for at, digest in enumerate(feed.digests)]
    return _result(document, address, dict(zip(new, entries, strict=True)), items, ())


def _read_whole(text: str, address: str, seen: bytes, *, well_formed: bool) -> ParsedFeed:
    document = _feedparser_whole(text, address)
    if not document.entries and not _is_feed(text, document):
        raise NotAFeed(_what_else(text))
    known = unpack(seen)
    entries = {at: entry_of(raw, document, at, address) for at, raw in enumerate(document.entries)}
    items = [item_of(_digest_of_entry(raw, document), entries[at]) for at, raw in enumerate(document.entries)]
    new = {at: entry for at, entry in entries.items() if items[at].digest not in known}
    warnings = () if well_formed else ("it is not well-formed XML and was read leniently",)
    return _result(document, address, new, items, warnings)


def _result(
    document: Any, address: str, new: dict[int, Entry | None], items: Sequence[Item], warnings: Iterable[str]
) -> ParsedFeed:
    found = list(warnings)
    found += [_NOTHING_IN_IT.format(at + 1) for at, entry in new.items() if entry is None]
    if not items:
        found.append("the feed holds no entries")
    return ParsedFeed(
        title=title_text(_title(document.feed)),
        link=web_address(document.feed.get("link"), address),
        language=clean_language(document.feed.get("language")),
        ttl=_ttl(document.feed.get("ttl")),
        entries=settle([entry for entry in new.values() if entry is not None], items),
        total=len(items),
        seen=pack(items),
        warnings=tuple(found),
    )


def _feedparser(document: bytes, address: str) -> Any:
    headers = {"content-type": "application/xml; charset=utf-8"}
    if is_web_address(address):
        headers["content-location"] = address
    try:
        return feedparser.parse(
            io.BytesIO(document), response_headers=headers, sanitize_html=False, resolve_relative_uris=False
        )
    except Exception as error:  # what feedparser stumbles over is the document's fault
        raise NotAFeed(f"it cannot be read as a feed ({type(error).__name__})") from error


def _feedparser_whole(text: str, address: str) -> Any:
    """feedparser's loose parser gives up on some unbalanced documents that its strict one reads once they are."""
    try:
        return _feedparser(text.encode("utf-8", "replace"), address)
    except NotAFeed:
        document = balanced(text)
        if document is None:
            raise
        return _feedparser(document, address)


def _title(feed: Any) -> Markup:
    kind = feed.get("title_detail", {}).get("type", "")
    return Markup(value=feed.get("title", ""), is_html=kind in {"text/html", "application/xhtml+xml"})


def _ttl(text: str | None) -> timedelta | None:
    """RSS 2.0 <ttl>: minutes."""
    minutes = (text or "").strip()
    if not minutes.isascii() or not minutes.isdigit() or not int(minutes[:9]):
        return None
    return min(timedelta(minutes=int(minutes[:9])), _LONGEST_TTL)


def _is_feed(text: str, document: Any) -> bool:
    return bool(document.version) or _root_name(text).rpartition(":")[2].lower() in _FEED_ROOTS


def _what_else(text: str) -> str:
    root = _root_name(text)
    if root.lower() in {"html", "head", "body", "div", "p"}:
        return "this is a web page (HTML), not a feed"
    return f"this is XML (<{root}>), not a feed" if root else "this is no feed"


def _root_name(text: str) -> str:
    match = _ROOT.search(text)
    return match[1] if match else ""


def _digest_of_entry(raw: Any, document: Any) -> bytes:
    """The form of an entry of a document that cannot be cut."""
    return digest_of(repr(_stable(raw)).encode("utf-8", "replace"), str(document.version).encode())


def _stable(value: Any) -> Any:
    if isinstance(value, dict):
        return sorted((str(key), _stable(dict.__getitem__(value, key))) for key in value)
    if isinstance(value, (list, tuple)):
        return [_stable(part) for part in value]
    return str(value)
