"""Keeps members' figures current, and recomputes all of them when it is asked to."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.aftermath import Aftermath, Following
from bot.domain.model import CommunityId, MemberId
from bot.domain.reputation import TITLES, Figures, Title, figures
from bot.ports.clock import Clock
from bot.ports.signals import Signal, Signals
from bot.ports.stores import Store, Tx

AT_ONCE = 20  # members in one transaction, so that others get their turn
LOOK_EVERY = timedelta(seconds=20)
ALL_EVERY = timedelta(hours=6)  # trust is lost by time alone


@dataclass(frozen=True, kw_only=True, slots=True)
class Recount:
    """What a recount of a community came to."""

    members: int
    changed: int


class Ledger:
    """Recomputes figures. To do it again changes nothing."""

    def __init__(
        self,
        *,
        store: Store,
        signals: Signals,
        clock: Clock,
        following: Following,
        titles: Sequence[Title] = TITLES,
    ) -> None:
        self._store = store
        self._signals = signals
        self._clock = clock
        self._following = following
        self._titles = tuple(titles)

    async def keep_current(self) -> None:
        """Recompute what has gone stale, and everything now and then, until cancelled."""
        due = self._clock.now() + ALL_EVERY
        while True:
            await self.catch_up()
            if self._clock.now() >= due:
                await self.recount_all()
                due = self._clock.now() + ALL_EVERY
            await asyncio.sleep(LOOK_EVERY.total_seconds())

    async def catch_up(self) -> int:
        """Recompute what has gone stale; how many members."""
        done = 0
        while True:
            async with self._store.read() as tx:
                waiting = await tx.standings.stale(AT_ONCE)
            if not waiting:
                return done
            await self._recompute(waiting)
            done += len(waiting)

    async def recount_all(self) -> None:
        """Recompute everybody's figures in every community."""
        async with self._store.read() as tx:
            communities = await tx.places.communities()
        for community in communities:
            await self.recount(community.id)

    async def recount(self, community_id: CommunityId) -> Recount:
        """Recompute everybody's figures in a community."""
        async with self._store.read() as tx:
            members = await tx.standings.members(community_id)
        changed = 0
        for start in range(0, len(members), AT_ONCE):
            part = [(community_id, member) for member in members[start : start + AT_ONCE]]
            changed += await self._recompute(part)
        return Recount(members=len(members), changed=changed)

    async def _recompute(self, whose: Sequence[tuple[CommunityId, MemberId]]) -> int:
        now = self._clock.now()

        async def work(tx: Tx) -> tuple[int, frozenset[CommunityId]]:
            aftermath = Aftermath(tx, self._following, now)
            changed = [each for each in whose if await self._renew(tx, aftermath, *each, now)]
            await aftermath.settle()
            return len(changed), frozenset(community_id for community_id, _ in changed)

        number, communities = await self._store.write(work)
        for community_id in communities:
            self._signals.publish(Signal(community_id=community_id))
        return number

    async def _renew(
        self, tx: Tx, aftermath: Aftermath, community_id: CommunityId, member_id: MemberId, now: datetime
    ) -> bool:
        # First: whoever marks it from here on waits, and is not undone by us.
        await tx.standings.fresh(community_id, member_id)
        standing = await tx.standings.get(community_id, member_id)
        derived = figures(
            await tx.standings.facts(community_id, member_id),
            title=standing.title,
            trust=standing.trust,
            trust_locked=standing.trust_locked,
            now=now,
            titles=self._titles,
        )
        had = Figures(points=standing.points, upvoters=standing.upvoters, title=standing.title, trust=standing.trust)
        if derived == had:
            return False
        await tx.standings.put_figures(community_id, member_id, derived)
        if (derived.trust == 0) != (standing.trust == 0):  # what fresh accounts do weighs less in the rank of articles
            for discussion_id in await tx.standings.touched(community_id, member_id):
                aftermath.touch(community_id, discussion_id)
        return True
