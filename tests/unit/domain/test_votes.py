"""Votes from reactions: named cases, and what must hold whatever happens."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.model import AccountId, MemberId, Reaction, Ref, Vote
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
        "seen_at": NOW + timedelta(minutes=minute or 0, seconds=1),
        "removed_at": NOW if gone else None,
    }
    return Reaction(**(fields | changes))  # type: ignore[arg-type]


def seen(emoji: str, minute: int) -> Reaction:
    return reaction(emoji, None, seen_at=NOW + timedelta(minutes=minute))


def decided(reactions: Sequence[Reaction]) -> Vote | None:
    cast = decide_vote(reactions, author=AUTHOR, ballot=BALLOT)
    return cast.vote if cast else None


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
    ("one after another that was seen before it", [seen("👍", 1), reaction("👎", 2)], Vote.DOWN),
    ("one before another that was seen after it", [seen("👍", 3), reaction("👎", 2)], None),
    ("two that were seen one after the other", [seen("👍", 1), seen("👎", 2)], None),
    (
        "in order, and one of the newer kind without a time",
        [reaction("👍", 1), reaction("👎", 2), seen("▼", 9)],
        Vote.DOWN,
    ),
    ("in order, and one of the older kind without a time", [reaction("👍", 1), reaction("👎", 2), seen("▲", 9)], None),
    ("only one without a time", [seen("👍", 9)], Vote.UP),
    ("two of a kind count once", [reaction("👍", 1), reaction("▲", 1)], Vote.UP),
    ("a bot", [reaction("👍", bot=True)], None),
    ("the author", [reaction("👍", member_id=AUTHOR)], None),
    ("over a quota", [reaction("👍", counted=False)], None),
]


@pytest.mark.parametrize(("name", "reactions", "vote"), CASES, ids=[name for name, *_ in CASES])
def test_a_vote_is_the_newest_live_reaction(name: str, reactions: list[Reaction], vote: Vote | None) -> None:
    assert decided(reactions) is vote


def test_a_vote_dates_from_its_newest_reaction() -> None:
    cast = decide_vote([reaction("👍", 1), reaction("▲", 4), reaction("👎", 2)], author=AUTHOR, ballot=BALLOT)
    assert cast is not None
    assert cast.at == NOW + timedelta(minutes=4)


def test_a_vote_without_a_time_dates_from_when_it_was_seen() -> None:
    cast = decide_vote([seen("👍", 7)], author=AUTHOR, ballot=BALLOT)
    assert cast is not None
    assert cast.at == NOW + timedelta(minutes=7)


def some_reactions(minutes: st.SearchStrategy[int | None]) -> st.SearchStrategy[list[Reaction]]:
    emoji = st.sampled_from(["👍", "👎", "▲", "🎉"])
    return st.lists(st.builds(reaction, emoji, minutes, gone=st.booleans()), max_size=8)


ANY = some_reactions(st.one_of(st.none(), st.integers(0, 5)))
TIMESTAMPED = some_reactions(st.integers(0, 5))


@given(ANY, st.randoms())
def test_the_order_of_reactions_does_not_matter(reactions: list[Reaction], random: Random) -> None:
    shuffled = random.sample(reactions, len(reactions))
    assert decide_vote(shuffled, author=None, ballot=BALLOT) == decide_vote(reactions, author=None, ballot=BALLOT)


@given(TIMESTAMPED, st.lists(st.integers(0, 9), min_size=8, max_size=8))
def test_when_timestamped_reactions_were_seen_does_not_matter(reactions: list[Reaction], minutes: list[int]) -> None:
    late = [replace(each, seen_at=NOW + timedelta(hours=m)) for each, m in zip(reactions, minutes, strict=False)]
    assert decide_vote(late, author=None, ballot=BALLOT) == decide_vote(reactions, author=None, ballot=BALLOT)


@given(ANY, st.sampled_from(["👍", "👎"]), st.one_of(st.none(), st.integers(0, 9)))
def test_react_and_unreact_is_nothing(reactions: list[Reaction], emoji: str, minute: int | None) -> None:
    undone = [*reactions, reaction(emoji, minute, gone=True)]
    assert decide_vote(undone, author=None, ballot=BALLOT) == decide_vote(reactions, author=None, ballot=BALLOT)


@given(ANY)
def test_two_that_disagree_in_an_unknown_order_are_nothing(reactions: list[Reaction]) -> None:
    unknown = [*reactions, seen("👍", 99), seen("👎", 99)]
    assert decided(unknown) is None


@given(ANY)
def test_what_turns_every_reaction_round_turns_the_vote_round(reactions: list[Reaction]) -> None:
    other = {"👍": "👎", "▲": "▼", "👎": "👍", "▼": "▲", "🎉": "🎉"}
    turned = decided([replace(each, emoji=other[each.emoji]) for each in reactions])
    assert turned is {Vote.UP: Vote.DOWN, Vote.DOWN: Vote.UP, None: None}[decided(reactions)]


@pytest.mark.parametrize(("emoji", "plain"), [("👍🏿", "👍"), ("⬆️", "⬆"), ("👎", "👎"), ("🚩️", "🚩")])
def test_emoji_are_compared_without_variations(emoji: str, plain: str) -> None:
    assert normalise_emoji(emoji) == plain
