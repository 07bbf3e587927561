"""Small documents for tests, in our own words."""

from __future__ import annotations

from bot.domain.model import Entry, ParsedFeed
from feeds.parse import parse_document

ADDRESS = "https://feeds.example/news/feed.xml"

_NAMESPACES = " ".join(
    f'xmlns:{prefix}="{address}"'
    for prefix, address in {
        "content": "http://purl.org/rss/1.0/modules/content/",
        "dc": "http://purl.org/dc/elements/1.1/",
        "media": "http://search.yahoo.com/mrss/",
        "itunes": "http://www.itunes.com/dtds/podcast-1.0.dtd",
        "feedburner": "http://rssnamespace.org/feedburner/ext/1.0",
        "slash": "http://purl.org/rss/1.0/modules/slash/",
    }.items()
)


def rss(*items: str, head: str = "<title>News</title><link>https://news.example/</link>") -> bytes:
    """An RSS 2.0 document of items, given as what is inside of <item>."""
    inside = "".join(f"<item>{item}</item>" for item in items)
    return (
        f'<?xml version="1.0" encoding="utf-8"?><rss version="2.0" {_NAMESPACES}>'
        f"<channel>{head}{inside}</channel></rss>"
    ).encode()


def atom(*entries: str, head: str = "<title>News</title>") -> bytes:
    """An Atom document of entries, given as what is inside of <entry>."""
    inside = "".join(f"<entry>{entry}</entry>" for entry in entries)
    return f'<feed xmlns="http://www.w3.org/2005/Atom">{head}{inside}</feed>'.encode()


def story(number: int, extra: str = "") -> str:
    """The inside of an ordinary item."""
    return (
        f"<title>Story {number}</title><link>https://news.example/{number}</link>"
        f"<guid>https://news.example/{number}</guid>"
        f"<pubDate>Mon, 12 Jan 2026 10:{number % 60:02}:00 GMT</pubDate>"
        f"<description>Text {number}.</description>{extra}"
    )


def parse(body: bytes, *, content_type: str | None = None, seen: bytes = b"", address: str = ADDRESS) -> ParsedFeed:
    """`parse_document` with defaults."""
    return parse_document(body, content_type=content_type, address=address, seen=seen)


def entry_in(item: str) -> Entry:
    """The only entry of an RSS document with this item."""
    (entry,) = parse(rss(item)).entries
    return entry
