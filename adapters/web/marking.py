"""The words that were searched for, marked where they stand in a text: whatever their case and accents."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection
from functools import lru_cache

from markupsafe import Markup, escape

_WORD = re.compile(r"\w+")
_MOST_WORDS = 20


def sought(query: str) -> frozenset[str]:
    """The words of a query in the form in which they are compared."""
    return frozenset(_folded(word) for word in _WORD.findall(query)[:_MOST_WORDS])


def marked(text: str, words: Collection[str]) -> Markup:
    """`text` with those of its words in `<mark>` that are among `words`."""
    parts, end = [], 0
    for match in _WORD.finditer(text):
        if _folded(match[0]) in words:
            parts += [escape(text[end : match.start()]), Markup("<mark>{}</mark>").format(match[0])]
            end = match.end()
    return Markup("").join([*parts, escape(text[end:])])


@lru_cache(maxsize=4096)
def _folded(word: str) -> str:
    if word.isascii():
        return word.casefold()
    apart = unicodedata.normalize("NFKD", word.casefold())
    return "".join(character for character in apart if not unicodedata.combining(character))
