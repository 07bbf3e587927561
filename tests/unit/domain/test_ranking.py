"""The order of articles and comments: named cases, known values, and what fresh accounts cannot do."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.model import Totals
from bot.domain.ranking import Liveliness, best_first, hot, wilson

NOW = datetime(2026, 5, 4, 12, tzinfo=UTC)

SCORES: list[tuple[str, Liveliness, float]] = [
    ("nothing", Liveliness(), 0),
    ("votes", Liveliness(trusted=Totals(up=7, down=3)), 4),
    ("more against than for", Liveliness(trusted=Totals(up=1, down=5)), -4),
    ("a commenter is half a vote", Liveliness(commenters=1), 0.5),
    ("forty commenters", Liveliness(commenters=40), 20),
    ("four hundred commenters", Liveliness(commenters=400), 20),
    ("a fresh account's vote", Liveliness(fresh=Totals(up=1)), 1),
    ("thirty fresh accounts' votes", Liveliness(fresh=Totals(up=30)), 1),
    ("thirty fresh accounts' votes against", Liveliness(fresh=Totals(down=30)), -1),
    ("fresh accounts of two minds", Liveliness(fresh=Totals(up=30, down=30)), 0),
    ("thirty fresh commenters are one", Liveliness(fresh_commenters=30), 0.5),
    ("fresh commenters among others", Liveliness(commenters=3, fresh_commenters=30), 2),
    ("fresh commenters beyond the fortieth", Liveliness(commenters=40, fresh_commenters=30), 20),
    ("all of it", Liveliness(trusted=Totals(up=9, down=2), fresh=Totals(up=5), commenters=6, fresh_commenters=2), 11.5),
]


@pytest.mark.parametrize(("name", "liveliness", "score"), SCORES, ids=[name for name, *_ in SCORES])
def test_what_a_discussion_comes_to(name: str, liveliness: Liveliness, score: float) -> None:
    assert liveliness.score == score


def trusted(net: int) -> Liveliness:
    return Liveliness(trusted=Totals(up=max(net, 0), down=max(-net, 0)))


def test_hot_weighs_a_magnitude_like_22_hours() -> None:
    assert hot(trusted(10), NOW) == pytest.approx(hot(trusted(1), NOW + timedelta(hours=22)))
    assert hot(trusted(-10), NOW) == pytest.approx(hot(trusted(0), NOW - timedelta(hours=22)))


def test_hot_has_the_sign_of_the_score() -> None:
    ages = NOW.timestamp() / 79_200
    assert hot(trusted(100), NOW) == pytest.approx(ages + 2)
    assert hot(trusted(-100), NOW) == pytest.approx(ages - 2)
    assert hot(trusted(-1), NOW) == hot(trusted(0), NOW) == hot(trusted(1), NOW) == ages


def test_conversation_counts_half_a_vote_each_up_to_forty() -> None:
    assert hot(Liveliness(commenters=40), NOW) == hot(trusted(20), NOW) == hot(Liveliness(commenters=400), NOW)


some_totals = st.builds(Totals, up=st.integers(0, 500), down=st.integers(0, 500))
discussions = st.builds(Liveliness, trusted=some_totals, commenters=st.integers(0, 60))


@given(discussions, some_totals)
def test_fresh_votes_move_an_article_no_more_than_one_trusted_vote(discussion: Liveliness, fresh: Totals) -> None:
    up, down = discussion.trusted.up, discussion.trusted.down
    one_up = hot(_with(discussion, Totals(up=up + 1, down=down)), NOW)
    one_down = hot(_with(discussion, Totals(up=up, down=down + 1)), NOW)
    moved = Liveliness(trusted=discussion.trusted, fresh=fresh, commenters=discussion.commenters)
    assert one_down <= hot(moved, NOW) <= one_up


def _with(discussion: Liveliness, totals: Totals) -> Liveliness:
    return Liveliness(trusted=totals, commenters=discussion.commenters)


@given(discussions, st.integers(1, 1000))
def test_fresh_commenters_move_an_article_like_one_of_trust(discussion: Liveliness, fresh: int) -> None:
    crowd = Liveliness(trusted=discussion.trusted, commenters=discussion.commenters, fresh_commenters=fresh)
    one = Liveliness(trusted=discussion.trusted, commenters=discussion.commenters + 1)
    assert hot(crowd, NOW) == hot(one, NOW)


@given(discussions, discussions)
def test_of_two_that_are_as_old_the_higher_score_is_not_below(one: Liveliness, other: Liveliness) -> None:
    lower, higher = sorted((one, other), key=lambda each: each.score)
    assert hot(lower, NOW) <= hot(higher, NOW)


@given(discussions, st.integers(1, 10**6))
def test_of_two_with_one_score_the_later_is_above(discussion: Liveliness, seconds: int) -> None:
    assert hot(discussion, NOW) < hot(discussion, NOW + timedelta(seconds=seconds))


KNOWN: list[tuple[str, Totals, float]] = [
    # Worked out apart with 28 digits: with the author's ▲, z = 1.2816,
    # (p + z²/2n − z·√(p(1−p)/n + z²/4n²)) / (1 + z²/n)
    ("only the author", Totals(), 0.378430),
    ("one against", Totals(down=1), 0.164245),
    ("nine for", Totals(up=9), 0.858922),
    ("half and half of ten", Totals(up=4, down=5), 0.312198),
    ("ninety-nine for", Totals(up=99), 0.983840),
]


@pytest.mark.parametrize(("name", "totals", "share"), KNOWN, ids=[name for name, *_ in KNOWN])
def test_wilson_has_its_known_values(name: str, totals: Totals, share: float) -> None:
    assert wilson(totals) == pytest.approx(share, abs=1e-6)


def test_wilson_wants_evidence() -> None:
    assert wilson(Totals(up=40, down=2)) > wilson(Totals(up=3)) > wilson(Totals()) > wilson(Totals(down=3))


@given(st.integers(0, 10_000), st.integers(0, 10_000))
def test_wilson_is_a_share_that_votes_raise_and_lower(up: int, down: int) -> None:
    here = wilson(Totals(up=up, down=down))
    assert 0 <= here <= 1
    assert wilson(Totals(up=up, down=down + 1)) <= here <= wilson(Totals(up=up + 1, down=down))


def test_best_first_is_net_then_up_then_the_older() -> None:
    totals = [(2, 0), (1, 0), (1, 0), (1, 1), (0, 0), (1, 2), (0, 1)]
    keys = [best_first(Totals(up=up, down=down), NOW + timedelta(minutes=n)) for n, (up, down) in enumerate(totals)]
    assert keys == sorted(keys)


BETTER: list[tuple[str, tuple[int, int, int], tuple[int, int, int]]] = [
    # ▲, ▼, minutes after the first
    ("more for than against", (3, 1, 9), (1, 0, 0)),
    ("as much, but more said so", (5, 4, 9), (1, 0, 0)),
    ("the same, but older", (2, 1, 0), (2, 1, 9)),
    ("nobody voted, above one against", (0, 0, 9), (0, 1, 0)),
]


@pytest.mark.parametrize(("name", "first", "second"), BETTER, ids=[name for name, *_ in BETTER])
def test_the_better_comes_first(name: str, first: tuple[int, int, int], second: tuple[int, int, int]) -> None:
    one, other = (best_first(Totals(up=u, down=d), NOW + timedelta(minutes=m)) for u, d, m in (first, second))
    assert one < other
