"""What somebody wrote in a Matrix message, as HTML of the house.

HTML of the house has no curtain for a few words: what is under one stays in the text, and `spoils` tells that there is
one, so that the whole comment can stand behind its author's curtain. Nothing here is trusted: it is sanitised where it
is stored.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from html import escape as escaped
from html.parser import HTMLParser
from typing import Any
from urllib.parse import unquote

from bot.domain.html import Dialect, escape, plain_text, well_formed
from bot.domain.text import one_line, repair, shorten

FORMAT = "org.matrix.custom.html"
MEDIA = frozenset({"m.image", "m.file", "m.audio", "m.video"})
TEXTS = frozenset({"m.text", "m.emote", "m.location"})
STICKER = "m.sticker"
SPOILER = "Spoiler"
"""Why something stands behind its author's curtain who did not say."""

_LONGEST_REASON = 100
_LONGEST_FILE = 200
_DEEPEST = 100  # elements in one another, as in the recommendations of Matrix
_LITERAL = frozenset({"a", "code", "pre", "script", "style"})
_VOID = frozenset({"br", "hr", "img", "wbr", "input", "meta", "link", "base", "col", "source", "area", "embed"})
_QUOTED = re.compile(r"> ?<(?:@[^>\n]*)>|> ?\* <@[^>\n]*>")
_TO = re.compile(r"https://matrix\.to/#/([^?/]+)(?:/[^?]*)?(?:\?.*)?|matrix:(u|r|roomid)/([^?#/]+).*", re.DOTALL)
_DIALECT = Dialect(
    tags=frozenset({"mx-reply", "span", "font", "img"}),
    attributes=(
        ("span", frozenset({"data-mx-spoiler"})),
        ("img", frozenset({"data-mx-emoticon", "alt", "title"})),
    ),
    schemes=frozenset({"matrix"}),
)
_SIGILS = {"u": "@", "r": "#", "roomid": "!"}
_ADDRESS = re.compile(r"\bhttps?://[^\s<>\"'\u00ab\u00bb\u201c\u201d]+", re.IGNORECASE)
_AFTER = ".,:;!?*_~"  # ends a sentence, not the address in it

Name = Callable[[str], str | None]
"""How somebody is called, by their account; None for who is not known."""


def nobody(user: str) -> str | None:
    """Knows no names."""
    return None


def to_html(content: Mapping[str, Any], author: str, name: Name = nobody, *, kind: str | None = None) -> str:
    """A message's content as HTML, still to be sanitised; "" where it says nothing. `kind` is the type of the message
    where the content does not tell."""
    told = kind or _text(content, "msgtype")
    if told in MEDIA or told == STICKER:
        return _media(content, name, sticker=told == STICKER)
    if told not in TEXTS:
        return ""
    html = _body(content, name)
    return _emote(escaped(author, quote=False), html) if told == "m.emote" and html else html


def spoils(content: Mapping[str, Any]) -> str | None:
    """Why its author wants a message behind a curtain, None where it is not so."""
    html = _formatted(content)
    if html is None or "data-mx-spoiler" not in html.lower():
        return None
    reading = _read(html, nobody)
    return None if reading.spoiler is None else shorten(one_line(repair(reading.spoiler)), _LONGEST_REASON) or SPOILER


def is_read(content: Mapping[str, Any]) -> bool:
    """Whether a message is of a kind that says something to people."""
    return _text(content, "msgtype") in TEXTS | MEDIA


def _media(content: Mapping[str, Any], name: Name, *, sticker: bool) -> str:
    """What is attached by its name, and what is said of it; its address is no use outside of Matrix."""
    body, file = _text(content, "body"), _text(content, "filename")
    said = "" if sticker or not file or file == body else _body(content, name)
    attached = shorten(one_line(repair(file or body)), _LONGEST_FILE)
    return f"{said}<p>[{escaped(attached, quote=False)}]</p>" if attached else said


def _emote(author: str, html: str) -> str:
    """What somebody does: a line that begins with who it is."""
    return f"* {author} {html}" if not html.startswith("<") else f"<p>* {author}</p>{html}"


def _body(content: Mapping[str, Any], name: Name) -> str:
    formatted = _formatted(content)
    html = _read(formatted, name).html() if formatted is not None else ""
    if plain_text(html):
        return html
    return _read(escape(_without_fallback(_text(content, "body"), content)), name).html()


def _formatted(content: Mapping[str, Any]) -> str | None:
    """The HTML of a message, None where it has none."""
    html = _text(content, "formatted_body")
    return html if html.strip() and content.get("format") == FORMAT else None


def _without_fallback(body: str, content: Mapping[str, Any]) -> str:
    """The text of a reply without the quote of what it replies to, which old clients begin it with."""
    relation = content.get("m.relates_to")
    if not isinstance(relation, dict) or "m.in_reply_to" not in relation or not _QUOTED.match(body):
        return body
    lines = body.split("\n")
    quoted = next((at for at, line in enumerate(lines) if not line.startswith(">")), len(lines))
    return "\n".join(lines[quoted:]).lstrip("\n")


