"""Who is looking at what, and hears when it changes."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from bot.domain.model import CommunityId, DiscussionId
from bot.ports.signals import Signal, Signals

Topic = tuple[CommunityId, DiscussionId | None]


class Live:
    """Passes signals on to those who watch: one subscription, however many watch.

    Who watches a discussion hears of it alone, who watches a community's list (None) of everything there.
    """

    def __init__(self, signals: Signals) -> None:
        self._signals = signals
        self._watchers: dict[Topic, set[asyncio.Event]] = {}
        self._per_address: dict[str, int] = {}
        self._closed = asyncio.Event()

    @property
    def closing(self) -> bool:
        """Whether streams are to end."""
        return self._closed.is_set()

    async def pump(self) -> None:
        """Run until cancelled."""
        async with self._signals.subscribe() as signals:
            async for signal in signals:
                self._pass_on(signal)

    def _pass_on(self, signal: Signal) -> None:
        for topic in {(signal.community_id, signal.discussion_id), (signal.community_id, None)}:
            for changed in self._watchers.get(topic, ()):
                changed.set()

    def watching(self, address: str) -> int:
        """How many streams a client has open."""
        return self._per_address.get(address, 0)

    @contextmanager
    def watch(self, topic: Topic, address: str) -> Iterator[asyncio.Event]:
        """An event that is set whenever the topic changes; whoever waits for it clears it."""
        changed = asyncio.Event()
        self._watchers.setdefault(topic, set()).add(changed)
        self._per_address[address] = self.watching(address) + 1
        try:
            yield changed
        finally:
            self._forget(topic, address, changed)

    def _forget(self, topic: Topic, address: str, changed: asyncio.Event) -> None:
        self._watchers[topic].discard(changed)
        if not self._watchers[topic]:
            del self._watchers[topic]
        self._per_address[address] -= 1
        if not self._per_address[address]:
            del self._per_address[address]

    async def rest(self, seconds: float) -> None:
        """Wait, but not beyond the end."""
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._closed.wait()

    def open(self) -> None:
        """Begin (again) to be there."""
        self._closed.clear()

    def close(self) -> None:
        """Wake everybody up to end."""
        self._closed.set()
        for watchers in self._watchers.values():
            for changed in watchers:
                changed.set()
