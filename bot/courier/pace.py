"""Caps and quiet hours at the moment of posting: what came late to its hour, after an outage, does not break them."""

from __future__ import annotations

from datetime import datetime

from bot.courier.acts import Subject
from bot.courier.context import Context
from bot.domain.model import Subscription
from bot.domain.orders import Lease, OutboxItem, Publish
from bot.domain.pacing import HOUR, is_paced, lane_of, next_free
from bot.ports.stores import Tx


async def wait_for_pace(context: Context, lease: Lease, item: OutboxItem, subject: Subject | None) -> bool:
    """Put a post off that may not be made now; True if so.

    One that was begun is finished. In a channel's common lane nothing waits for its hour: it was ordered before the
    subscription had one, and others stand behind it.
    """
    subscription = subject.subscription if subject is not None else None
    if subscription is None or not has_a_pace(item, subscription):
        return False
    now = context.clock.now()
    async with context.store.read() as tx:
        free = await _free(tx, subscription, now)
    if free <= now:
        return False
    await context.store.write(
        lambda tx: tx.outbox.put_off(
            lease, item.id, attempts=item.attempts, next_at=free, answer=item.last_answer, steps=item.steps
        )
    )
    return True


def has_a_pace(item: OutboxItem, subscription: Subscription | None) -> bool:
    """Whether it has to be asked when a post may be made."""
    if not isinstance(item.order, Publish) or item.steps or subscription is None:
        return False
    return is_paced(subscription.rules) and item.lane == lane_of(subscription)


async def _free(tx: Tx, subscription: Subscription, now: datetime) -> datetime:
    rules = subscription.rules
    made = (
        await tx.outbox.paces(lane_of(subscription), since=now - HOUR, limit=rules.cap, pending=False)
        if rules.cap is not None
        else ()
    )
    return next_free(now, cap=rules.cap, quiet=rules.quiet, zone=subscription.channel.zone, recent=made)
