"""Stored HTML as the page shows it: quotes with whom they quote, images only where they may be loaded."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from html import escape

from markupsafe import Markup

from bot.locale import Translator

_QUOTE = re.compile(r'<blockquote cite="tribune:comment/(\d{1,18})">')
_IMAGE = re.compile(r'<img\b[^>"]*+(?:"[^"]*"[^>"]*+)*+>')
_SOURCE = re.compile(r'\bsrc="https://')


@dataclass(frozen=True, kw_only=True, slots=True)
class Quoted:
    """A comment that another quotes: who wrote it and where it stands."""

    author: str
    address: str


def quoted_ids(html: str) -> set[int]:
    """The ids of the comments that sanitised HTML quotes."""
    return {int(match[1]) for match in _QUOTE.finditer(html)}


def with_quotes(html: str, known: Mapping[int, Quoted], t: Translator) -> Markup:
    """Sanitised `html` whose quotes name their authors and lead to what they quote, where that is known."""

    def attributed(match: re.Match[str]) -> str:
        quoted = known.get(int(match[1]))
        if quoted is None:
            return "<blockquote>"
        text = escape(t("{author} wrote:", author=quoted.author), quote=False)
        return f'<blockquote><p class="attribution"><a href="{escape(quoted.address)}">{text}</a></p>'

    return Markup(_QUOTE.sub(attributed, html))


def with_images(html: str, shown: bool) -> Markup:
    """Sanitised `html` whose images load when they come into sight, or are not there at all."""

    def loaded(match: re.Match[str]) -> str:
        if not shown or not _SOURCE.search(match[0]):
            return ""
        return f'<img loading="lazy"{match[0][4:]}'

    return Markup(_IMAGE.sub(loaded, html))
