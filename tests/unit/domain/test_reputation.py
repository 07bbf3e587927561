"""Points, titles and trust: named cases, and that the same facts give the same figures."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.model import CommentId, MemberId, Vote
from bot.domain.reputation import (
    LADDER,
    TITLES,
    Facts,
    Figures,
    Got,
    Title,
    Written,
    figures,
    points_of,
    title_of,
    trust_of,
    upvoters_of,
)

NOW = datetime(2026, 5, 4, 12, tzinfo=UTC)
DAY = timedelta(days=1)


def wrote(number: int = 1, days_ago: float = 0) -> Written:
    return Written(id=CommentId(number), at=NOW - days_ago * DAY)


def up(by: int, comment: int = 1, days_ago: float = 0) -> Got:
    return Got(comment=CommentId(comment), by=MemberId(by), vote=Vote.UP, at=NOW - days_ago * DAY)


def down(by: int, comment: int = 1, days_ago: float = 0) -> Got:
    return Got(comment=CommentId(comment), by=MemberId(by), vote=Vote.DOWN, at=NOW - days_ago * DAY)


def fan(votes: int, every: float = 0) -> Facts:
    """One voter's ▲ on as many comments, each written on a day of its own, `every` so many days."""
    comments = [wrote(number, days_ago=400 - number) for number in range(votes)]
    return Facts(comments=comments, votes=[up(1, n, days_ago=300 - every * n) for n in range(votes)])


def prolific(comments: int, ups: int) -> Facts:
    """As many comments on one day, each with so many ▲ by voters of its own."""
    votes = [up(100 * n + voter, n) for n in range(comments) for voter in range(ups)]
    return Facts(comments=[wrote(n) for n in range(comments)], votes=votes)


POINTS: list[tuple[str, Facts, int]] = [
    ("nothing", Facts(), 0),
    ("a comment is an active day", Facts(comments=[wrote()]), 1),
    ("two comments on one day", Facts(comments=[wrote(1), wrote(2)]), 1),
    ("two comments on two days", Facts(comments=[wrote(1), wrote(2, 1)]), 2),
    ("before and after midnight", Facts(comments=[wrote(1, 0.49), wrote(2, 0.51)]), 2),
    ("a comment with five ▲", Facts(comments=[wrote()], votes=[up(n) for n in range(5)]), 6),
    ("a comment with five ▲ and two ▼", Facts(comments=[wrote()], votes=[*map(up, range(5)), down(8), down(9)]), 4),
    ("no more than ten for a comment", Facts(comments=[wrote()], votes=[up(n) for n in range(50)]), 11),
    ("no less than minus three for a comment", Facts(comments=[wrote()], votes=[down(n) for n in range(50)]), -2),
    (
        "two bad comments on one day",
        Facts(comments=[wrote(1), wrote(2)], votes=[down(n, 1 + n % 2) for n in range(50)]),
        -5,
    ),
    ("a corrected error", Facts(corrections=[NOW]), 3),
    ("three corrected errors", Facts(corrections=[NOW, NOW, NOW - DAY]), 9),
    ("an upheld flag", Facts(upheld=[NOW]), -5),
    ("an upheld flag and a comment", Facts(upheld=[NOW], comments=[wrote()]), -4),
    ("no more than thirty a day", prolific(9, 9), 30),
    ("thirty a day on two days", Facts(corrections=[NOW] * 20 + [NOW - DAY] * 20), 60),
    ("what is beyond thirty on one day helps no other", Facts(corrections=[NOW] * 20, upheld=[NOW - DAY]), 25),
    ("on one day it does", Facts(corrections=[NOW] * 20, upheld=[NOW]), 30),
    ("a day may cost more than thirty", Facts(upheld=[NOW] * 9), -45),
]


@pytest.mark.parametrize(("name", "facts", "points"), POINTS, ids=[name for name, *_ in POINTS])
def test_what_facts_are_worth(name: str, facts: Facts, points: int) -> None:
    assert points_of(facts) == points


