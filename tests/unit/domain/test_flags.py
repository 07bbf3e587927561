"""Flags: what one weighs, what they do by themselves, when one may be made."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from math import log

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.flags import HANDLED, Heat, Record, accuracy, heated, hides, refusal, weigh
from bot.domain.model import (
    AccountId,
    Case,
    CaseId,
    CaseState,
    CommunityId,
    Decision,
    DiscussionId,
    MemberId,
    Role,
    Ruling,
    Subject,
    SubjectKind,
)

NOW = datetime(2026, 5, 4, 12, tzinfo=UTC)
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
NO_RECORD = Record()

ACCURACIES: list[tuple[str, int, int, float]] = [
    # agreed, disagreed, a
    ("nothing judged", 0, 0, 0),
    ("five judged, all agreed", 5, 0, 0),
    ("five judged, none agreed", 0, 5, 0),
    ("six judged, all agreed", 6, 0, 3),  # 6.46, clamped
    ("six judged, none agreed", 0, 6, -3),  # −6.46, clamped
    ("six judged, five agreed", 5, 1, 0.1333333333 / 0.3 * 5 * log(6, 4)),
    ("six judged, four agreed", 4, 2, -0.0333333333 / 0.7 * 5 * log(6, 4)),
    ("seven of ten is fair", 7, 3, 0),
    ("seventy of a hundred is fair", 70, 30, 0),
    ("just above fair", 71, 29, 0.01 / 0.3 * 5 * log(100, 4)),
    ("just below fair", 69, 31, -0.01 / 0.7 * 5 * log(100, 4)),
    ("three of four in sixteen, log₄ 16 = 2", 12, 4, 0.05 / 0.3 * 5 * 2),
    ("half of sixteen", 8, 8, -0.2 / 0.7 * 5 * 2),
    ("two of three in sixty-four, log₄ 64 = 3", 43, 21, -(0.7 - 43 / 64) / 0.7 * 5 * 3),
    ("a long good record", 900, 100, 3),
    ("a long bad record", 100, 900, -3),
]


@pytest.mark.parametrize(("name", "agreed", "disagreed", "a"), ACCURACIES, ids=[name for name, *_ in ACCURACIES])
def test_accuracy_says_something_after_five_judged_flags(name: str, agreed: int, disagreed: int, a: float) -> None:
    assert accuracy(Record(agreed=agreed, disagreed=disagreed)) == pytest.approx(a, abs=1e-6)


GOOD, BAD = Record(agreed=12, disagreed=0), Record(agreed=0, disagreed=12)
SLIGHTLY_BAD = Record(agreed=8, disagreed=4)

WEIGHTS: list[tuple[str, int, Role, Record, float]] = [
    ("a newcomer", 0, Role.MEMBER, NO_RECORD, 0),
    ("trust 1", 1, Role.MEMBER, NO_RECORD, 1),
    ("trust 2", 2, Role.MEMBER, NO_RECORD, 2),
    ("trust 3", 3, Role.MEMBER, NO_RECORD, 3),
    ("trust 3 with a good record", 3, Role.MEMBER, GOOD, 6),
    ("trust 3 with a bad record", 3, Role.MEMBER, BAD, 0),
    ("a newcomer with a good record", 0, Role.MEMBER, GOOD, 3),
    ("never below nothing", 1, Role.MEMBER, BAD, 0),
    ("a moderator", 0, Role.MODERATOR, NO_RECORD, 5),
    ("an admin is a moderator", 0, Role.ADMIN, NO_RECORD, 5),
    ("a moderator of trust 3", 3, Role.MODERATOR, NO_RECORD, 8),
    ("never above eight", 3, Role.MODERATOR, GOOD, 8),
    ("a moderator with a bad record", 0, Role.MODERATOR, BAD, 2),
    ("a bad record that is not the worst", 3, Role.MEMBER, SLIGHTLY_BAD, 3 - (0.7 - 8 / 12) / 0.7 * 5 * log(12, 4)),
]


@pytest.mark.parametrize(("name", "trust", "role", "record", "weight"), WEIGHTS, ids=[name for name, *_ in WEIGHTS])
def test_what_a_flag_weighs(name: str, trust: int, role: Role, record: Record, weight: float) -> None:
    assert weigh(trust, role, record) == pytest.approx(weight)


records = st.builds(Record, agreed=st.integers(0, 500), disagreed=st.integers(0, 500))


@given(st.integers(0, 3), st.sampled_from(Role), records)
def test_a_weight_is_between_0_and_8(trust: int, role: Role, record: Record) -> None:
    assert -3 <= accuracy(record) <= 3
    assert 0 <= weigh(trust, role, record) <= 8


@given(st.integers(0, 3), records)
def test_who_is_agreed_with_once_more_weighs_no_less_than_who_is_not(trust: int, record: Record) -> None:
    right = Record(agreed=record.agreed + 1, disagreed=record.disagreed)
    wrong = Record(agreed=record.agreed, disagreed=record.disagreed + 1)
    assert weigh(trust, Role.MEMBER, right) >= weigh(trust, Role.MEMBER, wrong)


def by(*weights: float) -> list[tuple[MemberId, float]]:
    """Flags of as many members."""
    return [(MemberId(number), weight) for number, weight in enumerate(weights, 1)]


FRESH = weigh(0, Role.MEMBER, NO_RECORD)
TRUSTED = weigh(3, Role.MEMBER, Record(agreed=9, disagreed=1))
DOUBTED = weigh(3, Role.MEMBER, SLIGHTLY_BAD)

HIDDEN: list[tuple[str, list[tuple[MemberId, float]], Role, bool]] = [
    ("nobody", [], Role.MEMBER, False),
    ("two whose flags weigh six together", by(3, 3), Role.MEMBER, True),
    ("two just below", by(3, 2.99), Role.MEMBER, False),
    ("three", by(2, 2, 2), Role.MEMBER, True),
    ("one alone at eight", by(8), Role.MEMBER, False),
    ("one twice", [(MemberId(1), 8.0), (MemberId(1), 8.0)], Role.MEMBER, False),
    ("one at eight and thirty without weight", by(8, *[0] * 30), Role.MEMBER, False),
    ("one at eight and one who weighs little", by(8, 0.1), Role.MEMBER, True),
    ("thirty of trust 0", by(*[FRESH] * 30), Role.MEMBER, False),
    ("two of trust 3 with a good record", by(TRUSTED, TRUSTED), Role.MEMBER, True),
    ("one of them alone", by(TRUSTED), Role.MEMBER, False),
    ("two of trust 3 without a record", by(3, 3), Role.MEMBER, True),
    ("two of trust 3 who are often wrong", by(DOUBTED, DOUBTED), Role.MEMBER, False),
    ("what a moderator wrote", by(8, 8, 8), Role.MODERATOR, False),
    ("what an admin wrote", by(8, 8, 8), Role.ADMIN, False),
]


@pytest.mark.parametrize(("name", "flags", "author", "hidden"), HIDDEN, ids=[name for name, *_ in HIDDEN])
def test_what_flags_hide(name: str, flags: list[tuple[MemberId, float]], author: Role, hidden: bool) -> None:
    assert hides(flags, author) is hidden


some_flags = st.lists(st.tuples(st.integers(1, 5).map(MemberId), st.floats(0, 8)), max_size=12)


@given(some_flags, st.integers(0, 30))
def test_flags_without_weight_hide_nothing_more(flags: list[tuple[MemberId, float]], fresh: int) -> None:
    crowd = [(MemberId(100 + number), 0.0) for number in range(fresh)]
    assert hides([*flags, *crowd], Role.MEMBER) is hides(flags, Role.MEMBER)


@given(st.lists(st.floats(0, 8), max_size=12))
def test_one_member_never_hides_anything_alone(weights: list[float]) -> None:
    assert not hides([(MemberId(1), weight) for weight in weights], Role.MEMBER)


@given(some_flags, st.sampled_from([Role.MODERATOR, Role.ADMIN, Role.OPERATOR]))
def test_what_moderators_write_is_never_hidden_by_flags(flags: list[tuple[MemberId, float]], author: Role) -> None:
    assert not hides(flags, author)


def case(state: CaseState = CaseState.DECIDED, ago: timedelta | None = HOUR, by: int | None = 7) -> Case:
    return Case(
        id=CaseId(1),
        community_id=CommunityId(1),
        discussion_id=DiscussionId(1),
        subject=Subject(kind=SubjectKind.COMMENT, id=1),
        author=MemberId(1),
        state=state,
        version=3,
        opened_at=NOW - 48 * HOUR,
        decided_at=None if ago is None else NOW - ago,
        decided_by=None if by is None else AccountId(by),
        decision=Decision(ruling=Ruling.IGNORE),
    )


REFUSED: list[tuple[str, Case | None, timedelta | None, str | None]] = [
    # latest case, how long ago the subject was changed, why not
    ("never flagged", None, None, None),
    ("a case is open", case(CaseState.OPEN, None), None, None),
    ("decided an hour ago", case(), None, HANDLED),
    ("decided an hour ago, edited before", case(), 2 * HOUR, HANDLED),
    ("edited in the moment of the decision", case(), HOUR, HANDLED),
    ("decided an hour ago, edited since", case(), 59 * MINUTE, None),
    ("decided nearly a day ago", case(ago=24 * HOUR - MINUTE), None, HANDLED),
    ("decided a day ago", case(ago=24 * HOUR), None, None),
    ("ignored by time, since nobody looked", case(by=None), None, None),
]


@pytest.mark.parametrize(("name", "latest", "changed", "why"), REFUSED, ids=[name for name, *_ in REFUSED])
def test_what_was_handled_rests_for_a_day(
    name: str, latest: Case | None, changed: timedelta | None, why: str | None
) -> None:
    assert refusal(latest, None if changed is None else NOW - changed, NOW) == why


def flagged(*flags: tuple[int, int, int]) -> list[tuple[MemberId, int, datetime]]:
    """Flags as member, trust, minutes ago."""
    return [(MemberId(member), trust, NOW - minutes * MINUTE) for member, trust, minutes in flags]


FIVE = [(member, 2, member) for member in range(1, 6)]

HEATED: list[tuple[str, list[tuple[int, int, int]], bool]] = [
    ("nobody", [], False),
    ("five of trust 2 within minutes", FIVE, True),
    ("four", FIVE[:4], False),
    ("four, one of them twice", [*FIVE[:4], (1, 2, 9)], False),
    ("five, one of trust 1", [*FIVE[:4], (5, 1, 5)], False),
    ("five, one of trust 3", [*FIVE[:4], (5, 3, 5)], True),
    ("the first a quarter of an hour ago", [*FIVE[:4], (5, 2, 15)], True),
    ("the first longer ago", [*FIVE[:4], (5, 2, 16)], False),
    ("fifty fresh accounts", [(member, 0, 1) for member in range(50)], False),
]


@pytest.mark.parametrize(("name", "flags", "hot"), HEATED, ids=[name for name, *_ in HEATED])
def test_when_a_discussion_is_heated(name: str, flags: list[tuple[int, int, int]], hot: bool) -> None:
    assert heated(flagged(*flags), NOW, Heat()) is hot


def test_heat_is_a_matter_of_configuration() -> None:
    assert heated(flagged((1, 1, 50), (2, 1, 1)), NOW, Heat(members=2, trust=1, within=timedelta(hours=1)))
