"""Texts in both forms that a message has: made of plain text, put together, and cut to what a message can hold."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from html import escape

from adapters.matrix.cards import LARGEST
from adapters.matrix.markup import escaping
from adapters.matrix.markup.writing import Words
from bot.domain.links import is_web_address

ROOM = LARGEST - 2_000
"""Bytes of a message's two texts: the rest is for what else stands in a content."""


def said(text: str) -> Words:
    """A plain text as a paragraph."""
    return Words(plain=escaping.harmless(text), html=f"<p>{as_html(text)}</p>")


def as_html(text: str) -> str:
    """A plain text in HTML, its lines kept; a web address can be followed."""
    if is_web_address(text) and text.split() == [text] and not escaping.names_somebody(text):
        return f'<a href="{escape(text)}">{escape(text, quote=False)}</a>'
    return "<br>".join(escaping.as_html(each) for each in text.split("\n"))


def size(words: Words) -> int:
    """Bytes as they are sent, where every sign that is not ASCII takes six."""
    return len(json.dumps(words.plain)) + len(json.dumps(words.html))


def together(parts: Iterable[Words]) -> Words:
    """Several texts as one, an empty line between them."""
    every = list(parts)
    return Words(plain="\n\n".join(each.plain for each in every), html="".join(each.html for each in every))


def packed(parts: Iterable[Words]) -> Iterator[Words]:
    """The texts in as few messages as can hold them; each of them fits by itself."""
    held: list[Words] = []
    for each in parts:
        if held and sum(size(one) for one in held) + size(each) > ROOM:
            yield together(held)
            held = []
        held.append(each)
    if held:
        yield together(held)


def cut(text: str, most: int = ROOM // 16) -> Iterator[str]:
    """A text in parts of at most so many characters, cut between lines where that is possible."""
    left = text
    while len(left) > most:
        at = left.rfind("\n", 1, most)
        at = at if at > 0 else most
        yield left[:at]
        left = left[at:].removeprefix("\n")
    if left:
        yield left