WEARING: list[tuple[str, int, float, float]] = [
    # votes of one voter, days between them, what they are worth
    ("three count whole", 3, 0, 3),
    ("a fourth counts half", 4, 0, 3.5),
    ("six", 6, 0, 4.5),
    ("the seventh counts nothing", 7, 0, 4.5),
    ("sixty", 60, 0, 4.5),
    ("a fourth after thirty days counts whole", 4, 10, 4),
    ("a fourth a day earlier counts half", 4, 9.6, 3.5),
    ("one every ten days", 20, 10, 20),
    ("one every six days: each after five in thirty days", 20, 6, 3 + 17 / 2),
    ("one every day", 60, 1, 4.5),
]


@pytest.mark.parametrize(("name", "votes", "every", "worth"), WEARING, ids=[name for name, *_ in WEARING])
def test_one_voters_votes_wear_off(name: str, votes: int, every: float, worth: float) -> None:
    assert points_of(fan(votes, every)) == votes + int(worth)


def test_one_voters_votes_against_wear_off_too() -> None:
    comments = [wrote(n, days_ago=n) for n in range(10)]
    assert points_of(Facts(comments=comments, votes=[down(1, n) for n in range(10)])) == 10 - 5  # −4.5, rounded down


def test_two_voters_wear_off_apart() -> None:
    comments = [wrote(n, days_ago=n) for n in range(8)]
    votes = [up(1 + n % 2, n) for n in range(8)]
    assert points_of(Facts(comments=comments, votes=votes)) == 8 + 7  # 3½ of each


def test_half_a_point_is_none() -> None:
    assert points_of(fan(4)) == 4 + 3


def test_only_those_who_voted_for_are_upvoters_and_each_once() -> None:
    assert upvoters_of(Facts(votes=[up(1), up(1, 2), up(2), down(3)])) == 2


OURS = (
    Title(key="reader", points=0, upvoters=0),
    Title(key="writer", points=10, upvoters=1),
    Title(key="editor", points=50, upvoters=5),
)

TITLED: list[tuple[str, int, int, str, Sequence[Title], str]] = [
    # points, upvoters, the title so far, the titles there are, the title now
    ("nothing yet", 0, 0, "newcomer", TITLES, "newcomer"),
    ("below nothing", -20, 0, "newcomer", TITLES, "newcomer"),
    ("points without people", 5000, 2, "newcomer", TITLES, "newcomer"),
    ("people without points", 19, 60, "newcomer", TITLES, "newcomer"),
    ("member", 20, 3, "newcomer", TITLES, "member"),
    ("regular", 100, 8, "member", TITLES, "regular"),
    ("nearly insider", 300, 14, "regular", TITLES, "regular"),
    ("insider", 300, 15, "regular", TITLES, "insider"),
    ("expert", 1000, 30, "insider", TITLES, "expert"),
    ("pillar", 3000, 60, "expert", TITLES, "pillar"),
    ("several at once", 1200, 31, "newcomer", TITLES, "expert"),
    ("never lost", -100, 0, "expert", TITLES, "expert"),
    ("never lost, half the way down", 150, 9, "insider", TITLES, "insider"),
    ("ours: who begins has the least", 0, 0, "newcomer", OURS, "reader"),
    ("ours: reached", 10, 1, "reader", OURS, "writer"),
    ("ours: never lost", 0, 0, "editor", OURS, "editor"),
    ("a title of before, nothing else reached", 5, 0, "insider", OURS, "insider"),
    ("a title of before, another one reached", 60, 6, "insider", OURS, "editor"),
]


@pytest.mark.parametrize(
    ("name", "points", "upvoters", "title", "titles", "now"), TITLED, ids=[name for name, *_ in TITLED]
)
def test_which_title_a_member_has(
    name: str, points: int, upvoters: int, title: str, titles: Sequence[Title], now: str
) -> None:
    assert title_of(points, upvoters, title, titles) == now


@given(st.integers(-50, 4000), st.integers(0, 80), st.sampled_from(TITLES))
def test_a_title_is_never_lost(points: int, upvoters: int, title: Title) -> None:
    assert TITLES.index(_titled(title_of(points, upvoters, title.key))) >= TITLES.index(title)


