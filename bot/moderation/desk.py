"""The moderators' desk as a whole."""

from __future__ import annotations

from datetime import timedelta

from bot.moderation.cases import CaseDesk
from bot.moderation.discussions import DiscussionDesk
from bot.moderation.members import MemberDesk
from bot.office import Office


class ModerationDesk(CaseDesk, MemberDesk, DiscussionDesk):
    """See `bot.ports.moderation.Moderation`. Every act is one transaction, and stands in the community's log."""

    def __init__(self, office: Office, *, stale_after: timedelta) -> None:
        self._office = office
        self._stale_after = stale_after

    async def look_after(self) -> int:
        """Do what time does: ignore stale cases, end locks. How many of both; called by the bot now and then."""
        return await self.pass_time(self._stale_after) + await self.end_locks()
