"""Searching: what counts as a word, what people ask for, and where it stands in a text.

Words are compared without case, accents and ligatures ("école" is "ecole", "cœur" is "coeur"), and otherwise as they
are: nothing is made of their endings. What is asked for has to be there, every word of it. A word that ends with "*"
is the beginning of one, and so is the last word where it does not stand in quotes; words in quotes, and those that
only an apostrophe or a hyphen parts, follow one another.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bot.domain.wrong import Wrong

LONGEST_QUERY = 200
MOST_TERMS = 16
MOST_WORDS = 10_000  # of a text; what comes later is not found
LONGEST_WORD = 64
SHORTEST_BEGINNING = 2  # nearly every text has a word that begins with one given letter

_WORD = re.compile(r"[^\W_]+")
_PART = re.compile(r'"([^"]*)"?|([^\s"]+)')
_QUOTES = str.maketrans(dict.fromkeys("“”„«»", '"'))
_APART = {"æ": "ae", "œ": "oe", "ø": "o", "đ": "d", "ð": "d", "ł": "l", "ħ": "h", "ı": "i", "þ": "th", "ʼ": "'"}

_NOTHING = "Please give at least one word to look for."
_TOO_MUCH = "That is too much to look for at once: at most {most} words."
_TOO_LONG = "That is too long to look for: at most {most} characters."
_TOO_SHORT = "“{word}*”: please give at least {least} letters of the beginning."


class _Folds(dict[int, str]):
    """What each character is compared as."""

    def __missing__(self, code: int) -> str:
        bare = (each for each in unicodedata.normalize("NFKD", chr(code)) if not unicodedata.combining(each))
        folded = "".join(_APART.get(each, each) for each in "".join(bare).casefold())
        self[code] = folded
        return folded


_FOLDS = _Folds()


@dataclass(frozen=True, kw_only=True, slots=True)
class Term:
    """Words that follow one another; of the last one perhaps only the beginning."""

    words: tuple[str, ...]
    beginning: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Sought:
    """What somebody looks for: all of these terms."""

    terms: tuple[Term, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Snippet:
    """A piece of a text, and where in it what was found stands: from, until."""

    text: str
    marks: tuple[tuple[int, int], ...] = ()

    def marked(self, left: str = "*", right: str = "*") -> str:
        """The text with signs around what was found."""
        pieces, done = [], 0
        for start, end in self.marks:
            pieces += [self.text[done:start], left, self.text[start:end], right]
            done = end
        return "".join([*pieces, self.text[done:]])


def words(text: str) -> list[str]:
    """The words of a text, as they are compared."""
    folded = text.lower() if text.isascii() else text.translate(_FOLDS)
    return [each[:LONGEST_WORD] for each in _WORD.findall(folded)[:MOST_WORDS]]


def read(query: str) -> Sought:
    """What somebody looks for. Raises `Wrong`."""
    if len(query) > LONGEST_QUERY:
        raise Wrong(_TOO_LONG, most=LONGEST_QUERY)
    parts = [(quoted or bare, bool(bare)) for quoted, bare in _PART.findall(query.translate(_QUOTES))]
    terms = [term for number, part in enumerate(parts, start=1) if (term := _term(*part, last=number == len(parts)))]
    if not terms:
        raise Wrong(_NOTHING)
    if sum(len(each.words) for each in terms) > MOST_TERMS:
        raise Wrong(_TOO_MUCH, most=MOST_TERMS)
    return Sought(terms=tuple(dict.fromkeys(terms)))


def _term(text: str, bare: bool, *, last: bool) -> Term | None:
    found = words(text)
    if not found:
        return None
    starred = text.rstrip().endswith("*")
    if starred and len(found[-1]) < SHORTEST_BEGINNING:
        raise Wrong(_TOO_SHORT, word=found[-1], least=SHORTEST_BEGINNING)
    beginning = starred or (bare and last and len(found[-1]) > SHORTEST_BEGINNING)
    return Term(words=tuple(found), beginning=beginning)


def places(text: str, sought: Sought) -> list[tuple[int, int]]:
    """Where the terms stand in a text, in its order, none within another."""
    standing = _standing(text)
    found = sorted(
        (standing[at][1], standing[at + len(term.words) - 1][2])
        for term in sought.terms
        for at in range(len(standing) - len(term.words) + 1)
        if _fits([each[0] for each in standing[at : at + len(term.words)]], term)
    )
    apart: list[tuple[int, int]] = []
    for start, end in found:
        if apart and start < apart[-1][1]:
            apart[-1] = (apart[-1][0], max(end, apart[-1][1]))
        else:
            apart.append((start, end))
    return apart


def _standing(text: str) -> list[tuple[str, int, int]]:
    """The words of a text with where they stand in it as it is written."""
    origins: list[int] = []
    pieces: list[str] = []
    for place, each in enumerate(text):
        piece = _FOLDS[ord(each)]
        pieces.append(piece)
        origins.extend([place] * len(piece))
    matches = _WORD.finditer("".join(pieces))
    return [(each[0][:LONGEST_WORD], origins[each.start()], _after(text, origins[each.end() - 1])) for each in matches]


def _after(text: str, place: int) -> int:
    """Where a character ends, with the accents that are written behind it."""
    place += 1
    while place < len(text) and unicodedata.combining(text[place]):
        place += 1
    return place


def _fits(found: Sequence[str], term: Term) -> bool:
    *firsts, last = term.words
    fits_last = found[-1].startswith(last) if term.beginning else found[-1] == last
    return fits_last and list(found[:-1]) == firsts


def snippet(text: str, sought: Sought, length: int = 160) -> Snippet:
    """The part of a text where most of what is sought stands close together, with marks on it."""
    found = places(text, sought)
    start, end = _window(text, found, length)
    before, after = "…" if start > 0 else "", "…" if end < len(text) else ""
    shift = len(before) - start
    marks = tuple((a + shift, b + shift) for a, b in found if start <= a and b <= end)
    return Snippet(text=f"{before}{text[start:end]}{after}", marks=marks)


def _window(text: str, found: Iterable[tuple[int, int]], length: int) -> tuple[int, int]:
    if len(text) <= length:
        return 0, len(text)
    starts = [start for start, _ in found]
    best = max(starts, key=lambda each: (sum(each <= other < each + length // 2 for other in starts), -each), default=0)
    start = _between_words(text, max(0, min(best - length // 4, len(text) - length)))
    end = min(len(text), start + length)
    cut = text.rfind(" ", best + length // 4, end)
    return start, cut if end < len(text) and cut > 0 else end


def _between_words(text: str, place: int) -> int:
    """The beginning of the next word, where one begins soon."""
    if place == 0:
        return 0
    space = text.find(" ", place, place + 20)
    return space + 1 if space >= 0 else place
