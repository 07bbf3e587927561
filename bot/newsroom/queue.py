"""How the posts of a subscription go out: at once, or when its cap and its quiet hours let them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.domain.model import Post, PostId, PostState, Subscription, SubscriptionId
from bot.domain.orders import NewOrder, Publish
from bot.domain.pacing import HOUR, lane_of, next_free
from bot.ports.stores import Tx


@dataclass(frozen=True, kw_only=True, slots=True)
class Making:
    """How orders are made."""

    new_key: Callable[[], str]
    expires_after: timedelta  # a post that could not be made by then is old news


class Queue:
    """Orders the posts of one subscription, one after the other, in one transaction."""

    def __init__(self, tx: Tx, making: Making, subscription: Subscription, now: datetime) -> None:
        self._tx = tx
        self._making = making
        self._subscription = subscription
        self._now = now
        self._paces: list[datetime] | None = None  # when the posts before it were made, or are planned

    async def publish(self, post_id: PostId) -> NewOrder:
        """The order of a post, to be put into the outbox before the next is asked for elsewhere."""
        at = await self._next()
        return NewOrder(
            order=Publish(post_id=post_id),
            lane=lane_of(self._subscription),
            key=self._making.new_key(),
            created_at=self._now,
            not_before=at if at > self._now else None,
            expires_at=at + self._making.expires_after,
        )

    async def _next(self) -> datetime:
        rules = self._subscription.rules
        if self._paces is None:
            self._paces = [] if rules.cap is None else await self._before(rules.cap)
        zone = self._subscription.channel.zone
        at = next_free(self._now, cap=rules.cap, quiet=rules.quiet, zone=zone, recent=self._paces)
        self._paces.append(at)
        return at

    async def _before(self, cap: int) -> list[datetime]:
        lane = lane_of(self._subscription)
        return list(await self._tx.outbox.paces(lane, since=self._now - HOUR, limit=cap))


async def release(tx: Tx, making: Making, held: Sequence[PostId], now: datetime) -> list[NewOrder]:
    """Have posts that were held go out as their subscriptions want it: at once, in their hours, or with a digest.

    Returns the orders that this takes.
    """
    queues: dict[SubscriptionId, Queue] = {}
    orders: list[NewOrder] = []
    for post_id in held:
        post = await tx.posts.get(post_id)
        subscription = await _subscription_of(tx, post)
        gathered = subscription is not None and subscription.rules.digest is not None
        await tx.posts.set(post_id, state=PostState.GATHERED if gathered else PostState.PENDING, now=now)
        if post is not None and not gathered:
            orders.append(await _order(tx, making, post, subscription, queues, now))
    return orders


async def _subscription_of(tx: Tx, post: Post | None) -> Subscription | None:
    if post is None or post.subscription_id is None:
        return None
    return await tx.places.subscription(post.subscription_id)


async def _order(
    tx: Tx,
    making: Making,
    post: Post,
    subscription: Subscription | None,
    queues: dict[SubscriptionId, Queue],
    now: datetime,
) -> NewOrder:
    if subscription is None:
        order = Publish(post_id=post.id)
        expires_at = now + making.expires_after
        return NewOrder(order=order, lane=post.channel.ref, key=making.new_key(), created_at=now, expires_at=expires_at)
    queue = queues.setdefault(subscription.id, Queue(tx, making, subscription, now))
    return await queue.publish(post.id)
