"""JSON Feed 1.0 and 1.1 (https://www.jsonfeed.org/version/1.1/)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from bot.domain.model import Entry, ParsedFeed
from bot.domain.text import repair
from feeds.entries import Draft, Markup, Picture, clean_language, finish, title_text, utc, web_address
from feeds.errors import NotAFeed
from feeds.seen import digest_of, item_of, pack, settle, unpack

_VERSION = "https://jsonfeed.org/version/"
_NOTHING_IN_IT = "the item at place {} holds neither id, link, title nor text, and was left out"


def looks_like_json(text: str) -> bool:
    """Whether the document is an object or a list of JSON, feed or not."""
    start = text.lstrip("\ufeff \t\r\n")[:200]
    return start.startswith("{") or (start.startswith("[") and not start.startswith("[<"))


def parse_json(text: str, *, address: str, seen: bytes) -> ParsedFeed:
    """Read a JSON Feed; parameters and result as those of `parse_document`. Raises NotAFeed."""
    feed = _load(text)
    items = feed["items"]
    known = unpack(seen)
    context = _context(feed)
    digests = [digest_of(_canonical(item), context) for item in items]
    new = {at: _entry(items[at], feed, at, address) for at, digest in enumerate(digests) if digest not in known}
    document = [item_of(digest, new[at]) if digest not in known else known[digest] for at, digest in enumerate(digests)]
    warnings = [_NOTHING_IN_IT.format(at + 1) for at, entry in new.items() if entry is None]
    return ParsedFeed(
        title=title_text(Markup(value=_text(feed, "title") or "", is_html=False)),
        link=web_address(_text(feed, "home_page_url"), address),
        language=clean_language(_text(feed, "language")),
        ttl=None,
        entries=settle([entry for entry in new.values() if entry is not None], document),
        total=len(items),
        seen=pack(document),
        warnings=tuple(warnings if items else ["the feed holds no entries"]),
    )


def _load(text: str) -> dict[str, Any]:
    try:
        feed = json.loads(text.lstrip("\ufeff"), strict=False)  # line ends within texts are no harm
    except (ValueError, RecursionError) as error:
        raise NotAFeed(f"this is broken JSON ({_where(error)})") from error
    if not isinstance(feed, dict) or not _is_feed(feed):
        raise NotAFeed("this is JSON, but no JSON Feed")
    return feed


def _where(error: Exception) -> str:
    if isinstance(error, json.JSONDecodeError):
        return f"line {error.lineno}: {error.msg.lower()}"
    return "nested too deeply" if isinstance(error, RecursionError) else "a number is too long"


def _is_feed(feed: dict[str, Any]) -> bool:
    version = feed.get("version")
    named = isinstance(version, str) and version.startswith(_VERSION)
    return isinstance(feed.get("items"), list) and (named or isinstance(feed.get("title"), str))


def _context(feed: dict[str, Any]) -> bytes:
    """What an item inherits: language and authors."""
    return _canonical([feed.get("language"), feed.get("author"), feed.get("authors")])


def _canonical(value: Any) -> bytes:
    return json.dumps(value, sort_keys=True, separators=(",", ":")).encode("ascii")


def _entry(item: Any, feed: dict[str, Any], position: int, address: str) -> Entry | None:
    if not isinstance(item, dict):
        return None
    html, plain = _text(item, "content_html"), _text(item, "content_text")
    link = _text(item, "url") or _text(item, "external_url")
    draft = Draft(
        position=position,
        base=web_address(link, address) or address,
        id=_text(item, "id"),
        link=link,
        title=Markup(value=_text(item, "title") or "", is_html=False),
        author=_authors(item) or _authors(feed),
        published=_moment(item, "date_published"),
        updated=_moment(item, "date_modified"),
        summary=Markup(value=_text(item, "summary") or "", is_html=False),
        content=Markup(value=html) if html else Markup(value=plain or "", is_html=False),
        pictures=tuple(_pictures(item)),
        categories=tuple(repair(tag) for tag in _list(item, "tags") if isinstance(tag, str)),
        language=_text(item, "language") or _text(feed, "language"),
    )
    return finish(draft)


def _text(holder: dict[str, Any], key: str) -> str | None:
    """A text, repaired; ids are numbers in some feeds."""
    value = holder.get(key)
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    return repair(str(value)) or None


def _list(holder: dict[str, Any], key: str) -> list[Any]:
    value = holder.get(key)
    return value if isinstance(value, list) else []


def _authors(holder: dict[str, Any]) -> str | None:
    authors = [*_list(holder, "authors"), holder.get("author")]
    names = [_text(author, "name") for author in authors if isinstance(author, dict)]
    return ", ".join(dict.fromkeys(name for name in names if name)) or None


def _moment(item: dict[str, Any], key: str) -> datetime | None:
    text = _text(item, key)
    if text is None:
        return None
    try:
        return utc(datetime.fromisoformat(text.strip()))
    except ValueError:
        return None


def _pictures(item: dict[str, Any]) -> Iterator[Picture]:
    for key in ("image", "banner_image"):
        address = _text(item, key)
        if address:
            yield Picture(address=address)
    for attachment in _list(item, "attachments"):
        if isinstance(attachment, dict) and (_text(attachment, "mime_type") or "").startswith("image/"):
            yield Picture(address=_text(attachment, "url") or "")
