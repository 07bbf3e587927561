"""How the posts of a subscription go out: at once, or when its cap and its quiet hours let them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.domain.model import PostId, Subscription
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
