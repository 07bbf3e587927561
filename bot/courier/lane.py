"""Work on one lane: its orders one after the other, for as long as the lease holds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import structlog

from bot.courier.acts import Acts, Subject, cannot
from bot.courier.backlog import clear_backlog
from bot.courier.context import Context
from bot.courier.pace import wait_for_pace
from bot.domain import delivery
from bot.domain.delivery import FOREVER, Call, Finished, Look, Means, Wait
from bot.domain.model import PostId, PostState, Ref, network_of
from bot.domain.orders import (
    Hide,
    Lease,
    Lock,
    NewOrder,
    Order,
    OutboxItem,
    OutboxState,
    Publish,
    Refresh,
    Remove,
    Speak,
    Step,
    Tell,
)
from bot.errors import AnswerLost, NetworkError, NetworkRefused, NetworkUnavailable, StorageError
from bot.ports.network import CanFind, CanInvite, CanSeed, Network
from bot.ports.signals import Signal
from bot.ports.stores import Tx

log = structlog.get_logger()
NOT_YET = timedelta(seconds=2)


class LaneWorker:
    """Carries out the orders of one leased lane."""

    def __init__(self, context: Context, lease: Lease) -> None:
        self._context = context
        self._lease = lease

    async def work(self) -> None:
        """Until the lane is empty, its head is not due, the lease is lost or the courier drains.

        Raises StorageError.
        """
        try:
            while not self._context.draining() and await self._next():
                pass
        finally:
            await self._context.store.write(lambda tx: tx.outbox.release(self._lease))

    async def _next(self) -> bool:
        """Carry out the lane's head; False where there is nothing more to do here now."""
        item, subject = await self._head()
        now = self._context.clock.now()
        if item is None or item.next_at > now:
            return False
        if isinstance(item.order, Publish) and await clear_backlog(self._context, self._lease, item):
            return True
        if not await self._renew(now) or await wait_for_pace(self._context, self._lease, item, subject):
            return False
        return await Delivery(self._context, self._lease, item, subject).carry_out()

    async def _head(self) -> tuple[OutboxItem | None, Subject | None]:
        async with self._context.store.read() as tx:
            item = await tx.outbox.head(self._lease)
            post_id = _post_of(item.order) if item else None
            return item, await subject_of(tx, post_id) if post_id is not None else None

    async def _renew(self, now: datetime) -> bool:
        if self._lease.until - now > self._context.lease / 2:
            return True
        until = now + self._context.lease
        renewed = await self._context.store.write(lambda tx: tx.outbox.renew(self._lease, until))
        if renewed:
            self._lease = replace(self._lease, until=until)
        return renewed


