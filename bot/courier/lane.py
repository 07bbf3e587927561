"""Work on one lane: its orders one after the other, for as long as the lease holds."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from bot.courier.acts import Subject
from bot.courier.backlog import clear_backlog
from bot.courier.context import Context
from bot.courier.delivering import Delivery
from bot.courier.pace import wait_for_pace
from bot.courier.subjects import Head, heads_of
from bot.domain.orders import Lease, Publish
from bot.ports.stores import Tx


class LaneWorker:
    """Carries out the orders of one leased lane."""

    def __init__(self, context: Context, lease: Lease) -> None:
        self._context = context
        self._lease = lease
        self._ahead: Head | None = None  # read with the end of the order before

    async def work(self) -> None:
        """Until the lane is empty, its head is not due, the lease is lost or the courier drains.

        Raises StorageError.
        """
        try:
            while not self._context.draining() and await self._next():
                pass
        finally:
            await self._context.store.write(self._leave)

    async def _next(self) -> bool:
        """Carry out the lane's head; False where there is nothing more to do here now."""
        head = await self._head()
        item, about, now = head.item, head.about, self._context.clock.now()
        if item is None or item.next_at > now:
            return False
        if isinstance(item.order, Publish) and await clear_backlog(self._context, self._lease, item):
            return True
        subject = about if isinstance(about, Subject) else None
        if not await self._renew(now) or await wait_for_pace(self._context, self._lease, item, subject):
            return False
        delivery = Delivery(self._context, self._lease, head)
        going = await delivery.carry_out()
        self._ahead = delivery.ahead
        return going

    async def _head(self) -> Head:
        ahead, self._ahead = self._ahead, None
        if ahead is not None:
            return ahead
        async with self._context.store.read() as tx:
            return (await heads_of(tx, [self._lease]))[self._lease.lane]

    async def _leave(self, tx: Tx) -> None:
        """A step that was marked and is not called any more is no doubt to the next who comes."""
        if self._ahead is not None and self._ahead.marked and self._ahead.item is not None:
            await tx.outbox.save(self._lease, self._ahead.item.id, ())
        await tx.outbox.release(self._lease)

    async def _renew(self, now: datetime) -> bool:
        if self._lease.until - now > self._context.lease / 2:
            return True
        until = now + self._context.lease
        renewed = await self._context.store.write(lambda tx: tx.outbox.renew(self._lease, until))
        if renewed:
            self._lease = replace(self._lease, until=until)
        return renewed
