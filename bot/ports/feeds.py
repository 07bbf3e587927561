"""What the newsroom needs of the world of feeds."""

from __future__ import annotations

from typing import Protocol

from bot.domain.model import FetchRequest, PollOutcome


class FeedSource(Protocol):
    """Fetches and reads feeds."""

    async def poll(self, request: FetchRequest) -> PollOutcome:
        """Ask one address and read the answer.

        Called by the newsroom, many at once. What the world does wrong (no answer, no feed, forbidden
        address …) comes back as `Failed`; only bugs and cancellation are raised. Limits on bytes, time,
        redirects and requests at once to a host are kept in here.
        """
        ...

    async def close(self) -> None:
        """Release connections and worker processes; called once, at shutdown."""
        ...