def _text(content: Mapping[str, Any], name: str) -> str:
    found = content.get(name)
    return found if isinstance(found, str) else ""


def _read(html: str, name: Name) -> _Reading:
    reading = _Reading(name)
    reading.feed(well_formed(html, _DIALECT))
    reading.close()
    return reading


@dataclass(slots=True)
class _Open:
    """An element that is not closed yet; `end` is what closes it."""

    tag: str
    end: str
    instead: str | None = None  # what stands in place of its words
    at: int = 0  # where its words begin


@dataclass(slots=True)
class _Pieces:
    out: list[str] = field(default_factory=list)
    open: list[_Open] = field(default_factory=list)


class _Reading(HTMLParser):
    """Takes Matrix's own elements out of HTML; all others stay as they are."""

    def __init__(self, name: Name) -> None:
        super().__init__(convert_charrefs=True)
        self.spoiler: str | None = None
        self._name = name
        self._pieces = _Pieces()
        self._quoting = 0  # depth within <mx-reply>

    def html(self) -> str:
        """What was read, well-formed."""
        return "".join([*self._pieces.out, *(each.end for each in reversed(self._pieces.open))]).strip()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "mx-reply":
            self._quoting += 1
        elif not self._quoting and tag == "img":
            self._image(dict(attrs))
        elif not self._quoting:
            self._begin(tag, dict(attrs))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in _VOID:
            self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag == "mx-reply":
            self._quoting = max(0, self._quoting - 1)
        elif not self._quoting and any(each.tag == tag for each in self._pieces.open):
            while self._end() != tag:
                pass

    def handle_data(self, data: str) -> None:
        if self._quoting:
            return
        literal = any(each.tag in _LITERAL for each in self._pieces.open)
        self._pieces.out.append(escaped(data, quote=False) if literal else _linked(data))

    def _begin(self, tag: str, attributes: Mapping[str, str | None]) -> None:
        if tag in _VOID:
            self._pieces.out.append(f"<{tag}>")
            return
        if len(self._pieces.open) >= _DEEPEST:
            return
        opening, instead = f"<{tag}{''.join(_written(attributes))}>", None
        if "data-mx-spoiler" in attributes:
            self.spoiler = self.spoiler or attributes["data-mx-spoiler"] or ""
        if tag == "a":
            instead = self._mentioned(attributes.get("href") or "")
        if instead is not None or tag in {"span", "font"}:
            opening = ""
        self._pieces.out.append(opening)
        end = f"</{tag}>" if opening else ""
        self._pieces.open.append(_Open(tag, end, instead, len(self._pieces.out)))

    def _end(self) -> str:
        """Close the innermost element; returns what it was."""
        ended = self._pieces.open.pop()
        if ended.instead is not None:
            words = ended.instead or one_line(plain_text("".join(self._pieces.out[ended.at :])))
            self._pieces.out[ended.at :] = [escaped(words, quote=False)]
        self._pieces.out.append(ended.end)
        return ended.tag

    def _mentioned(self, address: str) -> str | None:
        """Whom a link names, with nothing to click on: a person, "" for a room, as its words say; None for others."""
        found = _TO.fullmatch(address.strip())
        if found is None:
            return None
        target = unquote(found[1]) if found[1] else _SIGILS[found[2]] + unquote(found[3])
        if not target.startswith("@"):
            return ""
        known = self._name(target)
        return f"@{known.removeprefix('@')}" if known else ""

    def _image(self, attributes: Mapping[str, str | None]) -> None:
        """Pictures are seen on Matrix only; emoji of one's own have a word."""
        alt = one_line(attributes.get("alt") or attributes.get("title") or "")
        if "data-mx-emoticon" in attributes and alt:
            self._pieces.out.append(escaped(alt, quote=False))


def _linked(text: str) -> str:
    """Plain text as HTML, where addresses can be followed as in every client."""
    pieces, done = [], 0
    for match in _ADDRESS.finditer(text):
        address = _bare(match[0])
        shown = escaped(address, quote=False)
        pieces += [escaped(text[done : match.start()], quote=False), f'<a href="{escaped(address)}">{shown}</a>']
        done = match.start() + len(address)
    return "".join([*pieces, escaped(text[done:], quote=False)])


def _bare(address: str) -> str:
    """An address without what ends the sentence, or the brackets, that it stands in."""
    spare, end = address.count(")") - address.count("("), len(address)
    while end and (address[end - 1] in _AFTER or (address[end - 1] == ")" and spare > 0)):
        spare -= address[end - 1] == ")"
        end -= 1
    return address[:end]


def _written(attributes: Mapping[str, str | None]) -> Iterator[str]:
    for name, value in attributes.items():
        if name in {"href", "start", "title", "cite", "lang", "dir"} and value is not None:
            yield f' {name}="{escaped(value)}"'
