"""HTML of feeds and comments made safe, and read as text."""

from __future__ import annotations

import html as entities
import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit

import nh3

from bot.domain.text import one_line, repair, shorten

_BLOCKS = frozenset(
    "address article aside blockquote br dd details div dl dt figcaption figure footer h1 h2 h3 h4 h5 h6 header hr li "
    "main nav ol p pre section summary table tbody td tfoot th thead tr ul".split()
)
_STRUCTURE = frozenset(
    "blockquote br dd div dl dt figcaption figure h1 h2 h3 h4 h5 h6 hr li ol p pre table tbody td tfoot th thead tr ul "
    "caption".split()
)
_INLINE = frozenset("a abbr b bdi cite code del em i ins kbd mark q s samp small strong sub sup time tt u var".split())
_DROPPED_WHOLE = frozenset(
    "script style noscript noembed noframes iframe object embed applet svg math template textarea select button title "
    "audio video canvas form".split()
)
_ATTRIBUTES: dict[str, set[str]] = {
    "*": {"lang", "dir"},
    "a": {"href", "title"},
    "abbr": {"title"},
    "blockquote": {"cite"},
    "q": {"cite"},
    "ol": {"start"},
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan", "scope"},
    "time": {"datetime"},
}
_IMAGE_ATTRIBUTES = {"src", "alt", "title", "width", "height"}
_LINK_REL = "nofollow noopener ugc"

_IMG = re.compile(r'<img\b[^>"]*+(?:"[^"]*"[^>"]*+)*+>')
_TAG = re.compile(r'<(/?)([a-zA-Z][a-zA-Z0-9]*)[^>"]*+(?:"[^"]*"[^>"]*+)*+>')
_PRE = re.compile(r'(<pre\b[^>"]*+(?:"[^"]*"[^>"]*+)*+>)\n+')
_ATTRIBUTE = re.compile(r'\b(src|width|height)="([^"]*)"')
_ANY_ATTRIBUTE = re.compile(r'([a-z-]+)="([^"]*)"')
_TRACKERS = re.compile(
    r"//(?:[^/]*\.)?(?:feedburner\.com/~[rf]|feedsportal\.com|doubleclick\.net|pixel\.wp\.com|stats\.wordpress\.com"
    r"|feeds\.wordpress\.com|google-analytics\.com|scorecardresearch\.com|pheedo\.com|pheedcontent\.com|feedads\."
    r"|s\.w\.org/images/core/emoji|xiti\.com|count\.gif)|/(?:pixel|spacer|blank|1x1|clear|tracking)\.(?:gif|png)"
)


def sanitise(html: str, base: str | None = None, *, images: bool = False) -> str:
    """`html` with what may stand on a page of ours and nothing else; safe to put into a document as it is.

    Scripts, styles, frames and forms go with all that is in them, other unknown tags leave their text. Links get
    `rel="nofollow noopener ugc"`. Relative addresses are resolved against `base`, or dropped where there is none.
    Images stay only where `images` is set, and then without tracking pixels. `cite` of a quote may name a comment
    (`tribune:…`). What is sanitised stays as it is when it is sanitised again.
    """
    cleaned = _cleaner(_usable_base(base), images).clean(repair(html))
    if "tribune:" in cleaned:
        cleaned = _strict_cleaner(images).clean(cleaned)
    if images and "<img" in cleaned:
        cleaned = _IMG.sub(lambda match: match[0] if _shown_image(match[0]) else "", cleaned)
    if "<pre" in cleaned:
        cleaned = _PRE.sub(r"\1", cleaned)  # each reading of HTML drops one line end there
    return repair(cleaned).strip()  # a control character may have been written as a reference


@dataclass(frozen=True, kw_only=True, slots=True)
class Dialect:
    """What a network's HTML has beside the usual: elements, attributes (`*`: of all), and what addresses begin with."""

    tags: frozenset[str]
    attributes: tuple[tuple[str, frozenset[str]], ...]
    schemes: frozenset[str]


def well_formed(html: str, dialect: Dialect) -> str:
    """`html` in the order of a document, with what a network has of its own still in it: to be read, not to be shown.
    All else is as `sanitise` leaves it."""
    return _dialect_cleaner(dialect).clean(repair(html))


def escape(text: str) -> str:
    """Plain text as HTML: an empty line parts paragraphs, other line ends stay."""
    paragraphs = re.split(r"\n[ \t\r]*\n+", text.replace("\r\n", "\n").strip())
    if len(paragraphs) == 1:
        return _as_html(paragraphs[0])
    return "".join(f"<p>{_as_html(paragraph)}</p>" for paragraph in paragraphs)


def _as_html(text: str) -> str:
    return "<br>".join(entities.escape(line.strip(), quote=False) for line in text.strip().split("\n"))


