"""What a flag weighs, what flags do before a moderator has looked, and when one may be made."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import log

from bot.domain.model import Case, CaseState, MemberId, Role

HIDES_AT = 6.0
HIDES_FROM_MEMBERS = 2
MODERATOR_BONUS = 5.0
HEAVIEST = 8.0
ENOUGH_JUDGED = 5  # up to so many judged flags say nothing of a member
FAIR_SHARE = 0.7
MOST_BONUS = 3.0
QUIET_AFTER_DECISION = timedelta(hours=24)

HANDLED = "The moderators have looked at this already. It can be reported again when it changes, or after a day."


@dataclass(frozen=True, kw_only=True, slots=True)
class Record:
    """How a member's flags were judged so far in a community; those ignored or withdrawn are no judgements."""

    agreed: int = 0
    disagreed: int = 0

    @property
    def judged(self) -> int:
        """How many flags say something."""
        return self.agreed + self.disagreed


@dataclass(frozen=True, kw_only=True, slots=True)
class Heat:
    """When a discussion locks itself: so many members of this trust flag in it within so short a time."""

    members: int = 5
    trust: int = 2
    within: timedelta = timedelta(minutes=15)
    lock_for: timedelta = timedelta(hours=4)


def accuracy(record: Record) -> float:
    """What a member's judged flags add to the weight of the next, in [-3, 3].

    0 up to 5 judged flags, else with p agreed of n: p ≥ 0.7: ((p − 0.7)/0.3)·5·log₄ n, else −((0.7 − p)/0.7)·5·log₄ n,
    clamped; after Discourse's `reviewable_score`.
    """
    n = record.judged
    if n <= ENOUGH_JUDGED:
        return 0.0
    p = record.agreed / n
    share = (p - FAIR_SHARE) / (1 - FAIR_SHARE) if p >= FAIR_SHARE else -(FAIR_SHARE - p) / FAIR_SHARE
    return max(-MOST_BONUS, min(MOST_BONUS, share * 5 * log(n, 4)))


def weigh(trust: int, role: Role, record: Record) -> float:
    """The weight of a flag, in [0, 8]: trust (0 to 3) and accuracy, and 5 more for a moderator."""
    bonus = MODERATOR_BONUS if role.allows(Role.MODERATOR) else 0.0
    return max(0.0, min(HEAVIEST, trust + bonus + accuracy(record)))


def hides(flags: Iterable[tuple[MemberId, float]], author: Role, enough: float = HIDES_AT) -> bool:
    """Whether a comment's open flags (who, weight) take it out of sight without a moderator.

    `enough` or more together, from at least two distinct members whose flags weigh anything. Never what a
    moderator wrote.
    """
    if author.allows(Role.MODERATOR):
        return False
    weighing = [(member, weight) for member, weight in flags if weight > 0]
    return sum(w for _, w in weighing) >= enough and len({m for m, _ in weighing}) >= HIDES_FROM_MEMBERS


def refusal(latest: Case | None, changed_at: datetime | None, now: datetime) -> str | None:
    """Why a subject cannot be flagged now: what was handled and is unedited since rests for a day.

    `latest` is the subject's latest case, `changed_at` when it was last edited or revised. A case that only time has
    decided was handled by nobody.
    """
    if latest is None or latest.state is CaseState.OPEN or latest.decided_at is None or latest.by_time:
        return None
    if changed_at is not None and changed_at > latest.decided_at:
        return None
    return HANDLED if now - latest.decided_at < QUIET_AFTER_DECISION else None


def heated(flags: Sequence[tuple[MemberId, int, datetime]], now: datetime, heat: Heat) -> bool:
    """Whether a discussion's flags (who, trust, when) come so fast that it should pause."""
    recent = {m for m, trust, at in flags if trust >= heat.trust and now - at <= heat.within}
    return len(recent) >= heat.members
