"""Which new articles hold a word or a phrase that somebody follows: whole words, whatever their case and accents."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from bot.domain.model import Content, Follow
from bot.domain.text import one_line, repair, words
from bot.domain.wrong import Wrong

MOST_WORDS = 50  # that a member follows in a community
LONGEST = 60  # characters
LONGEST_PHRASE = 8  # words
TELL_EVERY = timedelta(hours=1)
NEWS_FOR = timedelta(days=7)  # what is older than that is no news to anybody

_NO_WORD = "A word to follow has a letter or a digit: “{word}” has none."
_TOO_SHORT = "“{word}” stands in every article: follow a longer word."
_TOO_LONG = "What is followed has at most {characters} characters and {words} words."


def key_of(word: str) -> tuple[str, str]:
    """A word or phrase as it is shown, and the form in which it is compared. Raises `Wrong` where it is none."""
    shown = one_line(repair(word))
    tokens = _tokens(shown)
    if not tokens:
        raise Wrong(_NO_WORD, word=shown[:LONGEST])
    if len(shown) > LONGEST or len(tokens) > LONGEST_PHRASE:
        raise Wrong(_TOO_LONG, characters=LONGEST, words=LONGEST_PHRASE)
    if len(tokens) == 1 and len(tokens[0]) == 1 and tokens[0].isascii():
        raise Wrong(_TOO_SHORT, word=shown)
    return shown, " ".join(tokens)


@dataclass(frozen=True, slots=True)
class Followed:
    """All that is followed, by its first word, so that a text is read once however much that is."""

    by_first: dict[str, list[tuple[tuple[str, ...], Follow]]] = field(default_factory=dict)

    @classmethod
    def of(cls, follows: Iterable[Follow]) -> Followed:
        """Index what is followed."""
        made = cls()
        for each in follows:
            phrase = tuple(each.key.split(" "))
            made.by_first.setdefault(phrase[0], []).append((phrase, each))
        return made

    def within(self, content: Content) -> Iterator[Follow]:
        """What of it stands in an article's title, lead, categories or author, each once."""
        seen: set[int] = set()
        for text in (content.title, content.lead, content.author or "", *content.categories):
            for follow in self._in(_tokens(text)):
                if follow.id not in seen:
                    seen.add(follow.id)
                    yield follow

    def _in(self, tokens: Sequence[str]) -> Iterator[Follow]:
        for place, token in enumerate(tokens):
            for phrase, follow in self.by_first.get(token, ()):
                if tuple(tokens[place : place + len(phrase)]) == phrase:
                    yield follow


def _tokens(text: str) -> list[str]:
    return words(_without_accents(text))


def _without_accents(text: str) -> str:
    if text.isascii():
        return text
    apart = unicodedata.normalize("NFKD", text)
    return "".join(character for character in apart if not unicodedata.combining(character))
