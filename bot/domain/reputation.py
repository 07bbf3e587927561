"""Points, titles and trust, recomputed from facts: the same facts give the same figures, in whatever order."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from math import floor

from bot.domain.model import HIGHEST_TRUST, NEWCOMER, CommentId, MemberId, Standing, Vote

LEAST_OF_COMMENT, MOST_OF_COMMENT = -3.0, 10.0
FOR_ACTIVE_DAY = 1.0
FOR_CORRECTION = 3.0
FOR_UPHELD_FLAG = -5.0
MOST_A_DAY = 30.0
ONE_VOTER = timedelta(days=30)  # in which one voter's votes for one author wear off
WHOLE, HALF = 3, 6  # the first 3 of them count whole, the next 3 half, then none
TRUST_WINDOW = timedelta(days=100)
KEPT_AT = 0.9


@dataclass(frozen=True, kw_only=True, slots=True)
class Title:
    """A title, and what it takes: points, and distinct members whose ▲ stands on a comment."""

    key: str
    points: int
    upvoters: int


TITLES = (
    Title(key=NEWCOMER, points=0, upvoters=0),
    Title(key="member", points=20, upvoters=3),
    Title(key="regular", points=100, upvoters=8),
    Title(key="insider", points=300, upvoters=15),
    Title(key="expert", points=1000, upvoters=30),
    Title(key="pillar", points=3000, upvoters=60),
)
"""The titles where none are configured, the least first."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Coming:
    """The title that comes next, and what is missing for it."""

    title: Title
    points: int
    upvoters: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Written:
    """A live comment of the member."""

    id: CommentId
    at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Got:
    """A vote that counts on one of the member's live comments."""

    comment: CommentId
    by: MemberId
    vote: Vote
    at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Facts:
    """All that a member's figures in one community follow from."""

    comments: Sequence[Written] = ()
    votes: Sequence[Got] = ()
    corrections: Sequence[datetime] = ()  # when reported errors were corrected
    upheld: Sequence[datetime] = ()  # when flags on what the member wrote were agreed with, once for each case


@dataclass(frozen=True, kw_only=True, slots=True)
class Figures:
    """What the facts come to."""

    points: int
    upvoters: int
    title: str
    trust: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Rung:
    """What a level of trust takes within 100 days."""

    comments: int
    days: int
    upvoters: int = 0
    voted_days: int = 0
    most_upheld: int | None = None


LADDER = (
    Rung(comments=5, days=3),
    Rung(comments=20, days=15, upvoters=5),
    Rung(comments=60, days=40, upvoters=15, voted_days=7, most_upheld=2),
)
"""What trust 1, 2 and 3 take; each takes what the one before takes, too."""


def figures(
    facts: Facts, *, title: str, trust: int, trust_locked: bool, now: datetime, titles: Sequence[Title] = TITLES
) -> Figures:
    """The member's figures now; `title` and `trust` are those that the member has."""
    points, upvoters = points_of(facts), upvoters_of(facts)
    return Figures(
        points=points,
        upvoters=upvoters,
        title=title_of(points, upvoters, title, titles),
        trust=trust if trust_locked else trust_of(facts, trust, now),
    )


def points_of(facts: Facts) -> int:
    """The sum of the days, each at most +30, rounded down. A comment's votes count for the day it was written on."""
    return floor(sum(min(each, MOST_A_DAY) for each in _by_day(facts).values()))


def _by_day(facts: Facts) -> Mapping[date, float]:
    days: defaultdict[date, float] = defaultdict(float)
    worth = _worth(facts.votes)
    for comment in facts.comments:
        days[comment.at.date()] += max(LEAST_OF_COMMENT, min(MOST_OF_COMMENT, worth.get(comment.id, 0.0)))
    for day in {comment.at.date() for comment in facts.comments}:
        days[day] += FOR_ACTIVE_DAY
    for at in facts.corrections:
        days[at.date()] += FOR_CORRECTION
    for at in facts.upheld:
        days[at.date()] += FOR_UPHELD_FLAG
    return days


def _worth(votes: Iterable[Got]) -> Mapping[CommentId, float]:
    """▲−▼ of each comment, the votes of each voter worn off."""
    worth: defaultdict[CommentId, float] = defaultdict(float)
    lately: defaultdict[MemberId, deque[datetime]] = defaultdict(deque)
    for vote in sorted(votes, key=lambda each: (each.at, each.by, each.comment)):
        recent = lately[vote.by]
        while recent and vote.at - recent[0] >= ONE_VOTER:
            recent.popleft()
        counts = 1.0 if len(recent) < WHOLE else 0.5 if len(recent) < HALF else 0.0
        recent.append(vote.at)
        worth[vote.comment] += counts if vote.vote is Vote.UP else -counts
    return worth


def upvoters_of(facts: Facts) -> int:
    """How many distinct members' ▲ stand on the member's live comments."""
    return len({vote.by for vote in facts.votes if vote.vote is Vote.UP})


def title_of(points: int, upvoters: int, title: str, titles: Sequence[Title] = TITLES) -> str:
    """The highest title that is reached, never less than the one the member has.

    A newcomer gets the least of the titles, whatever it is called; any other title that is configured no longer is kept
    until one above the least is reached.
    """
    keys = [each.key for each in titles]
    reached = max(
        (i for i, each in enumerate(titles) if points >= each.points and upvoters >= each.upvoters), default=0
    )
    if title not in keys:
        return titles[reached].key if reached > 0 or title == NEWCOMER else title
    return keys[max(reached, keys.index(title))]


def trust_of(facts: Facts, trust: int, now: datetime) -> int:
    """The trust that the last 100 days earn, 0 to 3; what the member has is lost only below 0.9 of what it takes."""
    window = _Window(facts, now - TRUST_WINDOW)
    level = 0
    while level < HIGHEST_TRUST and window.reaches(LADDER[level], KEPT_AT if trust > level else 1.0):
        level += 1
    return level


def coming(standing: Standing, ladder: Sequence[Title]) -> Coming | None:
    """The title after the one that a member has, None after the last."""
    keys = [title.key for title in ladder]
    place = keys.index(standing.title) + 1 if standing.title in keys else 0
    higher = [title for title in ladder[place:] if standing.points < title.points or standing.upvoters < title.upvoters]
    if not higher:
        return None
    points, upvoters = higher[0].points - standing.points, higher[0].upvoters - standing.upvoters
    return Coming(title=higher[0], points=max(0, points), upvoters=max(0, upvoters))


class _Window:
    """The facts of the last days, counted."""

    def __init__(self, facts: Facts, since: datetime) -> None:
        days = [each.at.date() for each in facts.comments if each.at > since]
        ups = [each for each in facts.votes if each.vote is Vote.UP and each.at > since]
        self._comments = len(days)
        self._days = len(set(days))
        self._upvoters = len({each.by for each in ups})
        self._voted_days = len({each.at.date() for each in ups})
        self._upheld = sum(at > since for at in facts.upheld)

    def reaches(self, rung: Rung, share: float) -> bool:
        enough = (
            (self._comments, rung.comments),
            (self._days, rung.days),
            (self._upvoters, rung.upvoters),
            (self._voted_days, rung.voted_days),
        )
        calm = rung.most_upheld is None or self._upheld <= rung.most_upheld
        return calm and all(has >= needed * share for has, needed in enough)
