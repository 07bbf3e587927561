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
    """Words of an article with those around them, and the spaces between where there are some."""

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
    body = one_line(plain_text(content.body or content.summary))
    lead = "" if body.startswith(content.lead[:60]) else content.lead
    return one_line(" ".join(part for part in (content.title, lead, body) if part))


def find(content: Content, chosen: str) -> Excerpt | None:
    """The chosen words where they stand first in an article, None where they do not stand there.

    Where they stand only within longer words ("form" in "reform") is taken if they stand nowhere by themselves.
    """
    text, wanted = text_of(content), one_line(chosen)
    found = (_by_itself(wanted).search(text) or re.search(re.escape(wanted), text)) if wanted else None
    if found is None:
        return None
    head, tail = text[: found.start()], text[found.end() :]
    before, after = " ".join(_WORD.findall(head)[-AROUND:]), " ".join(_WORD.findall(tail)[:AROUND])
    return Excerpt(
        text=wanted,
        before=f"{before} " if head.endswith(" ") else before,
        after=f" {after}" if tail.startswith(" ") else after,
    )


def _by_itself(words: str) -> re.Pattern[str]:
    """`words` where they are no part of longer ones: neither "form" in "reform" nor in "form's"."""
    starts = r"(?<!\w)(?<!\w['’-])" if words[0].isalnum() else ""
    ends = r"(?!\w|['’-]\w)" if words[-1].isalnum() else ""
    return re.compile(starts + re.escape(words) + ends)


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

    "" means that the words were taken out. What the revision says elsewhere is no matter.
    """
    text = text_of(content)
    if not excerpt.text or excerpt.before + excerpt.text + excerpt.after in text:
        return None
    places = [each.strip() for each in _places(excerpt, text)]
    if not places or any(_by_itself(excerpt.text).search(each) for each in places):
        return None
    return places[0]


def _places(excerpt: Excerpt, text: str) -> list[str]:
    """What stands between the words that were around an excerpt, wherever both are near enough to each other."""
    reach = int(len(excerpt.text) * SLACK) + SLACK_CHARACTERS
    before, after = excerpt.before.rstrip(), excerpt.after.lstrip()
    places = []
    for start in [match.end() for match in re.finditer(re.escape(before), text)] if before else [0]:
        limit = min(start + reach, len(text))
        ends = _all_of(after, text, start, limit + len(after)) if after else [len(text)]
        between = (text[start:end] for end in ends if end <= limit)
        places += [each for each in between if _parted(each, excerpt)][:1]
    return places


def _all_of(words: str, text: str, start: int, limit: int) -> list[int]:
    return [match.start() for match in re.compile(re.escape(words)).finditer(text, start, limit)]


def _parted(between: str, excerpt: Excerpt) -> bool:
    """Whether words that a space parted from the excerpt are whole words still."""
    left, right = excerpt.before.endswith(" "), excerpt.after.startswith(" ")
    if not between:
        return not (left and right)
    return (between.startswith(" ") or not left) and (between.endswith(" ") or not right)


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
