"""Two communities that become one, in the database."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from bot.domain.model import ArticleId, CommunityId, DiscussionId, MemberId
from bot.ports.governing import CommunityLine


class Joining(Protocol):
    """What belongs to a community, and what comes of it in another."""

    async def lines(self) -> Sequence[CommunityLine]:
        """All communities with how much they have."""
        ...

    async def clash(self, other: CommunityId, into: CommunityId) -> str | None:
        """The address of a feed that each has as its own."""
        ...

    async def merged(self, community_id: CommunityId) -> Sequence[ArticleId]:
        """Articles discussed there that others were merged into, in the end."""
        ...

    async def twins(self, other: CommunityId, into: CommunityId) -> Sequence[tuple[DiscussionId, DiscussionId]]:
        """The discussions of articles that both discuss: the other's, and the one that stays."""
        ...

    async def fold(self, gone: DiscussionId, kept: DiscussionId) -> None:
        """What was said and done in one discussion was in another; the first one is gone. Cases on the article have
        been placed before, its votes are derived afterwards."""
        ...

    async def move(
        self, other: CommunityId, into: CommunityId, *, slug: str, now: datetime
    ) -> Sequence[tuple[MemberId, bool]]:
        """All that is left is the other community's, which is gone; who had a standing there, and whether their votes
        are void now. Names of the page that are taken get the `slug` behind them. Links and sessions end."""
        ...
