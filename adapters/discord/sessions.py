"""Which servers the bot is in, as far as the sessions with Discord have told: one for each shard, begun anew whenever
what was missed is not sent again."""

from __future__ import annotations

from collections.abc import Collection


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

    def came(self, shard: int, server: int) -> bool:
        """The bot is in a server; whether it was told of after the session's beginning."""
        self._present.setdefault(shard, set()).add(server)
        self._reached.setdefault(shard, set()).add(server)
        return shard in self._told

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
