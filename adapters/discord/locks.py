"""Which threads are locked, as far as it was seen: of archived threads Discord does not tell what they were before."""

from __future__ import annotations


class Locks:
    """Remembers the locked ones."""

    def __init__(self) -> None:
        self._locked: set[int] = set()

    def seen(self, thread: int, *, locked: bool, before: bool | None = None) -> bool:
        """A thread was changed; whether it was locked or unlocked by it. `before` is None where nobody knows: then it
        counts as not locked, unless it was seen locked."""
        was = thread in self._locked if before is None else before
        if locked:
            self._locked.add(thread)
        else:
            self._locked.discard(thread)
        return was != locked

    def drop(self, thread: int) -> None:
        """A thread is gone."""
        self._locked.discard(thread)

    def forget(self) -> None:
        """Nobody knows which are locked."""
        self._locked.clear()
