"""Texts in both forms that a message has: plain lines, and HTML that says the same."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from html import escape

from bot.domain.links import is_web_address

LARGEST = 40_000
"""Bytes of a message's two texts as they are sent: an event has 65,536, and encryption takes a third of it."""

_PILLS = ("https://matrix.to/", "http://matrix.to/")  # a link there is shown as a mention


@dataclass(frozen=True, kw_only=True, slots=True)
class Words:
    """A text. `html` is safe."""

    plain: str
    html: str

    @property
    def size(self) -> int:
        """Bytes as they are sent, where every sign that is not ASCII takes six."""
        return len(json.dumps(self.plain)) + len(json.dumps(self.html))


def said(text: str) -> Words:
    """A plain text as a paragraph."""
    return Words(plain=text, html=f"<p>{as_html(text)}</p>")


def as_html(text: str) -> str:
    """A plain text in HTML, its lines kept; a web address can be followed."""
    if is_web_address(text) and text.split() == [text] and not text.startswith(_PILLS):
        return f'<a href="{escape(text)}">{escape(text, quote=False)}</a>'
    return "<br>".join(escape(each, quote=False) for each in text.split("\n"))


def together(parts: Iterable[Words]) -> Words:
    """Several texts as one, an empty line between them."""
    every = list(parts)
    return Words(plain="\n\n".join(each.plain for each in every), html="".join(each.html for each in every))


def packed(parts: Iterable[Words]) -> Iterator[Words]:
    """The texts in as few messages as can hold them; each of them fits by itself."""
    held: list[Words] = []
    for each in parts:
        if held and sum(one.size for one in held) + each.size > LARGEST:
            yield together(held)
            held = []
        held.append(each)
    if held:
        yield together(held)


def cut(text: str, most: int = LARGEST // 16) -> Iterator[str]:
    """A text in parts of at most so many characters, cut between lines where that is possible."""
    left = text
    while len(left) > most:
        at = left.rfind("\n", 1, most)
        at = at if at > 0 else most
        yield left[:at]
        left = left[at:].removeprefix("\n")
    if left:
        yield left
