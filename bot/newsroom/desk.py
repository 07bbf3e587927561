"""What admins decide about feeds."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from bot.domain.model import AccountId, CommunityId, FeedId, PostState
from bot.errors import RequestError
from bot.newsroom.queue import Making, release
from bot.ports.clock import Clock
from bot.ports.stores import Store, Tx


class FeedDesk:
    """Releases and skips what is held, and has feeds polled; each decision is in the community's log."""

    def __init__(
        self,
        *,
        store: Store,
        clock: Clock,
        new_key: Callable[[], str],
        expires_after: timedelta,
        on_orders: Callable[[], None],
        on_due: Callable[[], None],
    ) -> None:
        self._store = store
        self._clock = clock
        self._new_key = new_key
        self._expires_after = expires_after
        self._on_orders = on_orders
        self._on_due = on_due

    async def release(self, community_id: CommunityId, feed_id: FeedId, by: AccountId | None) -> int:
        """Post what was held; how many. Raises RequestError."""
        released = await self._store.write(lambda tx: self._settle(tx, community_id, feed_id, by, PostState.PENDING))
        self._on_orders()
        return released

    async def skip(self, community_id: CommunityId, feed_id: FeedId, by: AccountId | None) -> int:
        """Let pass what was held, unposted; how many. Raises RequestError."""
        return await self._store.write(lambda tx: self._settle(tx, community_id, feed_id, by, PostState.SKIPPED))

    async def poll_soon(self, community_id: CommunityId, feed_id: FeedId, by: AccountId | None) -> None:
        """Have a feed polled at once. Raises RequestError."""
        now = self._clock.now()

        async def work(tx: Tx) -> None:
            await _must_be_subscribed(tx, community_id, feed_id)
            await tx.feeds.poll_soon(feed_id, now)
            await tx.journal.log(community_id, at=now, account_id=by, action="feed.poll", subject=f"feed:{feed_id}")

        await self._store.write(work)
        self._on_due()

    async def _settle(
        self, tx: Tx, community_id: CommunityId, feed_id: FeedId, by: AccountId | None, state: PostState
    ) -> int:
        await _must_be_subscribed(tx, community_id, feed_id)
        now = self._clock.now()
        held = await tx.posts.held(feed_id, community_id)
        if state is PostState.PENDING:
            await release(tx, Making(new_key=self._new_key, expires_after=self._expires_after), held, now)
        else:
            for post_id in held:
                await tx.posts.set(post_id, state=state, now=now)
        action = "feed.release" if state is PostState.PENDING else "feed.skip"
        await tx.journal.log(
            community_id, at=now, account_id=by, action=action, subject=f"feed:{feed_id}", after=str(len(held))
        )
        return len(held)


async def _must_be_subscribed(tx: Tx, community_id: CommunityId, feed_id: FeedId) -> None:
    subscriptions = await tx.places.subscriptions(feed_id)
    if not any(each.channel.community_id == community_id for each in subscriptions):
        raise RequestError("There is no such feed here.")