def _titled(key: str) -> Title:
    return next(each for each in TITLES if each.key == key)


def took_part(comments: int, days: int, upvoters: int = 0, voted_days: int = 1, upheld: int = 0, ago: int = 0) -> Facts:
    """So many comments on so many days, with ▲ of so many members on so many days; `ago` days before today."""
    return Facts(
        comments=[wrote(n, ago + n % days) for n in range(comments)],
        votes=[up(n, n % comments, ago + n % voted_days) for n in range(upvoters)],
        upheld=[NOW - ago * DAY] * upheld,
    )


TRUSTED: list[tuple[str, Facts, int, int]] = [
    # facts, the trust so far, the trust now
    ("nothing", Facts(), 0, 0),
    ("five comments on three days", took_part(5, 3), 0, 1),
    ("four comments", took_part(4, 3), 0, 0),
    ("five comments on two days", took_part(5, 2), 0, 0),
    ("fifty comments on two days", took_part(50, 2), 0, 0),
    ("long ago", took_part(5, 3, ago=100), 0, 0),
    ("nearly too long ago", took_part(5, 3, ago=97), 0, 1),
    ("twenty comments on fifteen days, ▲ of five", took_part(20, 15, 5), 0, 2),
    ("without ▲", took_part(20, 15), 0, 1),
    ("▲ of four", took_part(20, 15, 4), 1, 1),
    ("nineteen comments", took_part(19, 15, 5), 1, 1),
    ("fourteen days", took_part(20, 14, 5), 1, 1),
    ("sixty comments on forty days, ▲ of fifteen on seven days", took_part(60, 40, 15, 7), 0, 3),
    ("▲ on six days", took_part(60, 40, 15, 6), 2, 2),
    ("▲ of fourteen", took_part(60, 40, 14, 7), 2, 2),
    ("thirty-nine days", took_part(60, 39, 15, 7), 2, 2),
    ("two upheld flags", took_part(60, 40, 15, 7, upheld=2), 2, 3),
    ("three upheld flags", took_part(60, 40, 15, 7, upheld=3), 2, 2),
    ("three upheld flags take it away", took_part(60, 40, 15, 7, upheld=3), 3, 2),
    ("trust 1 and 2 do not ask for upheld flags", took_part(20, 15, 5, upheld=9), 0, 2),
    ("kept with nine tenths of the comments", took_part(54, 40, 15, 7), 3, 3),
    ("not earned with them", took_part(54, 40, 15, 7), 2, 2),
    ("lost below nine tenths of the comments", took_part(53, 40, 15, 7), 3, 2),
    ("kept with nine tenths of the days", took_part(60, 36, 15, 7), 3, 3),
    ("lost below nine tenths of the days", took_part(60, 35, 15, 7), 3, 2),
    ("kept with ▲ of fourteen of fifteen", took_part(60, 40, 14, 7), 3, 3),
    ("lost with ▲ of thirteen", took_part(60, 40, 13, 7), 3, 2),
    ("trust 2 kept with eighteen comments", took_part(18, 15, 5), 2, 2),
    ("trust 2 lost with seventeen", took_part(17, 15, 5), 2, 1),
    ("trust 2 kept on fourteen days", took_part(20, 14, 5), 2, 2),
    ("who has trust 3 keeps 2 with nine tenths of that", took_part(18, 14, 5), 3, 2),
    ("everything lost by staying away", Facts(), 3, 0),
]


@pytest.mark.parametrize(("name", "facts", "before", "now"), TRUSTED, ids=[name for name, *_ in TRUSTED])
def test_which_trust_the_last_hundred_days_earn(name: str, facts: Facts, before: int, now: int) -> None:
    assert trust_of(facts, before, NOW) == now


def test_a_voter_against_earns_no_trust() -> None:
    facts = took_part(20, 15)
    against = Facts(comments=facts.comments, votes=[down(n) for n in range(9)])
    assert trust_of(against, 0, NOW) == 1


