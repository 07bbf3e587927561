"""Filters of subscriptions: which articles pass.

    bridge OR library            "public works" NOT (sport OR title:weather)
    -météo category:culture      title:elect* author:"Ann Lee"      /\\bcovid-?19\\b/

A term without a field is looked for in all of them; one after the other means AND, which binds closer than OR. The
operators are written in capitals, in English or French (AND OR NOT, ET OU NON); a word of that name is found in lower
case or quotation marks.

**Words** are whole words, whatever the case and the form of apostrophes and hyphens, which part words: `IA` finds
"l’IA", `avions` finds "porte-avions", and `porte-avions` is both words, one after the other. What is written without
accents is found with them, too (`ecole`: "école"); what is written with accents only so. In scripts without spaces
between words they are found anywhere. **Regular expressions** see the text as it stands, but for plain apostrophes and
hyphens, whatever the case. They run on RE2: their time grows with the text alone, whatever the expression.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from typing import Protocol

import re2

from bot.domain.filter_text import Reading, as_written, sought
from bot.domain.model import Content
from bot.domain.wrong import Wrong

MOST_CHARACTERS = 2_000
MOST_DEEP = 30
MOST_PATTERN = 500  # characters of a regular expression
MOST_MEMORY = 1 << 20  # bytes that RE2 may take for one

NAMES = {
    "title": "title",
    "titre": "title",
    "author": "author",
    "auteur": "author",
    "category": "category",
    "catégorie": "category",
    "categorie": "category",
    "text": "text",
    "texte": "text",
}
"""What the fields are called, in both languages."""

_AND, _OR, _NOT = {"AND", "ET"}, {"OR", "OU"}, {"NOT", "NON"}
_QUOTES = {'"': '"', "“": "”", "”": "”", "„": "“”", "«": "»"}
_ENDS = frozenset("()") | _QUOTES.keys()


@dataclass(frozen=True, kw_only=True, slots=True)
class Judgement:
    """Whether an article passes, and the part of the expression that decided."""

    passes: bool
    because: str


class _Node(Protocol):
    """A part of an expression; `text` is how it was written."""

    @property
    def text(self) -> str: ...

    def judge(self, reading: Reading) -> Judgement: ...


@dataclass(frozen=True, kw_only=True, slots=True)
class Filter:
    """An expression that was understood."""

    expression: str
    root: _Node | None  # None: everything passes

    def judge(self, content: Content | Reading) -> Judgement:
        """Whether an article passes. For several filters on one article, a `Reading` prepares it only once."""
        if self.root is None:
            return Judgement(passes=True, because="")
        return self.root.judge(content if isinstance(content, Reading) else Reading(content))


@lru_cache(maxsize=256)
def read(expression: str) -> Filter:
    """Understand an expression. Raises `Wrong`, which names the place and the remedy."""
    if len(expression) > MOST_CHARACTERS:
        raise Wrong(_TOO_LONG, limit=MOST_CHARACTERS)
    parser = _Parser(expression)
    return Filter(expression=expression, root=parser.whole())


# --- what an expression is made of ---


@dataclass(frozen=True, kw_only=True, slots=True)
class _Words:
    text: str
    field: str | None
    words: str  # as `sought` makes them

    def judge(self, reading: Reading) -> Judgement:
        return Judgement(passes=reading.says(self.words, self.field), because=self.text)


@dataclass(frozen=True, kw_only=True, slots=True)
class _Expression:
    text: str
    field: str | None
    pattern: re2._Regexp

    def judge(self, reading: Reading) -> Judgement:
        found = any(self.pattern.search(each) is not None for each in reading.written(self.field))
        return Judgement(passes=found, because=self.text)


@dataclass(frozen=True, kw_only=True, slots=True)
class _Not:
    text: str
    part: _Node

    def judge(self, reading: Reading) -> Judgement:
        return Judgement(passes=not self.part.judge(reading).passes, because=self.text)


@dataclass(frozen=True, kw_only=True, slots=True)
class _All:
    text: str
    parts: tuple[_Node, ...]

    def judge(self, reading: Reading) -> Judgement:
        for part in self.parts:
            judgement = part.judge(reading)
            if not judgement.passes:
                return judgement
        return Judgement(passes=True, because=self.text)


@dataclass(frozen=True, kw_only=True, slots=True)
class _Any:
    text: str
    parts: tuple[_Node, ...]

    def judge(self, reading: Reading) -> Judgement:
        for part in self.parts:
            judgement = part.judge(reading)
            if judgement.passes:
                return judgement
        return Judgement(passes=False, because=self.text)


@dataclass(frozen=True, kw_only=True, slots=True)
class _Within:
    """A field and its parenthesis."""

    text: str
    part: _Node

    def judge(self, reading: Reading) -> Judgement:
        return Judgement(passes=self.part.judge(reading).passes, because=self.text)


# --- reading one ---


class _Parser:
    """Reads an expression from left to right."""

    def __init__(self, expression: str) -> None:
        self._given = expression
        self._at = 0
        self._deep = 0

    def whole(self) -> _Node | None:
        self._skip_spaces()
        if self._done():
            return None
        node = self._any(None)
        if not self._done():
            raise Wrong(_CLOSES_NOTHING, at=self._at + 1)
        return node

    def _any(self, field: str | None) -> _Node:
        start, parts = self._at, [self._all(field)]
        while (operator := self._operator(_OR)) is not None:
            parts.append(self._all_after(operator, field))
        return parts[0] if len(parts) == 1 else _Any(text=self._since(start), parts=tuple(parts))

    def _all_after(self, operator: tuple[str, int], field: str | None) -> _Node:
        self._expect_something(*operator)
        return self._all(field)

    def _all(self, field: str | None) -> _Node:
        start = self._at
        self._refuse_leading_operator()
        parts = [self._one(field)]
        while not self._done() and self._peek() != ")" and self._word_ahead() not in _OR:
            operator = self._operator(_AND)
            if operator is not None:
                self._expect_something(*operator)
                self._refuse_leading_operator()
            parts.append(self._one(field))
        return parts[0] if len(parts) == 1 else _All(text=self._since(start), parts=tuple(parts))

    def _one(self, field: str | None) -> _Node:
        start = self._at
        operator = self._operator(_NOT)
        if operator is not None:
            self._expect_something(*operator)
            self._refuse_leading_operator()
            return self._negated(start, field)
        if self._peek() in "-−" and self._at + 1 < len(self._given) and not self._given[self._at + 1].isspace():
            self._at += 1
            return self._negated(start, field)
        return self._term(field)

    def _negated(self, start: int, field: str | None) -> _Node:
        with self._deeper(start):
            part = self._one(field)
        return _Not(text=self._since(start), part=part)

    def _term(self, field: str | None) -> _Node:
        start, sign = self._at, self._peek()
        if sign == "(":
            return self._group(field)
        if sign in _QUOTES:
            return self._words(start, self._quoted(), field)
        if sign == "/":
            return self._regular(field)
        if sign == ")":
            raise Wrong(_CLOSES_NOTHING, at=self._at + 1)
        named = self._field_ahead()
        if named is not None:
            return self._within(start, named)
        return self._words(start, self._bare(), field)

    def _within(self, start: int, field: str) -> _Node:
        self._skip_spaces()
        if self._done() or self._peek() == ")":
            raise Wrong(_FIELD_OF_NOTHING, at=start + 1, field=self._given[start : self._at].strip().rstrip(":"))
        with self._deeper(start):
            part = self._term(field)
        return _Within(text=self._since(start), part=part)

    def _group(self, field: str | None) -> _Node:
        start = self._at
        self._at += 1
        self._skip_spaces()
        if not self._done() and self._peek() == ")":
            raise Wrong(_EMPTY, at=start + 1)
        with self._deeper(start):
            node = None if self._done() else self._any(field)
        if node is None or self._done():
            raise Wrong(_NOT_CLOSED, at=start + 1)
        self._at += 1
        self._skip_spaces()
        return node

    def _quoted(self) -> str:
        start = self._at
        closing = _QUOTES[self._peek()]
        ends = [end for sign in closing if (end := self._given.find(sign, start + 1)) >= 0]
        if not ends:
            raise Wrong(_QUOTE_NOT_CLOSED, at=start + 1)
        self._at = min(ends) + 1
        return self._given[start + 1 : min(ends)]

    def _bare(self) -> str:
        start = self._at
        self._at += len(self._word_ahead()) or 1
        return self._given[start : self._at]

    def _words(self, start: int, written: str, field: str | None) -> _Node:
        words = sought(written)
        if words is None:
            raise Wrong(_STAR, at=start + 1, word=written)
        if not words:
            raise Wrong(_NO_WORD, at=start + 1, word=written.strip())
        self._skip_spaces()
        return _Words(text=self._since(start), field=field, words=words)

    def _regular(self, field: str | None) -> _Node:
        start = self._at
        self._at += 1
        while not self._done() and self._peek() != "/":
            self._at += 2 if self._peek() == "\\" else 1
        if self._done():
            raise Wrong(_REGULAR_NOT_CLOSED, at=start + 1)
        pattern = self._given[start + 1 : self._at].replace("\\/", "/")
        self._at += 1
        self._skip_spaces()
        return _Expression(text=self._since(start), field=field, pattern=_compiled(pattern, start + 1))

    def _field_ahead(self) -> str | None:
        """The field that is named here, behind us then."""
        name, colon, _ = self._word_ahead(colon=True).partition(":")
        if not colon or not name.isalpha():
            return None
        field = NAMES.get(as_written(name).casefold())
        if field is None:
            raise Wrong(_NO_FIELD, at=self._at + 1, field=name)
        self._at += len(name) + 1
        return field

    def _operator(self, which: set[str]) -> tuple[str, int] | None:
        word = self._word_ahead()
        if word not in which:
            return None
        found = (word, self._at + 1)
        self._at += len(word)
        self._skip_spaces()
        return found

    def _expect_something(self, operator: str, at: int) -> None:
        if self._done() or self._peek() == ")":
            raise Wrong(_NOTHING_AFTER, at=at, operator=operator)

    def _refuse_leading_operator(self) -> None:
        word = self._word_ahead()
        if word in _AND | _OR:
            raise Wrong(_NOTHING_BEFORE, at=self._at + 1, operator=word)

    @contextmanager
    def _deeper(self, start: int) -> Iterator[None]:
        self._deep += 1
        if self._deep > MOST_DEEP:
            raise Wrong(_TOO_DEEP, at=start + 1, limit=MOST_DEEP)
        yield
        self._deep -= 1

    def _word_ahead(self, *, colon: bool = False) -> str:
        end = self._at
        while end < len(self._given) and not self._given[end].isspace():
            sign = self._given[end]
            if sign in _ENDS:
                break
            end += 1
            if colon and sign == ":":
                break
        return self._given[self._at : end]

    def _since(self, start: int) -> str:
        return self._given[start : self._at].strip()

    def _peek(self) -> str:
        return self._given[self._at]

    def _done(self) -> bool:
        return self._at >= len(self._given)

    def _skip_spaces(self) -> None:
        while not self._done() and self._peek().isspace():
            self._at += 1


# --- regular expressions ---

_OPTIONS = re2.Options()
_OPTIONS.max_mem = MOST_MEMORY
_OPTIONS.log_errors = False
_OPTIONS.case_sensitive = False

_TOO_LONG_PATTERN = (
    "The regular expression at character {at} is longer than {limit} characters; shorten it or divide it."
)
_TOO_LARGE_PATTERN = "The regular expression at character {at} is too large; use smaller numbers in its braces."
_LOOK_AROUND = (
    "The regular expression at character {at} looks around with “{part}”, which RE2 cannot do; "
    "use NOT with a second expression."
)
_BACK_REFERENCE = (
    "The regular expression at character {at} refers back with “{part}”, which RE2 cannot do; "
    "write out what is repeated."
)
_BAD_PATTERN = (
    "The regular expression at character {at} cannot be read at “{part}”; put a \\ before signs that are meant."
)


def _compiled(pattern: str, at: int) -> re2._Regexp:
    if len(pattern) > MOST_PATTERN:
        raise Wrong(_TOO_LONG_PATTERN, at=at, limit=MOST_PATTERN)
    try:
        return re2.compile(as_written(pattern), _OPTIONS)
    except re2.error as error:
        raise _wrong(pattern, at, _said_by(error)) from None


def _said_by(error: re2.error) -> str:
    said = error.args[0]
    return said.decode("utf-8", "replace") if isinstance(said, bytes) else str(said)


def _wrong(pattern: str, at: int, answer: str) -> Wrong:
    """What RE2 says is wrong, in words of ours."""
    if "too large" in answer or "repetition size" in answer:
        return Wrong(_TOO_LARGE_PATTERN, at=at)
    part = answer.partition(": ")[2].rstrip("'") or pattern
    if part.startswith(("(?=", "(?!", "(?<")):
        return Wrong(_LOOK_AROUND, at=at, part=part)
    if re2.fullmatch(r"\\[1-9kg]|\(\?P=?", part):
        return Wrong(_BACK_REFERENCE, at=at, part=part)
    return Wrong(_BAD_PATTERN, at=at, part=part)


# --- what can be wrong ---

_TOO_LONG = "The filter is longer than {limit} characters; shorten it or divide it among subscriptions."
_TOO_DEEP = "At character {at} the filter is nested more than {limit} deep; write it with fewer parentheses."
_NOT_CLOSED = "The parenthesis at character {at} is not closed; put a “)” where it ends."
_CLOSES_NOTHING = "The “)” at character {at} closes nothing; put a “(” before it, or take it out."
_EMPTY = "The parentheses at character {at} are empty; put words into them, or take them out."
_QUOTE_NOT_CLOSED = "The quotation mark at character {at} is not closed; put another where the phrase ends."
_REGULAR_NOT_CLOSED = "The regular expression at character {at} is not closed; put a “/” where it ends."
_NO_FIELD = (
    "At character {at} there is no field “{field}”; there are title, author, category and text. "
    "Put words with a colon in quotation marks."
)
_FIELD_OF_NOTHING = "The field “{field}” at character {at} has nothing to look for; put a word after it."
_NOTHING_AFTER = "After “{operator}” at character {at} something is missing; to find the word, write it in lower case."
_NOTHING_BEFORE = (
    "Before “{operator}” at character {at} something is missing; to find the word, write it in lower case."
)
_NO_WORD = "“{word}” at character {at} holds no word; for signs use a regular expression: /…/."
_STAR = "In “{word}” at character {at} the * does not stand at the end of a word; there it means any ending."
