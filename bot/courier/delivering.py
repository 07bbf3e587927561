"""One order on its way through its steps, from where it stopped to its end."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import structlog

from bot.courier import noting
from bot.courier.acts import Acts, Showing, Subject, cannot
from bot.courier.beginning import first_mark
from bot.courier.context import Context
from bot.courier.keeper import Entry
from bot.courier.subjects import Head, about_of
from bot.domain import delivery
from bot.domain.delivery import FOREVER, Call, Finished, Look, Wait
from bot.domain.model import Post, PostProgress, PostState, Ref, network_of
from bot.domain.orders import (
    Hide,
    Lease,
    Leave,
    Lock,
    NewOrder,
    Order,
    OutboxState,
    Progress,
    Publish,
    PublishCase,
    Refresh,
    RefreshCase,
    Remove,
    Rename,
    Speak,
    Step,
    TakeOff,
    Tell,
)
from bot.errors import AnswerLost, NetworkError, NetworkRefused, NetworkUnavailable, StorageError
from bot.ports.network import CanRename
from bot.ports.signals import Signal
from bot.ports.stores import Tx

log = structlog.get_logger()
NOT_YET = timedelta(seconds=2)
CASE_GONE = "its case is gone"
_OF_POST = (delivery.POST, delivery.THREAD)


class Delivery:
    """One order on its way through its steps. Each method that writes says whether the lease still held.

    `ahead` is the lane's next head, read with the end of this order; None where it has not come to that.
    """

    def __init__(self, context: Context, lease: Lease, head: Head) -> None:
        if head.item is None:
            raise TypeError(f"the lane {lease.lane} is empty")
        item, about = head.item, head.about
        self._context = context
        self._lease = lease
        self._item = item
        self._about = about
        self._marked = head.marked
        self._steps: tuple[Step, ...] = item.steps
        self._able = context.networks[network_name(item.order, about, lease)]
        self._network = self._able.network
        self._acts = Acts(self._able, item, about)
        self._means = self._able.means
        self.ahead: Head | None = None
        self._unsaved = False  # a step was done that is not stored yet
        self._noted: tuple[Step, ...] = ()  # what the post was told of

    async def carry_out(self) -> bool:
        """Go on where it stopped, to the end or to a reason to stop."""
        if (reason := self._pointless()) is not None:
            return await self._finish(OutboxState.EXPIRED, reason)
        try:
            for before in self._before():
                if (done := await before()) is not None:
                    return done
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
        match self._item.order, self._about:
            case ((Publish() | Refresh() | Rename()), None):
                return "its post is gone"
            case ((PublishCase() | RefreshCase()), None):
                return CASE_GONE
            case _, Subject(post=Post(state=PostState.DELETED)):
                return "its post was deleted"
        return None

    def _before(self) -> tuple[Callable[[], Awaitable[bool | None]], ...]:
        """What is looked at before the network is asked. Each says None to go on, else whether the lane does."""
        match self._item.order:
            case Refresh():
                return (self._refresh_early, self._read_late)
            case Rename():
                return (self._read_late, self._rename_early)
            case PublishCase():
                return (self._case_early, self._read_card)
            case RefreshCase():
                return (self._read_late, self._case_early, self._read_card)
        return ()

    async def _refresh_early(self) -> bool | None:
        """A post that is still on its way is refreshed after it; one that never went out, not at all."""
        state = self._subject.post.state
        if state is PostState.PENDING:
            return await self._put_off(NOT_YET, "its post is on its way", failed=False)
        return None if state is PostState.POSTED else await self._done("there is no post to refresh")

    async def _rename_early(self) -> bool | None:
        post = self._subject.post
        if post.thread is None:
            return await self._done("there is no thread")
        return await self._done("it is called that already") if post.thread_name == self._subject.thread_name else None

    async def _case_early(self) -> bool | None:
        shown = self._showing.ref is not None
        if isinstance(self._item.order, PublishCase):
            return await self._done("it is shown already") if shown else None
        return None if shown else await self._done("it is not shown there")

    async def _read_late(self) -> bool | None:
        """Mark first, read afterwards: what changes from now on makes an order of its own."""
        (name,) = delivery.steps_of(self._item.order, invites=False, seeds=())
        self._steps = delivery.mark(self._steps, name, self._context.clock.now())
        if not await self._save():
            return False
        async with self._context.store.read() as tx:
            self._know(await about_of(tx, self._item.order))
        return None

    async def _read_card(self) -> bool | None:
        showing, cases = self._showing, self._context.cases
        card = await cases.card(showing.case_id, showing.channel, showing.marker) if cases is not None else None
        if card is None:
            return await self._finish(OutboxState.EXPIRED, CASE_GONE)
        self._know(replace(showing, card=card))
        return None

    def _know(self, about: Subject | Showing | None) -> None:
        self._about = about
        self._acts = Acts(self._able, self._item, about)

    @property
    def _subject(self) -> Subject:
        if not isinstance(self._about, Subject):
            raise TypeError(f"order {self._item.id} needs a post and has none")
        return self._about

    @property
    def _showing(self) -> Showing:
        if not isinstance(self._about, Showing):
            raise TypeError(f"order {self._item.id} needs a case and has none")
        return self._about

    async def _go_on(self) -> bool:
        seeds = self._seeds() if self._able.seeds is not None else ()
        names = delivery.steps_of(self._item.order, invites=self._able.invites is not None, seeds=seeds)
        if self._marked and not await self._do(names[0]):
            return False
        while not self._context.draining():
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
                case Call(step=name) if not self._harmless(name):
                    going = await (self._do(name, again=True) if self._is_marked(name) else self._mark_and_call(name))
                case Call() if self._unsaved and self._of_post() != self._noted:
                    going = await self._save()  # what people do under the post finds it
                case Wait(until=until):
                    return await self._put_off(until - self._context.clock.now(), "waits to be sure", failed=False)
                case Look():
                    going = await self._look(act)
                case Call(step=name):
                    going = await self._do(name)
            if not going:
                return False
        return await self._stop()

    async def _stop(self) -> bool:
        """What was done is stored before the lane is left."""
        if self._unsaved:
            await self._save()
        return False

    def _seeds(self) -> tuple[str, ...]:
        """The emoji that are votes in the post's channel."""
        if not isinstance(self._about, Subject):
            return self._context.seeds
        settings = self._about.post.channel.settings
        return tuple(
            own or usual for own, usual in zip((settings.up, settings.down), self._context.seeds, strict=False)
        )

    async def _look(self, look: Look) -> bool:
        found = await self._acts.look(look, self._steps)
        if not found:
            return await self._mark_and_call(look.step)
        self._steps = delivery.complete(self._steps, look.step, found[0])
        return await self._save(extra=found[1:])

    def _harmless(self, name: str) -> bool:
        """To do this step again changes nothing, so how far it came need not be stored before the order's end."""
        return self._means.keys_last >= FOREVER or name.startswith(delivery.REPEATABLE)

    async def _mark_and_call(self, name: str) -> bool:
        """What was done before is stored with the mark: the two cost one write."""
        self._steps = delivery.mark(self._steps, name, self._context.clock.now())
        return await self._save() and await self._do(name)

    def _is_marked(self, name: str) -> bool:
        """Whether it was called before and has no end: its key is relied on, from when it was first called."""
        return delivery.find_step(self._steps, name) is not None

    async def _do(self, name: str, *, again: bool = False) -> bool:
        """`again`: it may have been done by an earlier call, whatever comes of this one."""
        try:
            ref = await self._acts.call(name, self._steps)
        except (NetworkUnavailable, NetworkRefused) as error:
            if isinstance(error, NetworkUnavailable) or not name.startswith(delivery.SEED):
                self._steps = self._steps if again else delivery.unmark(self._steps, name)
                raise
            ref = None  # an emoji that may not be put there is no reason to hold up the lane
        self._steps = delivery.complete(self._steps, name, ref)
        self._unsaved = self._unsaved or (ref is not None and self._means.keys_last < FOREVER)
        return True

    # --- what is stored ---

    async def _save(self, extra: Sequence[Ref] = ()) -> bool:
        progress = Progress(lease=self._lease, item_id=self._item.id, steps=self._steps)
        steps, now = self._of_post(), self._context.clock.now()

        async def also(tx: Tx) -> None:
            await self._note(tx)
            await tx.outbox.put([self._removal(ref, now) for ref in extra])

        entry = Entry(
            progress=progress,
            post=self._posted() if steps != self._noted else None,
            also=also if extra or isinstance(self._about, Showing) else None,
        )
        kept = await self._context.keeper.keep(entry)
        self._unsaved, self._noted = False, steps
        return kept.held

    def _of_post(self) -> tuple[Step, ...]:
        return tuple([step for step in self._steps if step.done and step.name in _OF_POST])

    async def _done(self, answer: str) -> bool:
        return await self._finish(OutboxState.DONE, answer)

    async def _finish(
        self, state: OutboxState, answer: str | None, also: Callable[[Tx], Awaitable[None]] | None = None
    ) -> bool:
        now = self._context.clock.now()

        async def note(tx: Tx) -> None:
            await self._note_end(tx, now)
            if also is not None:
                await also(tx)

        entry = Entry(
            progress=Progress(lease=self._lease, item_id=self._item.id, steps=self._steps, state=state, answer=answer),
            post=self._post_at_end(state),
            also=None if also is None and isinstance(self._item.order, Publish) else note,
            begin=lambda head: first_mark(self._context, self._lease, head),
        )
        kept = await self._context.keeper.keep(entry)
        self.ahead = kept.ahead
        if kept.held and isinstance(self._about, Subject):
            self._context.signals.publish(Signal(community_id=self._about.post.channel.community_id))
        return kept.held

    def _posted(self) -> PostProgress | None:
        match self._item.order, self._about:
            case Publish(), Subject() as subject:
                return noting.posted(subject, self._steps)
        return None

    def _post_at_end(self, state: OutboxState) -> PostProgress | None:
        match self._item.order, self._about:
            case Publish(), Subject() as subject if state is not OutboxState.DONE:
                return noting.failed(subject, self._steps)
        return self._posted() if self._of_post() != self._noted else None

    async def _note(self, tx: Tx) -> None:
        match self._item.order, self._about:
            case PublishCase(), Showing() as showing:
                await noting.note_case(tx, showing, self._steps)

    async def _note_end(self, tx: Tx, now: datetime) -> None:
        match self._item.order, self._about:
            case Refresh(), Subject() as subject if self._has_done(delivery.EDIT):
                await self._order_name(tx, subject, now)
            case Rename(), Subject() as subject if self._has_done(delivery.RENAME):
                await noting.note_name(tx, subject, now)
            case PublishCase(), Showing():
                await self._note(tx)

    def _has_done(self, name: str) -> bool:
        step = delivery.find_step(self._steps, name)
        return step is not None and step.done

    async def _order_name(self, tx: Tx, subject: Subject, now: datetime) -> None:
        """Have a thread called what the title makes it now, in a lane of its own: a network may let it wait long."""
        post = subject.post
        named = post.thread_name is None or post.thread_name == subject.thread_name
        if named or post.thread is None or not isinstance(self._network, CanRename):
            return
        order, lane = Rename(post_id=post.id), f"{post.thread}~name"
        await tx.outbox.put([NewOrder(order=order, lane=lane, key=self._context.new_key(), created_at=now)])

    # --- what went wrong ---

    async def _fail(self, error: NetworkError) -> bool:
        match error:
            case NetworkRefused():
                return await self._refused(error)
            case AnswerLost() if self._means.keys_last:  # the same call says at once what has become of it
                return await self._put_off(self._backoff(None), str(error), failed=True)
            case AnswerLost():
                wait = timedelta(0) if self._means.settles_after is None else self._means.settles_after
                return await self._put_off(max(wait, NOT_YET / 4), str(error), failed=True)
            case NetworkUnavailable(retry_after=asked):
                return await self._put_off(self._backoff(asked), str(error), failed=True)
        raise error

    def _backoff(self, asked: timedelta | None) -> timedelta:
        return delivery.retry_in(self._item.attempts + 1, asked, self._context.random())

    async def _refused(self, error: NetworkRefused) -> bool:
        """Parked for an admin to look at, but where there is nothing that an admin could do."""
        match self._item.order, self._about:
            case Tell(), _:  # who does not want messages is told nothing
                return await self._finish(OutboxState.EXPIRED, str(error))
            case Rename(), _ if error.gone:
                return await self._finish(OutboxState.EXPIRED, str(error))
            case RefreshCase(case_id=case_id, channel_id=channel_id), _ if error.gone:
                return await self._finish(
                    OutboxState.DONE, str(error), lambda tx: tx.case_posts.shown(case_id, channel_id, None)
                )
        log.warning("refused by the network", order=int(self._item.id), lane=self._lease.lane, answer=str(error))
        closed, now = self._place() if error.gone else None, self._context.clock.now()
        if closed is None:
            return await self._finish(OutboxState.PARKED, str(error))
        return await self._finish(
            OutboxState.PARKED, str(error), lambda tx: noting.suspend(tx, closed, str(error), now)
        )

    def _place(self) -> Ref | None:
        """Where the order was to make a new message."""
        match self._item.order, self._about:
            case Publish(), Subject() as subject if not self._has_done(delivery.POST):
                return subject.post.channel.ref
            case Speak(place=place), _:
                return place
            case PublishCase(), Showing() as showing:
                return showing.channel.ref
        return None

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


def network_name(order: Order, about: Subject | Showing | None, lease: Lease) -> str:
    """The network that an order is for."""
    match order:
        case (
            Speak(place=ref)
            | Remove(message=ref)
            | Tell(account=ref)
            | Hide(message=ref)
            | Lock(thread=ref)
            | TakeOff(reaction=ref)
            | Leave(server=ref)
        ):
            return network_of(ref)
    match about:
        case Subject(post=post):
            return network_of(post.channel.ref)
        case Showing(channel=channel):
            return network_of(channel.ref)
    return lease.lane.partition(":")[0]
