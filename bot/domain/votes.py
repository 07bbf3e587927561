"""Reactions become votes: a member's vote on a subject is the newest live ▲ or ▼ among the member's accounts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from bot.domain.model import MemberId, Reaction, Vote

_VARIATIONS = {ord("\ufe0e"), ord("\ufe0f"), *range(0x1F3FB, 0x1F400)}
_DROPPED = dict.fromkeys(_VARIATIONS)
_BEFORE_ALL = datetime.min.replace(tzinfo=UTC)

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


def decide_vote(reactions: Iterable[Reaction], *, author: MemberId | None, ballot: Ballot) -> Vote | None:
    """The vote that one member's reactions on one subject come to.

    Undone and uncounted reactions, those of bots and of the subject's `author` do not count. Where ▲ and ▼ are both
    live and the network does not say which is newer, neither counts.
    """
    live = [
        (each.at or _BEFORE_ALL, vote)
        for each in reactions
        if each.removed_at is None and each.counted and not each.bot and each.member_id != author
        if (vote := ballot.direction(each.emoji)) is not None
    ]
    if not live:
        return None
    newest = max(at for at, _ in live)
    votes = {vote for at, vote in live if at == newest}
    return votes.pop() if len(votes) == 1 else None
