"""New articles held against the words that members follow, and told them: once, at most hourly."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from bot.domain.following import NEWS_FOR, TELL_EVERY, Followed
from bot.domain.model import CommunityId, DiscussionId, Follow, FollowId, MemberId
from bot.domain.telling import followed
from bot.office import Act, Office, tongue_of
from bot.ports.stores.people import Fresh

AT_ONCE = 500  # discussions in one transaction
TOLD_AT_ONCE = 50  # members that are looked up together


class Watch:
    """Called every minute. Cut off anywhere, it goes on where it was, and says nothing twice."""

    def __init__(self, office: Office) -> None:
        self._office = office

    async def look_after(self) -> int:
        """Hold a part of what is new against what is followed, and tell some members; how much there was of both."""
        return await self._match() + await self._tell()

    async def _match(self) -> int:
        async with self._office.read() as tx:
            fresh = await tx.people.fresh(AT_ONCE)
            follows = await tx.people.followed({each.community_id for each in fresh}) if fresh else []
        if not fresh:
            return 0
        news = [each for each in fresh if each.dated > self._office.now() - NEWS_FOR]
        # Reading is work for the processor: it must not stop the bot.
        hits = await asyncio.to_thread(_hits, news, follows)
        await self._office.act(lambda act: act.tx.people.watched([each.id for each in fresh], hits, act.now))
        return len(fresh)

    async def _tell(self) -> int:
        before = self._office.now() - TELL_EVERY
        async with self._office.read() as tx:
            due = await tx.people.due(before, TOLD_AT_ONCE)
        for community_id, member_id in due:
            await self._tell_one(community_id, member_id)
        return len(due)

    async def _tell_one(self, community_id: CommunityId, member_id: MemberId) -> None:
        async def work(act: Act) -> None:
            hits = await act.tx.people.take_hits(community_id, member_id, act.now - TELL_EVERY, act.now)
            language, zone = await tongue_of(act.tx, community_id)
            for account in await act.tx.people.own_accounts(community_id, member_id):
                act.aftermath.tell(community_id, account.ref, followed(hits), language, zone)

        await self._office.act(work)


def _hits(fresh: Sequence[Fresh], follows: Sequence[Follow]) -> list[tuple[FollowId, DiscussionId]]:
    by_community: dict[CommunityId, list[Follow]] = {}
    for each in follows:
        by_community.setdefault(each.community_id, []).append(each)
    indexes = {community_id: Followed.of(words) for community_id, words in by_community.items()}
    return [
        (follow.id, each.id)
        for each in fresh
        if each.community_id in indexes
        for follow in indexes[each.community_id].within(each.content)
    ]