def plain_text(html: str) -> str:
    """The text of `html`, one line for each of its blocks; not safe to be used as HTML."""
    if "<" not in html and "&" not in html:
        return one_line(repair(html))
    bare = _TEXT_ONLY.clean(repair(html))
    broken = _TAG.sub(lambda match: "\n" if match[2].lower() in _BLOCKS else "", bare.replace("\n", " "))
    lines = (one_line(line) for line in repair(entities.unescape(broken)).split("\n"))
    return "\n".join(line for line in lines if line)


def lead(html: str, limit: int) -> str:
    """The beginning of `html` as plain text on one line, in at most `limit` characters, cut between words."""
    return shorten(one_line(plain_text(html)), limit)


def links_as_text(sanitised: str) -> str:
    """HTML that `sanitise` returned with nothing to click on: a link is its words and then, in brackets, its address.

    An address that is shown as it is stands there once. Links may stand in one another (within tables).
    """
    pieces: list[str] = []
    opened: list[tuple[int, str]] = []
    done = 0
    for match in _TAG.finditer(sanitised):
        if match[2] == "a":
            pieces.append(sanitised[done : match.start()])
            done = match.end()
            if not match[1]:
                opened.append((len(pieces), dict(_ANY_ATTRIBUTE.findall(match[0])).get("href", "")))
            elif opened:
                start, address = opened.pop()
                pieces.append(_address_after("".join(pieces[start:]), address))
    return "".join([*pieces, sanitised[done:]])


def _address_after(words: str, address: str) -> str:
    shown = entities.unescape(address).removeprefix("mailto:")
    text = one_line(plain_text(words))
    if not shown or text == shown:
        return ""
    written = entities.escape(shown, quote=False)
    return f" ({written})" if text else written


def first_image(sanitised: str) -> str | None:
    """The address of the first image in HTML that `sanitise` returned, tracking pixels being none."""
    for match in _IMG.finditer(sanitised):
        source = dict(_ATTRIBUTE.findall(match[0])).get("src", "")
        if _shown_image(match[0]) and source.startswith(("http://", "https://")):
            return entities.unescape(source)
    return None


def is_tracker(address: str) -> bool:
    """Whether an image's address is known for counting readers instead of showing something."""
    return bool(_TRACKERS.search(address))


def _shown_image(tag: str) -> bool:
    attributes = dict(_ATTRIBUTE.findall(tag))
    source = attributes.get("src", "")
    if not source.startswith(("http://", "https://")) or is_tracker(source):
        return False
    return not any(_tiny(attributes.get(side)) for side in ("width", "height"))


def _tiny(size: str | None) -> bool:
    return size is not None and size.strip().removesuffix("px") in {"0", "1", "2", "3"}


def _usable_base(base: str | None) -> str | None:
    if base is None or not base.startswith(("http://", "https://")):
        return None
    try:
        return base if urlsplit(base).hostname else None
    except ValueError:
        return None


@lru_cache(maxsize=64)
def _cleaner(base: str | None, images: bool) -> nh3.Cleaner:
    try:
        return _build(images, url_relative=("rewrite_with_base", base) if base else "deny")
    except ValueError:  # an address that only urlsplit takes for one
        return _build(images, url_relative="deny")


@lru_cache(maxsize=2)
def _strict_cleaner(images: bool) -> nh3.Cleaner:
    """Takes `tribune:` from everything but `cite`; apart, since asking Python for each attribute is slow."""
    return _build(images, url_relative="deny", attribute_filter=_quotes_only)


@lru_cache(maxsize=8)
def _dialect_cleaner(dialect: Dialect) -> nh3.Cleaner:
    attributes = {name: set(found) for name, found in _ATTRIBUTES.items()}
    for name, more in dialect.attributes:
        attributes[name] = attributes.get(name, set()) | more
    return nh3.Cleaner(
        tags=set(_STRUCTURE | _INLINE | dialect.tags),
        clean_content_tags=set(_DROPPED_WHOLE),
        attributes=attributes,
        url_schemes={"http", "https", "mailto", *dialect.schemes},
        link_rel=None,
        url_relative="deny",
    )


def _quotes_only(tag: str, attribute: str, value: str) -> str | None:
    if attribute in {"href", "src"} and value.strip().lower().startswith("tribune:"):
        return None
    return value


def _build(images: bool, **options: Any) -> nh3.Cleaner:
    tags = _STRUCTURE | _INLINE | ({"img"} if images else set())
    attributes = _ATTRIBUTES | ({"img": _IMAGE_ATTRIBUTES} if images else {})
    return nh3.Cleaner(
        tags=set(tags),
        clean_content_tags=set(_DROPPED_WHOLE),
        attributes=attributes,
        url_schemes={"http", "https", "mailto", "tribune"},
        link_rel=_LINK_REL,
        **options,
    )


_TEXT_ONLY = nh3.Cleaner(
    tags=set(_BLOCKS), clean_content_tags=set(_DROPPED_WHOLE), attributes={}, link_rel=None, url_schemes=set()
)