class Delivery:
    """One order on its way through its steps. Each method that writes says whether the lease still held."""

    def __init__(self, context: Context, lease: Lease, item: OutboxItem, subject: Subject | None) -> None:
        self._context = context
        self._lease = lease
        self._item = item
        self._subject = subject
        self._steps: tuple[Step, ...] = item.steps
        self._network = context.networks[_network_name(item.order, subject, lease)]
        self._acts = Acts(self._network, item, subject)
        self._means = means_of(self._network)

    async def carry_out(self) -> bool:
        """Go on where it stopped, to the end or to a reason to stop."""
        if (reason := self._pointless()) is not None:
            return await self._finish(OutboxState.EXPIRED, reason)
        if isinstance(self._item.order, Refresh):
            if (done := await self._refresh_early()) is not None:
                return done
            if not await self._begin_refresh(self._item.order):
                return False
        try:
            return await self._go_on()
        except NetworkError as error:
            return await self._fail(error)
        except StorageError:
            raise
        except Exception as bug:  # one order that we cannot handle must not stop all the others
            log.exception("an order could not be handled", order=int(self._item.id), lane=self._lease.lane)
            return await self._finish(OutboxState.PARKED, f"internal error: {type(bug).__name__}: {bug}")

    def _pointless(self) -> str | None:
        if self._item.expires_at is not None and self._item.expires_at <= self._context.clock.now():
            return "its time had passed"
        if (reason := cannot(self._item.order, self._network)) is not None:
            return reason
        if self._subject is None:
            return "its post is gone" if isinstance(self._item.order, Publish | Refresh) else None
        return "its post was deleted" if self._subject.post.state is PostState.DELETED else None

    async def _refresh_early(self) -> bool | None:
        """A post that is still on its way is refreshed after it; one that never went out, not at all."""
        state = self._subject.post.state if self._subject else PostState.FAILED
        if state is PostState.PENDING:
            return await self._put_off(NOT_YET, "its post is on its way", failed=False)
        return (
            None if state is PostState.POSTED else await self._finish(OutboxState.DONE, "there is no post to refresh")
        )

    async def _begin_refresh(self, order: Refresh) -> bool:
        """Mark first, read afterwards: what changes from now on makes a refresh of its own."""
        self._steps = delivery.mark(self._steps, delivery.EDIT, self._context.clock.now())
        if not await self._save():
            return False
        async with self._context.store.read() as tx:
            self._acts = Acts(self._network, self._item, await subject_of(tx, order.post_id))
        return True

    async def _go_on(self) -> bool:
        seeds = self._seeds() if isinstance(self._network, CanSeed) else ()
        names = delivery.steps_of(self._item.order, invites=isinstance(self._network, CanInvite), seeds=seeds)
        while True:
            act = delivery.next_act(
                names,
                self._steps,
                now=self._context.clock.now(),
                in_doubt=self._item.in_doubt,
                means=self._means,
            )
            match act:
                case Finished():
                    return await self._finish(OutboxState.DONE, None)
                case Wait(until=until):
                    return await self._put_off(until - self._context.clock.now(), "waits to be sure", failed=False)
                case Look():
                    going = await self._look(act)
                case Call(step=name):
                    going = await self._call(name)
            if not going:
                return False
            if self._context.draining():
                return False

    def _seeds(self) -> tuple[str, ...]:
        """The emoji that are votes in the post's channel."""
        if self._subject is None:
            return self._context.seeds
        settings = self._subject.post.channel.settings
        return tuple(
            own or usual for own, usual in zip((settings.up, settings.down), self._context.seeds, strict=False)
        )

    async def _look(self, look: Look) -> bool:
        found = await self._acts.look(look, self._steps)
        if not found:
            return await self._mark_and_call(look.step)
        self._steps = delivery.complete(self._steps, look.step, found[0])
        return await self._save(extra=found[1:])

    async def _call(self, name: str) -> bool:
        return await self._do(name) if self._harmless(name) else await self._mark_and_call(name)

    def _harmless(self, name: str) -> bool:
        """To do this step again changes nothing, so how far it came need not be stored before the order's end."""
        return self._means.keys_last >= FOREVER or name.startswith(delivery.REPEATABLE)

    async def _mark_and_call(self, name: str) -> bool:
        self._steps = delivery.mark(self._steps, name, self._context.clock.now())
        return await self._save() and await self._do(name)

    async def _do(self, name: str) -> bool:
        try:
            ref = await self._acts.call(name, self._steps)
        except NetworkUnavailable:
            self._steps = delivery.unmark(self._steps, name)
            raise
        except NetworkRefused:
            if not name.startswith(delivery.SEED):
                self._steps = delivery.unmark(self._steps, name)
                raise
            ref = None  # an emoji that may not be put there is no reason to hold up the lane
        self._steps = delivery.complete(self._steps, name, ref)
        return self._harmless(name) or await self._save()

    # --- what is stored ---

    async def _save(self, extra: Sequence[Ref] = ()) -> bool:
        now = self._context.clock.now()

        async def work(tx: Tx) -> bool:
            if not await tx.outbox.save(self._lease, self._item.id, self._steps):
                return False
            await self._note_post(tx, now)
            await tx.outbox.put([self._removal(ref, now) for ref in extra])
            return True

        return await self._context.store.write(work)

    async def _finish(self, state: OutboxState, answer: str | None) -> bool:
        now = self._context.clock.now()

        async def work(tx: Tx) -> bool:
            held = await tx.outbox.finish(self._lease, self._item.id, state, answer, steps=self._steps, now=now)
            if held and isinstance(self._item.order, Publish) and self._subject is not None:
                await self._note_end(tx, self._subject.post.id, state, now)
            return held

        held = await self._context.store.write(work)
        if held and self._subject is not None:
            post = self._subject.post
            self._context.signals.publish(Signal(community_id=post.channel.community_id))
        return held

    async def _note_post(self, tx: Tx, now: datetime) -> None:
        if not isinstance(self._item.order, Publish) or self._subject is None:
            return
        made = {step.name: step.ref for step in self._steps if step.done}
        if delivery.POST in made:
            state = PostState.POSTED if delivery.THREAD in made else PostState.PENDING
            ref, thread = made[delivery.POST], made.get(delivery.THREAD)
            await tx.posts.set(self._subject.post.id, state=state, ref=ref, thread=thread, now=now)

    async def _note_end(self, tx: Tx, post_id: PostId, state: OutboxState, now: datetime) -> None:
        if state is OutboxState.DONE:
            await self._note_post(tx, now)
        elif delivery.find_step(self._steps, delivery.THREAD) is None:
            await tx.posts.set(post_id, state=PostState.FAILED, now=now)

    async def _fail(self, error: NetworkError) -> bool:
        match error:
            case NetworkRefused():
                log.warning(
                    "refused by the network", order=int(self._item.id), lane=self._lease.lane, answer=str(error)
                )
                return await self._finish(OutboxState.PARKED, str(error))
            case AnswerLost():
                wait = timedelta(0) if self._means.settles_after is None else self._means.settles_after
                return await self._put_off(max(wait, NOT_YET / 4), str(error), failed=True)
            case NetworkUnavailable(retry_after=asked):
                wait = delivery.retry_in(self._item.attempts + 1, asked, self._context.random())
                return await self._put_off(wait, str(error), failed=True)
        raise error

    async def _put_off(self, wait: timedelta, answer: str, *, failed: bool) -> bool:
        next_at = self._context.clock.now() + wait
        attempts = self._item.attempts + failed
        steps, lease, item_id = self._steps, self._lease, self._item.id
        await self._context.store.write(
            lambda tx: tx.outbox.put_off(lease, item_id, attempts=attempts, next_at=next_at, answer=answer, steps=steps)
        )
        return False

    def _removal(self, ref: Ref, now: datetime) -> NewOrder:
        return NewOrder(order=Remove(message=ref), lane=self._lease.lane, key=self._context.new_key(), created_at=now)


def means_of(network: Network) -> Means:
    """What a network offers against doing a thing twice."""
    settles = network.settles_after if isinstance(network, CanFind) else None
    return Means(keys_last=network.keys_last, settles_after=settles)


def _post_of(order: Order) -> PostId | None:
    return order.post_id if isinstance(order, Publish | Refresh) else None


async def subject_of(tx: Tx, post_id: PostId) -> Subject | None:
    """A post with its article as they are stored now, None where one of them is gone."""
    post = await tx.posts.get(post_id)
    article = await tx.articles.get(post.article_id) if post else None
    if post is None or article is None:
        return None
    totals, comments = await tx.posts.counts(post.discussion_id)
    subscription = await tx.places.subscription(post.subscription_id) if post.subscription_id else None
    return Subject(post=post, article=article, totals=totals, comments=comments, subscription=subscription)


def _network_name(order: Order, subject: Subject | None, lease: Lease) -> str:
    match order:
        case Speak(place=ref) | Remove(message=ref) | Tell(account=ref) | Hide(message=ref) | Lock(thread=ref):
            return network_of(ref)
    return network_of(subject.post.channel.ref) if subject else lease.lane.partition(":")[0]
