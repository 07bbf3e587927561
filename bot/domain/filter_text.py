"""What filters compare: the words that were asked for, and an article's own."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache

from bot.domain.html import plain_text
from bot.domain.model import Content

_PLAIN = str.maketrans(
    dict.fromkeys("’‘‛ʼ＇′‵`´", "'") | dict.fromkeys("‐‑‒–—―−﹣－", "-") | dict.fromkeys("\xad\u200b\u2060\ufeff")
)
_SAME = str.maketrans({"\u200c": None, "\u200d": None, "œ": "oe", "æ": "ae"})
_ACCENT = re.compile("[\u0300-\u036f]")
_PERHAPS_MARKS = re.compile("[\u0300-\u036f\u0483-\u1fff\u20d0-\u20ff\u2cef-\u2dff\u302a-\u309a\ua66f-\U0010ffff]")
_WORDS = re.compile(r"\w+")
_UNSPACED = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3005-\u30ff\u3400-\u9fff\uf900-\ufaff]")


def as_written(text: str) -> str:
    """`text` in composed, compatible forms, with plain apostrophes and hyphens: what regular expressions see."""
    return unicodedata.normalize("NFKC", text.translate(_PLAIN))


def sought(written: str) -> str | None:
    """What was asked for, as `Reading.says` takes it: with a space at each end that is the end of a word.

    "" where it holds no word, None where a * stands anywhere but at the very end of one.
    """
    body, star, rest = written.strip().partition("*")
    words = _words(body)
    if not words:
        return None if star else ""
    if star and (rest or not _words(body[-1])):
        return None
    found = " ".join(words)
    start = "" if _UNSPACED.match(found[0]) else " "
    end = "" if star or _UNSPACED.match(found[-1]) else " "
    return start + found + end


class Reading:
    """An article as filters read it; each form is made when it is first needed."""

    def __init__(self, content: Content) -> None:
        self._content = content
        self._written: dict[str, Sequence[str]] = {}
        self._encoded: dict[str, Sequence[bytes]] = {}
        self._said: dict[str, Sequence[tuple[str, str]]] = {}

    def says(self, words: str, field: str | None) -> bool:
        """Whether it has these words (as `sought` makes them), with accents only where they have some."""
        exact = has_accents(words)
        forms = (each for name in _fields(field) for each in self._forms(name))
        return any(words in (with_accents if exact else bare) for with_accents, bare in forms)

    def encoded(self, field: str | None) -> Sequence[bytes]:
        """The texts of a field, or of all, as they stand, in UTF-8."""
        return [text for name in _fields(field) for text in self._bytes(name)]

    def _forms(self, field: str) -> Sequence[tuple[str, str]]:
        if field not in self._said:
            spaced = [f" {' '.join(_words(text))} " for text in self._texts(field)]
            self._said[field] = [(text, without_accents(text)) for text in spaced]
        return self._said[field]

    def _bytes(self, field: str) -> Sequence[bytes]:
        if field not in self._encoded:
            self._encoded[field] = [text.encode("utf-8", "replace") for text in self._texts(field)]
        return self._encoded[field]

    def _texts(self, field: str) -> Sequence[str]:
        if field not in self._written:
            self._written[field] = [as_written(text) for text in self._given(field) if text]
        return self._written[field]

    def _given(self, field: str) -> Sequence[str]:
        content = self._content
        match field:
            case "title":
                return [content.title]
            case "author":
                return [content.author or ""]
            case "category":
                return content.categories
        return [plain_text(html) for html in (content.summary, content.body) if html] or [content.lead]


def has_accents(text: str) -> bool:
    """Whether there are accents of Latin, Greek or Cyrillic letters."""
    return not text.isascii() and _ACCENT.search(unicodedata.normalize("NFD", text)) is not None


def without_accents(text: str) -> str:
    """`text` without the accents of Latin, Greek and Cyrillic letters; other marks make other words."""
    if text.isascii():
        return text
    return unicodedata.normalize("NFC", _ACCENT.sub("", unicodedata.normalize("NFD", text)))


def _fields(field: str | None) -> tuple[str, ...]:
    return (field,) if field is not None else ("title", "author", "category", "text")


def _words(text: str) -> list[str]:
    """The words of a text, without case. Marks that no composed letter has belong to the letter before them."""
    folded = unicodedata.normalize("NFKC", as_written(text).casefold()).translate(_SAME)
    return (_marked_words() if _PERHAPS_MARKS.search(folded) else _WORDS).findall(folded)


@lru_cache(maxsize=1)
def _marked_words() -> re.Pattern[str]:
    marks = "".join(chr(code) for code in range(0x300, 0x1F000) if unicodedata.category(chr(code))[0] == "M")
    return re.compile(rf"[\w{marks}]+")
