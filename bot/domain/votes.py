"""Reactions become votes: a member's vote on a subject is the newest live ▲ or ▼ among the member's accounts."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.domain.model import ChannelId, ChannelSettings, MemberId, Reaction, Vote
from bot.domain.wrong import Wrong

_VARIATIONS = {ord("\ufe0e"), ord("\ufe0f"), *range(0x1F3FB, 0x1F400)}
_DROPPED = dict.fromkeys(_VARIATIONS)

FLAG = "🚩"
EVERYWHERE = {Vote.UP: "👍", Vote.DOWN: "👎"}
"""What the page's buttons give, whatever a channel has of its own."""

_ONE = "[©®‼⁉™ℹ←-⇿⌀-➿⤀-⥿⬀-⯿■-◿〰〽㊗㊙\U0001f000-\U0001faff]"
_EMOJI = re.compile(
    f"{_ONE}(?:\u200d{_ONE})*|[\U0001f1e6-\U0001f1ff]{{2}}|[0-9#*]\u20e3|\U0001f3f4[\U000e0020-\U000e007f]+"
)
_NO_EMOJI = "“{value}” is not one emoji."
_TWICE = "One emoji cannot be two things: {emoji} is given twice, or means something else everywhere."


def normalise_emoji(emoji: str) -> str:
    """`emoji` without variation selectors (U+FE0E, U+FE0F) and skin tones (U+1F3FB to U+1F3FF)."""
    return emoji.translate(_DROPPED)


@dataclass(frozen=True, kw_only=True, slots=True)
class Ballot:
    """Which emoji are votes; normalised."""

    up: frozenset[str] = frozenset({"👍", "▲", "⬆", "🔼"})
    down: frozenset[str] = frozenset({"👎", "▼", "⬇", "🔽"})
    flag: str = FLAG

    def direction(self, emoji: str) -> Vote | None:
        """The vote that a normalised emoji stands for."""
        if emoji in self.up:
            return Vote.UP
        return Vote.DOWN if emoji in self.down else None


USUAL = Ballot()


def one_emoji(text: str) -> str:
    """An emoji, normalised. Raises `Wrong` where it is none, or several."""
    emoji = normalise_emoji(text.strip())
    if _EMOJI.fullmatch(emoji) is None:
        raise Wrong(_NO_EMOJI, value=text.strip())
    return emoji


def ballot_of(settings: ChannelSettings, usual: Ballot) -> Ballot:
    """Which emoji are votes and flags in a channel. Raises `Wrong` where one would be two things."""
    up = usual.up if settings.up is None else frozenset({settings.up, EVERYWHERE[Vote.UP]})
    down = usual.down if settings.down is None else frozenset({settings.down, EVERYWHERE[Vote.DOWN]})
    flag = usual.flag if settings.flag is None else settings.flag
    for emoji in sorted((up & down) | ((up | down) & {flag})):
        raise Wrong(_TWICE, emoji=emoji)
    return Ballot(up=up, down=down, flag=flag)


def own_ballots(settings: Mapping[ChannelId, ChannelSettings], usual: Ballot) -> dict[ChannelId, Ballot]:
    """The ballots of the channels that have emoji of their own."""
    return {channel_id: ballot_of(each, usual) for channel_id, each in settings.items()}


@dataclass(frozen=True, kw_only=True, slots=True)
class Cast:
    """A vote, and when it was given: as the network says, or when we learnt of it."""

    vote: Vote
    at: datetime


_NONE: Mapping[ChannelId, Ballot] = {}


def decide_vote(
    reactions: Iterable[Reaction],
    *,
    author: MemberId | None,
    ballot: Ballot,
    own: Mapping[ChannelId, Ballot] = _NONE,
) -> Cast | None:
    """The vote that one member's reactions on one subject come to; `own` are the ballots of single channels.

    Undone and uncounted reactions, those of bots and of the subject's `author` do not count. Where ▲ and ▼ are both
    live, the newer counts; where it is not known which is newer, neither does. One without a time may have been given
    at any time until it was seen.
    """
    live: dict[Vote, list[Reaction]] = {}
    for each in reactions:
        vote = (ballot if each.channel_id is None else own.get(each.channel_id, ballot)).direction(each.emoji)
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
