"""The noticeboard between what changes and what is shown live, inside one process."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from bot.domain.model import CommunityId, DiscussionId
from bot.ports.signals import Signal

KEPT = 100
COUNTED = 10_000  # discussions whose versions are told apart


class Noticeboard:
    """Implements `Signals`: each reader has a short queue, and loses the newest signals when it does not read."""

    def __init__(self) -> None:
        self._readers: set[asyncio.Queue[Signal]] = set()
        self._latest = 0
        self._all = 0  # these three: the number of the latest signal about everything, a community, a discussion
        self._communities: dict[CommunityId, int] = {}
        self._discussions: dict[tuple[CommunityId, DiscussionId], int] = {}

    def publish(self, signal: Signal) -> None:
        """Tell all readers; never waits."""
        self._latest += 1
        if signal.discussion_id is None:
            self._communities[signal.community_id] = self._latest
        else:
            self._discussions[signal.community_id, signal.discussion_id] = self._latest
        if len(self._discussions) > COUNTED:
            self.all_changed()
        for queue in self._readers:
            if not queue.full():
                queue.put_nowait(signal)

    def all_changed(self) -> None:
        """Every version rises, and the single ones need not be kept."""
        self._latest += 1
        self._all = self._latest
        self._communities.clear()
        self._discussions.clear()

    def version(self, community_id: CommunityId, discussion_id: DiscussionId) -> int:
        """The number of the latest signal that was about this discussion."""
        return max(
            self._all,
            self._communities.get(community_id, 0),
            self._discussions.get((community_id, discussion_id), 0),
        )

    @asynccontextmanager
    async def subscribe(self) -> AsyncIterator[AsyncIterator[Signal]]:
        """Signals from now on, without end."""
        queue: asyncio.Queue[Signal] = asyncio.Queue(KEPT)
        self._readers.add(queue)
        try:
            yield _drawn_from(queue)
        finally:
            self._readers.discard(queue)


async def _drawn_from(queue: asyncio.Queue[Signal]) -> AsyncIterator[Signal]:
    while True:
        yield await queue.get()
