"""Which new articles hold a word or a phrase that somebody follows: found as filters find words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from functools import lru_cache

from bot.domain.filter_text import Reading, sought, without_accents
from bot.domain.model import Content, Follow
from bot.domain.text import one_line, repair
from bot.domain.wrong import Wrong

MOST_WORDS = 50  # that a member follows in a community
LONGEST = 60  # characters
LONGEST_PHRASE = 8  # words
TELL_EVERY = timedelta(hours=1)
NEWS_FOR = timedelta(days=7)  # what is dated before that is no news to anybody

_NO_WORD = "A word to follow has a letter or a digit: “{word}” has none."
_TOO_SHORT = "“{word}” stands in nearly every article: follow a longer word."
_TOO_LONG = "What is followed has at most {characters} characters and {words} words."


def key_of(word: str) -> tuple[str, str]:
    """A word or phrase as it is shown, and the form in which it is compared. Raises `Wrong` where it is none."""
    shown = one_line(repair(word).replace("*", " "))
    key = (sought(shown) or "").strip()
    if not key:
        raise Wrong(_NO_WORD, word=word[:LONGEST])
    if len(shown) > LONGEST or len(key.split()) > LONGEST_PHRASE:
        raise Wrong(_TOO_LONG, characters=LONGEST, words=LONGEST_PHRASE)
    if len(key) == 1 and key.isascii():
        raise Wrong(_TOO_SHORT, word=shown)
    return shown, key


@dataclass(frozen=True, slots=True)
class Followed:
    """All that is followed, by what it begins with, so that an article is read once however much that is."""

    by_start: dict[str, list[tuple[str, Follow]]] = field(default_factory=dict)

    @classmethod
    def of(cls, follows: Iterable[Follow]) -> Followed:
        """Index what is followed."""
        made = cls()
        for each in follows:
            start, wanted = _lookup(each.key)
            made.by_start.setdefault(start, []).append((wanted, each))
        return made

    def within(self, content: Content) -> Iterator[Follow]:
        """What of it stands in an article's title, lead, categories or author."""
        told = Content(
            title=content.title, link=None, author=content.author, lead=content.lead, categories=content.categories
        )
        reading = Reading(told)
        starts = {start for text in _texts(told) for start in _starts(text)}
        for start in sorted(starts & self.by_start.keys()):
            for wanted, follow in self.by_start[start]:
                if reading.says(wanted, None):
                    yield follow


def _texts(content: Content) -> Iterator[str]:
    yield from (content.title, content.lead, content.author or "", *content.categories)


def _starts(text: str) -> Iterator[str]:
    """With what a word or phrase in a text is looked up: its words, and the signs of scripts without spaces."""
    for word in without_accents(sought(text.replace("*", " ")) or "").split():
        yield word
        if not word.isascii():
            yield from word


@lru_cache(maxsize=50_000)
def _lookup(key: str) -> tuple[str, str]:
    """With what a key is looked up, and what is sought then."""
    wanted = sought(key) or key
    bare = without_accents(wanted)
    return (bare.split()[0] if bare.startswith(" ") else bare[:1]), wanted
