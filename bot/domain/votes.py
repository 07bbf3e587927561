"""Reactions become votes: a member's vote on a subject is the newest live ▲ or ▼ among the member's accounts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
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
    live, the newer counts; where it is not known which is newer, neither does. One without a time may have been given
    at any time until it was seen.
    """
    live: dict[Vote, list[Reaction]] = {}
    for each in reactions:
        vote = ballot.direction(each.emoji)
        if vote is not None and each.removed_at is None and each.counted and not each.bot and each.member_id != author:
            live.setdefault(vote, []).append(each)
    if not live:
        return None
    vote = max(live, key=lambda each: _given(live[each]))
    against = live.get(Vote.DOWN if vote is Vote.UP else Vote.UP, [])
    return Cast(vote=vote, at=_given(live[vote])) if not against or _newer(live[vote], against) else None


def _given(reactions: Sequence[Reaction]) -> datetime:
    """When the newest of them was given at the latest."""
    return max(each.at or each.seen_at for each in reactions)


def _newer(ones: Sequence[Reaction], others: Sequence[Reaction]) -> bool:
    """Whether the newest of `ones` was given after all the others for certain."""
    dated = [each.at for each in ones if each.at is not None]
    return bool(dated) and max(dated) > _given(others)
