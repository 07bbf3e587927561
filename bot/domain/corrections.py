"""Reported errors in articles: what an excerpt is, when two are one, and when a later revision has mended it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum

from bot.domain.html import plain_text
from bot.domain.model import Content, CorrectionKind, CorrectionState
from bot.domain.text import one_line

AROUND = 6  # words kept before and after an excerpt
LONGEST_EXCERPT = 500
SLACK = 2.0  # what stands between the surrounding words may be so much longer than the excerpt …
SLACK_CHARACTERS = 80  # … and so many characters more

NOT_THERE = "These words are not in the article. Please copy them from it as they are."
TOO_LONG = "Please choose at most {most} characters."
CHOOSE = "Please copy the words that are wrong from the article."

WITHOUT_EXCERPT = frozenset({CorrectionKind.DEAD_LINK, CorrectionKind.WRONG_IMAGE, CorrectionKind.DUPLICATE})
OPEN = frozenset({CorrectionState.RECEIVED, CorrectionState.SENT_ON})

_WORD = re.compile(r"\S+")


@dataclass(frozen=True, kw_only=True, slots=True)
class Excerpt:
    """Words of an article with those around them."""

    text: str
    before: str
    after: str


class Change(StrEnum):
    """What a piece of a difference is."""

    SAME = "same"
    GONE = "gone"
    NEW = "new"


def text_of(content: Content) -> str:
    """All that an article says, as one line of plain text: what excerpts are looked for in."""
    body = content.body or content.summary
    lead = "" if content.lead and plain_text(body).startswith(content.lead[:60]) else content.lead
    return one_line(" ".join(part for part in (content.title, lead, plain_text(body)) if part))


def find(content: Content, chosen: str) -> Excerpt | None:
    """The chosen words where they stand first in an article, None where they do not stand there."""
    text, wanted = text_of(content), one_line(chosen)
    at = text.find(wanted) if wanted else -1
    if at < 0:
        return None
    before, after = _WORD.findall(text[:at])[-AROUND:], _WORD.findall(text[at + len(wanted) :])[:AROUND]
    return Excerpt(text=wanted, before=" ".join(before), after=" ".join(after))


def refusal(kind: CorrectionKind, chosen: str, content: Content) -> str | None:
    """Why an excerpt cannot be taken, None where it can: a message of the catalogue (`most` fills it)."""
    if not chosen.strip():
        return None if kind in WITHOUT_EXCERPT else CHOOSE
    if len(one_line(chosen)) > LONGEST_EXCERPT:
        return TOO_LONG
    return NOT_THERE if find(content, chosen) is None else None


def same_key(kind: CorrectionKind, excerpt: str) -> str:
    """What makes two reports in one discussion one correction: the excerpt, or the kind where there is none."""
    return f"text {one_line(excerpt).casefold()}" if excerpt.strip() else f"kind {kind.value}"


def mended(excerpt: Excerpt, content: Content) -> str | None:
    """What a later revision has in the excerpt's place, None where it still holds it or has lost what was around it.

    "" means that the words were taken out.
    """
    text = text_of(content)
    for start in _ends(text, excerpt.before):
        reach = start + int(len(excerpt.text) * SLACK) + SLACK_CHARACTERS + len(excerpt.after)
        end = text.find(excerpt.after, start, reach) if excerpt.after else len(text)
        if 0 <= end <= reach:
            between = text[start:end].strip()
            return None if excerpt.text in between else between
    return None


def _ends(text: str, words: str) -> list[int]:
    """Where `words` end in `text`; its beginning where there are none."""
    if not words:
        return [0]
    return [match.end() for match in re.finditer(re.escape(words), text)]


def difference(old: str, new: str) -> list[tuple[Change, str]]:
    """Two texts compared by words: runs that stayed, went and came, in reading order."""
    before, after = _WORD.findall(old), _WORD.findall(new)
    runs: list[tuple[Change, str]] = []
    for kind, a, b, c, d in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if kind == "equal":
            runs.append((Change.SAME, " ".join(before[a:b])))
            continue
        runs.extend([(Change.GONE, " ".join(before[a:b]))] if b > a else [])
        runs.extend([(Change.NEW, " ".join(after[c:d]))] if d > c else [])
    return runs
