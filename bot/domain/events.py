"""What happens in the networks, as frozen values. The same event may come twice."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.domain.model import CommentId, FlagReason, Ref


@dataclass(frozen=True, kw_only=True, slots=True)
class Who:
    """The account behind an event, as its network shows it."""

    ref: Ref
    name: str
    bot: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Posted:
    """Somebody wrote in a thread. `html` is the network's text, read as HTML, not yet trusted."""

    message: Ref
    thread: Ref
    who: Who
    html: str
    at: datetime
    reply_to: Ref | None = None
    sensitive: str | None = None  # its author wants it behind a curtain, and why


@dataclass(frozen=True, kw_only=True, slots=True)
class Edited:
    """A message says something else now; only its own author's edit counts."""

    message: Ref
    who: Who
    html: str
    at: datetime
    sensitive: str | None = None  # as in `Posted`; None takes the author's own curtain away


@dataclass(frozen=True, kw_only=True, slots=True)
class Deleted:
    """A message is gone; the network has already made sure that whoever did it was allowed to."""

    message: Ref
    at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Reacted:
    """Somebody put an emoji on a message. `at` is None where a network lists it and does not say since when: of who
    was forgotten, that is taken for old."""

    reaction: Ref
    message: Ref
    who: Who
    emoji: str
    at: datetime | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Unreacted:
    """A reaction was taken back; some networks name nothing but the reaction."""

    reaction: Ref
    at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Cleared:
    """All reactions on a message, or all with one emoji, were removed."""

    message: Ref
    at: datetime
    emoji: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Flagged:
    """Somebody reported a message through a form or a menu."""

    message: Ref
    who: Who
    reason: FlagReason
    text: str
    at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Echoed:
    """The bot's own message, seen on the network; `marker` is what it carries of `Card.marker`."""

    message: Ref
    place: Ref
    marker: str
    at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Locked:
    """A thread was closed to all but moderators on its network, or (not `locked`) opened again."""

    thread: Ref
    locked: bool
    at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Joined:
    """The bot is in a server: somebody invited it, or it has been there all along. An Outcome that refuses means that
    it is not wanted there by its operator: the network says so, and leaves. `channel` is the one in it that this tells
    of, where a network is invited into each: what was suspended there goes on."""

    server: Ref
    name: str
    at: datetime
    by: Who | None = None  # who invited it, where the network tells
    channel: Ref | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Left:
    """A server or a channel is no place for the bot any more; `why` is a message of the catalogue."""

    place: Ref
    why: str
    at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Moved:
    """A channel, or a server, was replaced by another one, which its network has made sure of: what went to `place`
    goes to `to`. Both are channels, or both servers."""

    place: Ref
    to: Ref
    at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Missed:
    """Events may have been missed up to now, as after a lost session. `servers` are those the bot is in, None where
    the network does not say."""

    network: str
    at: datetime
    servers: frozenset[Ref] | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Back:
    """A network answers again, after it did not: what waits for a better time need not wait for it any more."""

    network: str
    at: datetime


Event = (
    Posted
    | Edited
    | Deleted
    | Reacted
    | Unreacted
    | Cleared
    | Flagged
    | Echoed
    | Locked
    | Joined
    | Left
    | Moved
    | Missed
    | Back
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Outcome:
    """What became of an event.

    `refused` is a message of the catalogue for the person behind it, None where it was taken; `values` fill it, moments
    to be shown in the reader's zone; `comment` is the comment it made or touched.
    """

    refused: str | None = None
    values: tuple[tuple[str, str | int | datetime], ...] = ()
    comment: CommentId | None = None
