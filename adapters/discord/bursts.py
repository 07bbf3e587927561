"""Reactions of which somebody can put two on one emoji: a usual one, and a burst. They count as one."""

from __future__ import annotations

from collections import OrderedDict

REMEMBERED = 20_000
"""Reactions, the newest; of an older pair the first that goes takes both, until they are listed again."""

Key = tuple[int, int, str]
"""A message, a user, an emoji."""


class Bursts:
    """Remembers which kinds stand, as far as they were seen."""

    def __init__(self) -> None:
        self._kinds: OrderedDict[Key, frozenset[bool]] = OrderedDict()

    def put(self, key: Key, *, burst: bool) -> None:
        """One was put on."""
        self._kinds[key] = self._kinds.pop(key, frozenset()) | {burst}
        if len(self._kinds) > REMEMBERED:
            self._kinds.popitem(last=False)

    def take(self, key: Key, *, burst: bool) -> bool:
        """One was taken back; whether none stands any more."""
        left = self._kinds.pop(key, frozenset()) - {burst}
        if left:
            self._kinds[key] = left
        return not left

    def clear(self, message: int, emoji: str | None = None) -> None:
        """All on a message went, or all with one emoji."""
        gone = [key for key in self._kinds if key[0] == message and emoji in (None, key[2])]
        for key in gone:
            del self._kinds[key]

    def forget(self) -> None:
        """Nobody knows what stands now."""
        self._kinds.clear()
