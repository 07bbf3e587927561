"""Which servers the bot is in, as far as the sessions with Discord have told: one for each shard, begun anew whenever
what was missed is not sent again."""

from __future__ import annotations

from collections.abc import Collection
from enum import Enum, auto


class Coming(Enum):
    """How a server came to be there."""

    WITH_SESSION = auto()  # a session that begins tells of it
    BACK = auto()  # it can be reached again
    ANEW = auto()  # somebody has invited the bot


class Sessions:
    """Follows the sessions of all shards."""

    def __init__(self) -> None:
        self._present: dict[int, set[int]] = {}
        self._reached: dict[int, set[int]] = {}  # of those present: which were told of
        self._stale: dict[int, set[int]] = {}
        self._told: set[int] = set()  # shards that have told of all their servers

    def began(self, shard: int, servers: Collection[int], *, stale: Collection[int] = ()) -> None:
        """A session was begun, and named these servers; Discord tells of each of them next. `stale` are those that an
        earlier one knew and this one did not name."""
        self._present[shard] = set(servers)
        self._reached[shard] = set()
        self._stale[shard] = set(stale)
        self._told.discard(shard)

    def unheard(self, shard: int, servers: Collection[int]) -> list[int]:
        """Of servers that a shard knows: those that are there, and that were never told of."""
        return sorted(set(servers) - self._reached.get(shard, set()) - self._stale.get(shard, set()))

    def told(self, shard: int) -> None:
        """It has told of all that are reachable."""
        self._told.add(shard)

    def came(self, shard: int, server: int) -> Coming:
        """A server is there. Whether it is a new one is not to be seen from how Discord tells of it."""
        present = self._present.setdefault(shard, set())
        known = server in present
        present.add(server)
        self._reached.setdefault(shard, set()).add(server)
        if shard not in self._told:
            return Coming.WITH_SESSION
        return Coming.BACK if known else Coming.ANEW

    def went(self, shard: int, server: int) -> None:
        """The bot is not in a server any more."""
        for known in (self._present, self._reached, self._stale):
            known.get(shard, set()).discard(server)

    def all_told(self, shards: Collection[int]) -> bool:
        """Whether all of these shards have told of theirs."""
        return self._told.issuperset(shards)

    def servers(self) -> frozenset[int]:
        """All servers that the bot is in."""
        return frozenset().union(*self._present.values())
