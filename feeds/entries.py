"""What entries are made of, whatever the format of the feed."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import quote, urljoin, urlsplit

from bot.domain.html import escape, first_image, is_tracker, plain_text, sanitise
from bot.domain.links import is_web_address
from bot.domain.model import Entry
from bot.domain.text import one_line, plain_title, repair, shorten
from feeds.teaser import is_teaser

_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{1,8})*")
_MAIL = r"[^\s@<>(),;]+@[^\s@<>(),;]+"
_MAIL_AND_NAME = re.compile(rf"(?:mailto:)?{_MAIL}\s*\(\s*(?P<name>[^()]+?)\s*\)")
_NAME_AND_MAIL = re.compile(rf"(?P<name>.+?)\s*[<(]\s*(?:mailto:)?{_MAIL}\s*[>)]")
_ONLY_MAIL = re.compile(rf"(?:mailto:)?{_MAIL}")
_ESCAPED_MARKUP = re.compile(r"&lt;(?:p|div|br|a|img|ul|h[1-6]|strong|em|figure)\b", re.IGNORECASE)
_CONTROL = re.compile(r"[\s\x00-\x1f]+")
_KEPT = "/%!$&'()*+,;=:@~-._?#[]"
_MOST_CATEGORIES = 20
_LONGEST_CATEGORY = 80
_LONGEST_TITLE = 500
_LONGEST_NAME = 1000
_LONGEST_ADDRESS = 4000
_LONGEST_TEXT = 500_000


@dataclass(frozen=True, kw_only=True, slots=True)
class Markup:
    """A text as a feed carries it, with the address that its relative links start from."""

    value: str
    is_html: bool = True
    base: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Picture:
    """An image that a feed names; sizes in pixels, 0 where unknown."""

    address: str
    width: int = 0
    height: int = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class Draft:
    """An item as its format tells it, before repair; addresses may still be relative to `base`."""

    position: int
    base: str
    id: str | None = None
    link: str | None = None
    title: Markup = Markup(value="", is_html=False)
    author: str | None = None
    published: datetime | None = None
    updated: datetime | None = None
    summary: Markup = Markup(value="")
    content: Markup = Markup(value="")
    pictures: tuple[Picture, ...] = ()
    categories: tuple[str, ...] = ()
    comments_url: str | None = None
    language: str | None = None


def finish(draft: Draft) -> Entry | None:
    """The repaired, sanitised entry, or None where nothing is in it: no id, link, title and text.

    A date in the future stays, since reading knows no clock: whoever takes the entry in clamps it to now.
    """
    summary, content = safe_html(draft.summary, draft.base), safe_html(draft.content, draft.base)
    if summary == content:
        summary = ""
    entry = Entry(
        position=draft.position,
        id=one_line(draft.id)[:2000] or None if draft.id else None,
        link=web_address(draft.link, draft.base),
        title=title_text(draft.title),
        author=clean_author(draft.author),
        published=draft.published,
        updated=draft.updated,
        summary=summary,
        content=content,
        image=pick_image(draft.pictures, content or summary, draft.base) or first_image(summary),
        categories=clean_categories(draft.categories),
        comments_url=web_address(draft.comments_url, draft.base),
        language=clean_language(draft.language),
        teaser=is_teaser(content or summary),
    )
    return entry if entry.id or entry.link or entry.title or content or summary else None


def safe_html(markup: Markup, base: str) -> str:
    """Sanitised HTML, also of plain text and of HTML that was escaped once too often; images stay."""
    value = markup.value[:_LONGEST_TEXT]
    if not value.strip():
        return ""
    if not markup.is_html:
        return sanitise(escape(value))
    if "<" not in value and _ESCAPED_MARKUP.search(value):
        value = value.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", '"').replace("&amp;", "&")
    return sanitise(value, markup.base or base, images=True)


def title_text(title: Markup) -> str:
    """A title as one line of plain text of at most 500 characters, "" where there is none."""
    value = title.value[: 8 * _LONGEST_TITLE]
    if title.is_html and "<" in value:
        value = plain_text(value).replace("<", "&lt;")
    return shorten(plain_title(value), _LONGEST_TITLE)


def web_address(address: str | None, base: str) -> str | None:
    """`address` made absolute, None where that is not http or https (or longer than any address in earnest)."""
    if not address or not address.strip() or len(address) > _LONGEST_ADDRESS:
        return None
    address = _CONTROL.sub(_in_address, repair(address).strip())
    try:
        absolute = address if is_web_address(address) else urljoin(base, address)
    except ValueError:
        return None
    if not _is_whole(absolute):
        return None
    return absolute if absolute.isascii() else quote(absolute, safe=_KEPT, errors="replace")


def _is_whole(address: str) -> bool:
    try:
        return is_web_address(address) and bool(urlsplit(address).hostname)
    except ValueError:
        return False


def _in_address(run: re.Match[str]) -> str:
    return "%20" if run[0] == " " else ""


def clean_author(author: str | None) -> str | None:
    """The name of who wrote it: "mail@example.org (Name)" and "Name <mail@example.org>" are "Name"."""
    if not author:
        return None
    text = plain_title(author[:_LONGEST_NAME])
    match = _MAIL_AND_NAME.fullmatch(text) or _NAME_AND_MAIL.fullmatch(text)
    if match:
        text = match["name"]
    elif _ONLY_MAIL.fullmatch(text):
        text = text.removeprefix("mailto:").partition("@")[0]
    return text.strip(" \"'")[:200] or None


def clean_categories(categories: Iterable[str]) -> tuple[str, ...]:
    """Names of categories, each once (case aside), at most twenty."""
    found: dict[str, str] = {}
    for category in categories:
        name = plain_title(category[:_LONGEST_NAME])
        if name and len(name) <= _LONGEST_CATEGORY and "://" not in name:
            found.setdefault(name.casefold(), name)
    return tuple(found.values())[:_MOST_CATEGORIES]


def clean_language(language: str | None) -> str | None:
    """A language tag (BCP 47) with hyphens, None for anything else."""
    tag = (language or "").strip()
    return tag.replace("_", "-") if _LANGUAGE.fullmatch(tag) else None


def pick_image(pictures: Iterable[Picture], html: str, base: str) -> str | None:
    """The largest of the pictures that the feed names, the first among equals, else the first in the text."""
    best: tuple[int, str] | None = None
    for picture in pictures:
        address = web_address(picture.address, base)
        if address is None or is_tracker(address) or 0 < picture.width <= 3 or 0 < picture.height <= 3:
            continue
        size = picture.width * (picture.height or picture.width)
        if best is None or size > best[0]:
            best = (size, address)
    return best[1] if best else first_image(html)


def utc(moment: datetime | None) -> datetime | None:
    """`moment` in UTC, None where it cannot be a date of publication (the epoch, or before it)."""
    if moment is None:
        return None
    try:
        aware = moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    except (OverflowError, ValueError):
        return None
    return aware if aware.year > 1970 else None
