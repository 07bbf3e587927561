"""What one sync brought, in order and with the gaps filled: what the loop hands over, and what listens makes of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import nio


@dataclass(frozen=True, kw_only=True, slots=True)
class RoomNews:
    """A room that the bot is in. `events` are its timeline's, decrypted where that was possible, the oldest first;
    `history`: they are from before the bot listened, and tell what is, not what just happened."""

    room_id: str
    events: Sequence[nio.Event]
    history: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class News:
    """One sync. `invited`: the stripped state of rooms that the bot is invited to. `left`: the events of rooms that it
    is not in any more, with the one that says why."""

    joined: Sequence[RoomNews] = ()
    invited: Mapping[str, Sequence[nio.InviteEvent]]
    left: Mapping[str, Sequence[nio.Event]]


class Listener(Protocol):
    """Called by the loop, one sync after the other; what it raises comes out of `Network.run`."""

    async def take(self, news: News) -> None:
        """Returns when everything that it tells of is stored: the position in the stream is noted after it."""
        ...

    async def end(self) -> None:
        """Let answers that are under way be given, for a moment."""
        ...
