"""Votes from reactions: named cases, and what must hold whatever happens."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.model import AccountId, MemberId, Reaction, Ref, Totals, Vote
from bot.domain.ranking import best_first, hot, wilson
from bot.domain.votes import Ballot, decide_vote, normalise_emoji

NOW = datetime(2026, 5, 4, 12, tzinfo=UTC)
BALLOT = Ballot()
MEMBER, AUTHOR = MemberId(1), MemberId(2)


def reaction(emoji: str, minute: int | None = 0, *, gone: bool = False, **changes: object) -> Reaction:
    fields: dict[str, object] = {
        "ref": Ref(f"t:{emoji}{minute}"),
        "account_id": AccountId(1),
        "member_id": MEMBER,
        "bot": False,
        "emoji": normalise_emoji(emoji),
        "at": None if minute is None else NOW + timedelta(minutes=minute),
        "removed_at": NOW if gone else None,
    }
    return Reaction(**(fields | changes))  # type: ignore[arg-type]


CASES: list[tuple[str, list[Reaction], Vote | None]] = [
    ("nothing", [], None),
    ("up", [reaction("👍")], Vote.UP),
    ("down", [reaction("👎")], Vote.DOWN),
    ("a triangle", [reaction("▲")], Vote.UP),
    ("with a variation selector", [reaction("⬆️")], Vote.UP),
    ("with a skin tone", [reaction("👍🏽")], Vote.UP),
    ("another emoji", [reaction("🎉")], None),
    ("taken back", [reaction("👍", gone=True)], None),
    ("changed mind", [reaction("👍", 1), reaction("👎", 2)], Vote.DOWN),
    ("changed mind, told backwards", [reaction("👎", 2), reaction("👍", 1)], Vote.DOWN),
    ("changed mind and back", [reaction("👍", 1), reaction("👎", 2, gone=True)], Vote.UP),
    ("both, and nobody knows which is newer", [reaction("👍", None), reaction("👎", None)], None),
    ("both in the same moment", [reaction("👍", 1), reaction("👎", 1)], None),
    ("a dated one is newer than an undated one", [reaction("👍", None), reaction("👎", 1)], Vote.DOWN),
    ("two of a kind count once", [reaction("👍", 1), reaction("▲", 1)], Vote.UP),
    ("a bot", [reaction("👍", bot=True)], None),
    ("the author", [reaction("👍", member_id=AUTHOR)], None),
    ("over a quota", [reaction("👍", counted=False)], None),
]


@pytest.mark.parametrize(("name", "reactions", "vote"), CASES, ids=[name for name, *_ in CASES])
def test_a_vote_is_the_newest_live_reaction(name: str, reactions: list[Reaction], vote: Vote | None) -> None:
    assert decide_vote(reactions, author=AUTHOR, ballot=BALLOT) is vote


some_reactions = st.lists(
    st.builds(
        reaction,
        st.sampled_from(["👍", "👎", "▲", "🎉"]),
        st.one_of(st.none(), st.integers(0, 5)),
        gone=st.booleans(),
    ),
    max_size=8,
)


@given(some_reactions, st.randoms())
def test_the_order_of_reactions_does_not_matter(reactions: list[Reaction], random: object) -> None:
    shuffled = list(reactions)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert decide_vote(reactions, author=None, ballot=BALLOT) is decide_vote(shuffled, author=None, ballot=BALLOT)


@given(some_reactions, st.sampled_from(["👍", "👎"]), st.integers(0, 9))
def test_react_and_unreact_is_nothing(reactions: list[Reaction], emoji: str, minute: int) -> None:
    undone = [*reactions, reaction(emoji, minute, gone=True)]
    assert decide_vote(undone, author=None, ballot=BALLOT) is decide_vote(reactions, author=None, ballot=BALLOT)


def test_best_first_is_net_then_up_then_the_older() -> None:
    totals = [(2, 0), (1, 0), (1, 0), (1, 1), (0, 0), (1, 2), (0, 1)]
    keys = [best_first(Totals(up=up, down=down), NOW + timedelta(minutes=n)) for n, (up, down) in enumerate(totals)]
    assert keys == sorted(keys)


def test_hot_weighs_a_magnitude_like_22_hours() -> None:
    ten = hot(Totals(up=10), 0, NOW)
    assert ten == pytest.approx(hot(Totals(up=1), 0, NOW + timedelta(hours=22)))
    assert hot(Totals(down=10), 0, NOW) < hot(Totals(), 0, NOW) == hot(Totals(up=1), 0, NOW) < ten


def test_conversation_counts_half_a_vote_each_up_to_forty() -> None:
    assert hot(Totals(), 40, NOW) == hot(Totals(up=20), 0, NOW) == hot(Totals(), 400, NOW)


def test_wilson_wants_evidence() -> None:
    assert wilson(Totals(up=40, down=2)) > wilson(Totals(up=3)) > wilson(Totals()) > wilson(Totals(down=3))


@given(st.integers(0, 10_000), st.integers(0, 10_000))
def test_wilson_is_a_share(up: int, down: int) -> None:
    assert 0 <= wilson(Totals(up=up, down=down)) <= 1
