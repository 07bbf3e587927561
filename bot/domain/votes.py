"""Reactions become votes: a member's vote on a subject is the newest live ▲ or ▼ among the member's accounts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from bot.domain.model import MemberId, Reaction, Vote

_VARIATIONS = {ord("\ufe0e"), ord("\ufe0f"), *range(0x1F3FB, 0x1F400)}
_DROPPED = dict.fromkeys(_VARIATIONS)

FLAG = "🚩"


def normalise_emoji(emoji: str) -> str:
    """`emoji` without variation selectors (U+FE0E, U+FE0F) and skin tones (U+1F3FB to U+1F3FF)."""
    return emoji.translate(_DROPPED)


@dataclass(frozen=True, kw_only=True, slots=True)
class Ballot:
    """Which emoji are votes; normalised."""

    up: frozenset[str] = frozenset({"👍", "▲", "⬆", "🔼"})
    down: frozenset[str] = frozenset({"👎", "▼", "⬇", "🔽"})

    def direction(self, emoji: str) -> Vote | None:
        """The vote that a normalised emoji stands for."""
        if emoji in self.up:
            return Vote.UP
        return Vote.DOWN if emoji in self.down else None


@dataclass(frozen=True, kw_only=True, slots=True)
class Cast:
    """A vote, and when it was given: as the network says, or when we learnt of it."""

    vote: Vote
    at: datetime


def decide_vote(reactions: Iterable[Reaction], *, author: MemberId | None, ballot: Ballot) -> Cast | None:
    """The vote that one member's reactions on one subject come to.

    Undone and uncounted reactions, those of bots and of the subject's `author` do not count. Where ▲ and ▼ are both
    live and it is not known which is newer, neither counts.
    """
    live = [
        (each, vote)
        for each in reactions
        if each.removed_at is None and each.counted and not each.bot and each.member_id != author
        if (vote := ballot.direction(each.emoji)) is not None
    ]
    if not live:
        return None
    if len({vote for _, vote in live}) > 1 and any(each.at is None for each, _ in live):
        return None
    newest = max(_given(each) for each, _ in live)
    votes = {vote for each, vote in live if _given(each) == newest}
    return Cast(vote=votes.pop(), at=newest) if len(votes) == 1 else None


def _given(reaction: Reaction) -> datetime:
    return reaction.at or reaction.seen_at
