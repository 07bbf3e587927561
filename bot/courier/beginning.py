"""The next post of a lane is begun with the end of the one before: the two are one write."""

from __future__ import annotations

from bot.courier.acts import Subject
from bot.courier.backlog import was_held_up
from bot.courier.context import Context
from bot.courier.pace import has_a_pace
from bot.courier.subjects import Head
from bot.domain import delivery
from bot.domain.model import PostState, network_of
from bot.domain.orders import Lease, OutboxItem, Publish, Step


def first_mark(context: Context, lease: Lease, head: Head) -> tuple[Step, ...] | None:
    """The steps of a lane's next order with the first one marked; None where anything has to be asked before, or where
    nothing needs a mark."""
    item, subject, now = head.item, head.about, context.clock.now()
    if item is None or not isinstance(item.order, Publish) or not isinstance(subject, Subject):
        return None
    able = context.networks.get(network_of(subject.post.channel.ref))
    if able is None or able.network.keys_last >= delivery.FOREVER:
        return None
    late = item.next_at > now or lease.until - now <= context.lease / 2
    if late or item.expires_at is not None or context.draining() or _begun(item):
        return None
    if was_held_up(context, item, now) or has_a_pace(item, subject.subscription):
        return None
    return delivery.mark((), delivery.POST, now) if subject.post.state is not PostState.DELETED else None


def _begun(item: OutboxItem) -> bool:
    """Whether it was, or may have been."""
    return bool(item.steps) or item.in_doubt
