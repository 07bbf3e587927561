"""What members do for themselves: who they are here, what they follow, what is kept of them.

Called by the commands; every method raises `RequestError` with a message for who asked.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Protocol

from bot.domain.model import AccountId, CommunityId, Role


class Links(Protocol):
    """Makes one-time links that sign somebody in on the page; implemented by the page."""

    async def sign_in(
        self,
        community_id: CommunityId,
        *,
        role: Role,
        name: str | None,
        account_id: AccountId | None,
        lifetime: timedelta,
        now: datetime,
    ) -> str:
        """The whole address of a link that signs in `account_id`, or (None) makes a new account of the page with
        `name` (None: to be chosen). It grants `role` where that is more than the account has."""
        ...


class PeopleDesk(Protocol):
    """What members do for themselves."""