@pytest.mark.parametrize("locked", range(4))
def test_a_locked_trust_stays_whatever_the_facts_say(locked: int) -> None:
    for facts in (Facts(), took_part(60, 40, 15, 7)):
        assert figures(facts, title="newcomer", trust=locked, trust_locked=True, now=NOW).trust == locked


def test_an_unlocked_trust_follows_the_facts() -> None:
    facts = took_part(20, 15, 5)
    assert figures(facts, title="newcomer", trust=0, trust_locked=False, now=NOW).trust == 2


def test_a_rung_takes_no_less_than_the_one_below() -> None:
    for lower, higher in pairwise(LADDER):
        assert lower.comments <= higher.comments
        assert lower.days <= higher.days
        assert lower.upvoters <= higher.upvoters
        assert lower.voted_days <= higher.voted_days


days_ago = st.floats(0, 130)
some_facts = st.builds(
    Facts,
    comments=st.lists(st.builds(wrote, st.integers(0, 20), days_ago), max_size=25, unique_by=lambda each: each.id),
    votes=st.lists(
        st.one_of(
            st.builds(up, st.integers(1, 6), st.integers(0, 20), days_ago),
            st.builds(down, st.integers(1, 6), st.integers(0, 20), days_ago),
        ),
        max_size=40,
        unique_by=lambda each: (each.by, each.comment),
    ),
    corrections=st.lists(days_ago.map(lambda each: NOW - each * DAY), max_size=5),
    upheld=st.lists(days_ago.map(lambda each: NOW - each * DAY), max_size=5),
)
levels = st.integers(0, 3)
keys = st.sampled_from([each.key for each in TITLES])


def now_with(facts: Facts, title: str, trust: int) -> Figures:
    return figures(facts, title=title, trust=trust, trust_locked=False, now=NOW)


@given(some_facts, keys, levels, st.randoms())
def test_the_order_of_facts_does_not_matter(facts: Facts, title: str, trust: int, random: Random) -> None:
    shuffled = Facts(
        comments=random.sample(facts.comments, len(facts.comments)),
        votes=random.sample(facts.votes, len(facts.votes)),
        corrections=random.sample(facts.corrections, len(facts.corrections)),
        upheld=random.sample(facts.upheld, len(facts.upheld)),
    )
    assert now_with(shuffled, title, trust) == now_with(facts, title, trust)


@given(some_facts, keys, levels)
def test_to_recompute_again_changes_nothing(facts: Facts, title: str, trust: int) -> None:
    once = now_with(facts, title, trust)
    assert now_with(facts, once.title, once.trust) == once


@given(some_facts, st.integers(1, 6))
def test_what_is_void_is_as_if_it_had_never_been(facts: Facts, banned: int) -> None:
    """Whoever hands the facts in leaves void votes out."""
    kept = [each for each in facts.votes if each.by != banned]
    void = [each for each in facts.votes if each.by == banned]
    others = {each.by for each in kept if each.vote is Vote.UP}
    assert now_with(_voted(facts, kept), "newcomer", 0).upvoters == len(others)
    assert now_with(_voted(facts, [*kept, *void]), "newcomer", 0) == now_with(facts, "newcomer", 0)


def _voted(facts: Facts, votes: Sequence[Got]) -> Facts:
    return Facts(comments=facts.comments, votes=votes, corrections=facts.corrections, upheld=facts.upheld)


@given(some_facts)
def test_a_day_earns_thirty_at_most(facts: Facts) -> None:
    days = {each.at.date() for each in facts.comments} | {each.date() for each in facts.corrections}
    assert points_of(facts) <= 30 * len(days)


@given(some_facts, st.integers(0, 20), days_ago)
def test_another_members_first_vote_for_a_comment_never_costs_points(facts: Facts, comment: int, ago: float) -> None:
    voted = _voted(facts, [*facts.votes, up(99, comment, ago)])
    assert points_of(facts) <= points_of(voted) <= points_of(facts) + 1


@given(some_facts, levels)
def test_who_had_more_trust_has_no_less(facts: Facts, trust: int) -> None:
    assert all(trust_of(facts, lower, NOW) <= trust_of(facts, trust, NOW) for lower in range(trust))
