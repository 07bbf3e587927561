"""The order in which articles and comments are shown."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from math import log10, sqrt

from bot.domain.model import Totals

SECONDS_PER_MAGNITUDE = 79_200  # 22 hours weigh as much as ten times the score
COMMENTERS_AT_MOST = 40
FRESH_VOTES = 1
FRESH_COMMENTERS = 1
NO_VOTES = Totals()
Z_80 = 1.2816


@dataclass(frozen=True, kw_only=True, slots=True)
class Liveliness:
    """What an article's discussion comes to; `fresh` is what members of trust 0 voted, `trusted` all others."""

    trusted: Totals = NO_VOTES
    fresh: Totals = NO_VOTES
    commenters: int = 0  # distinct members of trust 1 and more with a live comment
    fresh_commenters: int = 0  # those of trust 0

    @property
    def score(self) -> float:
        """s = ▲ − ▼ + ½·min(distinct commenters, 40).

        The votes of trust 0 count together as at most ±1, its commenters as one: fresh accounts move little.
        """
        fresh = max(-FRESH_VOTES, min(FRESH_VOTES, self.fresh.net))
        commenters = self.commenters + min(self.fresh_commenters, FRESH_COMMENTERS)
        return self.trusted.net + fresh + min(commenters, COMMENTERS_AT_MOST) / 2


def hot(liveliness: Liveliness, dated: datetime) -> float:
    """How hot an article is; the higher, the further up.

    sign(s)·log10(max(|s|, 1)) + dated/79200 s, after Reddit's published ranking. Does not depend on the present moment,
    so it can be stored.
    """
    score = liveliness.score
    magnitude = log10(max(abs(score), 1.0))
    return (magnitude if score >= 0 else -magnitude) + dated.timestamp() / SECONDS_PER_MAGNITUDE


def wilson(totals: Totals) -> float:
    """The lower bound of the share of ▲ at 80 % confidence (z = 1.2816), with the author's implicit ▲; in [0, 1].

    For choosing few among many. E. B. Wilson, "Probable inference, the law of succession, and statistical
    inference", JASA 22 (1927).
    """
    up = totals.up + 1
    n = up + totals.down
    share, z2 = up / n, Z_80 * Z_80
    spread = Z_80 * sqrt(share * (1 - share) / n + z2 / (4 * n * n))
    return (share + z2 / (2 * n) - spread) / (1 + z2 / n)


def best_first(totals: Totals, created_at: datetime) -> tuple[int, int, datetime]:
    """A key to sort comments by: ▲−▼ falling, then ▲ falling, then the older."""
    return (-totals.net, -totals.up, created_at)
