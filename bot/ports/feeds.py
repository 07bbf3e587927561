"""What the newsroom needs of the world of feeds."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from bot.domain.model import Failed, FetchRequest, PollOutcome, Spotted


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


class FeedFinder(FeedSource, Protocol):
    """Finds feeds, too: what admins need who add them."""

    async def discover(self, request: FetchRequest) -> Sequence[Spotted] | Failed:
        """The feeds at an address that somebody typed: of a feed, of a site, with or without https://.

        A feed there is read. Of a page, all the feeds that it names; where it names none, what is found at the usual
        places. One that stands alone has been read. The same limits hold as for a poll, and what a request carries
        goes to the address's own host only.
        """
        ...
