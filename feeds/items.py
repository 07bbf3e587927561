"""One entry of feedparser's as one of ours."""

from __future__ import annotations

import calendar
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from bot.domain.links import is_web_address
from bot.domain.model import Entry
from feeds.dates import read_date
from feeds.entries import Draft, Markup, Picture, clean_author, finish, utc

_HTML_TYPES = frozenset({"text/html", "application/xhtml+xml"})
_IMAGE_ENDINGS = (".jpg", ".jpeg", ".png", ".gif", ".webp", ".avif")


def entry_of(raw: Any, document: Any, position: int, address: str) -> Entry | None:
    """The entry at `position` of the document; None where nothing is in it."""
    published, updated = _dates(raw, document)
    summary, content = _texts(raw)
    draft = Draft(
        position=position,
        base=_base(raw) or address,
        id=raw.get("id"),
        link=_link(raw),
        title=_markup(raw.get("title_detail"), raw.get("title", "")),
        author=_authors(raw) or _authors_of_feed(document),
        published=published,
        updated=updated,
        summary=summary,
        content=content,
        pictures=tuple(_pictures(raw)),
        categories=tuple(tag.get("label") or tag.get("term") or "" for tag in raw.get("tags", ())),
        comments_url=_comments(raw),
        language=_language(raw) or document.feed.get("language"),
    )
    return finish(draft)


def _base(raw: Any) -> str | None:
    details = (raw.get("title_detail"), raw.get("summary_detail"), *raw.get("content", ()))
    return next((detail["base"] for detail in details if detail and detail.get("base")), None)


def _link(raw: Any) -> str | None:
    original = raw.get("feedburner_origlink")
    if isinstance(original, str) and is_web_address(original.strip()):
        return original
    link = raw.get("link")
    if link:
        return str(link)
    alternates = (one.get("href") for one in raw.get("links", ()) if one.get("rel") == "alternate")
    outside = (part.get("src") for part in raw.get("content", ()))
    return next((found for found in (*alternates, *outside) if found), None)


def _texts(raw: Any) -> tuple[Markup, Markup]:
    """Summary and content; feedparser fills the one from the other where one is missing."""
    parts = [_markup(part, part.get("value", "")) for part in raw.get("content", ()) if _is_text(part)]
    content = max(parts, key=lambda part: (part.is_html, len(part.value)), default=Markup(value=""))
    summary = _markup(raw.get("summary_detail"), raw.get("summary", ""))
    if not summary.value.strip():
        others = [part for part in parts if part.value != content.value]
        summary = others[0] if others else summary
    return (Markup(value=""), content) if summary.value == content.value else (summary, content)


def _is_text(part: Any) -> bool:
    kind = part.get("type", "text/html")
    return bool(kind.startswith("text/") or kind in _HTML_TYPES)


def _markup(detail: Any, value: str | None) -> Markup:
    """feedparser holds None where an element was closed that was never opened."""
    detail = detail or {}
    is_html = detail.get("type", "text/html") in _HTML_TYPES
    return Markup(value=value or "", is_html=is_html, base=detail.get("base") or None)


def _authors(raw: Any) -> str | None:
    """The names; of a single author as it was written, since feedparser tears long addresses of mail apart."""
    authors = [author for author in raw.get("authors", ()) if author]
    names = (clean_author(author.get("name") or author.get("email")) for author in authors)
    if len(authors) > 1:
        return ", ".join(dict.fromkeys(name for name in names if name)) or None
    return raw.get("author") or next(names, None)


def _authors_of_feed(document: Any) -> str | None:
    """The feed's author stands for all entries in Atom (RFC 4287, 4.1.2); RSS names an editor there."""
    return _authors(document.feed) if str(document.version).startswith("atom") else None


def _dates(raw: Any, document: Any) -> tuple[datetime | None, datetime | None]:
    published = _date(raw, "published") or _date(raw, "created")
    updated = _date(raw, "updated")
    if published is None and not str(document.version).startswith("atom"):
        published = updated  # dc:date, which feedparser takes for a date of update
    return published, updated


def _date(raw: Any, key: str) -> datetime | None:
    # dict's own `get`: feedparser's answers `updated` with `published`, and warns.
    parsed, text = dict.get(raw, key + "_parsed"), dict.get(raw, key)
    return _moment(parsed) if parsed or not isinstance(text, str) else utc(read_date(text))


def _moment(parsed: time.struct_time | None) -> datetime | None:
    if parsed is None:
        return None
    try:
        return utc(datetime.fromtimestamp(calendar.timegm(parsed), UTC))
    except (OverflowError, ValueError, OSError):
        return None


def _comments(raw: Any) -> str | None:
    if raw.get("comments"):
        return str(raw["comments"])
    for link in raw.get("links", ()):
        if link.get("rel") == "replies" and link.get("type", "text/html") == "text/html":
            return str(link.get("href") or "") or None
    return None


def _language(raw: Any) -> str | None:
    if raw.get("language"):
        return str(raw["language"])
    details = (*raw.get("content", ()), raw.get("summary_detail"), raw.get("title_detail"))
    return next((detail["language"] for detail in details if detail and detail.get("language")), None)


def _pictures(raw: Any) -> Iterator[Picture]:
    for media in raw.get("media_content", ()):
        if _shows_image(media):
            yield _picture(media, media.get("url", ""))
    for media in raw.get("media_thumbnail", ()):
        yield _picture(media, media.get("url", ""))
    for link in raw.get("links", ()):
        if link.get("rel") == "enclosure" and link.get("type", "").startswith("image/"):
            yield _picture({}, link.get("href", ""))
    image = raw.get("image")
    if isinstance(image, dict) and image.get("href"):
        yield _picture({}, image["href"])


def _shows_image(media: Any) -> bool:
    kind, medium = media.get("type", ""), media.get("medium", "")
    if kind or medium:
        return bool(medium == "image" or kind.startswith("image/"))
    return str(media.get("url", "")).partition("?")[0].lower().endswith(_IMAGE_ENDINGS)


def _picture(media: Any, address: str) -> Picture:
    return Picture(address=address, width=_pixels(media.get("width")), height=_pixels(media.get("height")))


def _pixels(text: str | None) -> int:
    digits = (text or "").strip().removesuffix("px")
    return int(digits[:6]) if digits.isascii() and digits.isdigit() else 0
