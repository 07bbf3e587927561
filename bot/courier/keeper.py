"""What many lanes have come to, stored together."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass

from bot.courier.subjects import Head, heads_of
from bot.domain.model import PostProgress
from bot.domain.orders import OutboxState, Progress, Step
from bot.ports.clock import Clock
from bot.ports.stores import Store, Tx


@dataclass(frozen=True, kw_only=True, slots=True)
class Entry:
    """What a lane has come to: its order, with what is noted of its post, and what else belongs to it.

    `begin` is asked after the end of an order: the steps of the lane's next head with the first one marked, None where
    it cannot be begun at once.
    """

    progress: Progress
    post: PostProgress | None = None
    also: Callable[[Tx], Awaitable[None]] | None = None
    begin: Callable[[Head], tuple[Step, ...] | None] = lambda _: None

    @property
    def ended(self) -> bool:
        """Whether the order is over."""
        return self.progress.state is not OutboxState.PENDING


@dataclass(frozen=True, kw_only=True, slots=True)
class Kept:
    """What came of it: whether the lease still held and, after the end of an order, the lane's next head."""

    held: bool
    ahead: Head | None = None


_LOST = Kept(held=False)
_Answer = asyncio.Future[Kept]


class Keeper:
    """Stores what lanes have come to, each in the transaction that it is told back of.

    What is handed in while a write is under way is stored by the next one, in a handful of statements however many
    lanes there are. Where a write fails, each of its entries is tried alone.
    """

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._waiting: list[tuple[Entry, _Answer]] = []
        self._writing: asyncio.Task[None] | None = None

    async def keep(self, entry: Entry) -> Kept:
        """Return when it is stored. Raises StorageError, and what its `also` raises."""
        answer: _Answer = asyncio.get_running_loop().create_future()
        self._waiting.append((entry, answer))
        if self._writing is None:
            self._writing = asyncio.create_task(self._work(), name="courier's keeper")
        return await answer

    async def _work(self) -> None:
        try:
            while self._waiting:
                group, self._waiting = self._waiting, []
                await self._write([each for each in group if not each[1].cancelled()])
        finally:
            self._writing = None
            for _, answer in self._waiting:
                answer.cancel()

    async def _write(self, group: Sequence[tuple[Entry, _Answer]]) -> None:
        entries = [entry for entry, _ in group]
        try:
            kept = await self._store.write(lambda tx: self._store_all(tx, entries))
        except Exception as error:  # noqa: BLE001 - it comes out where it was handed in
            if len(group) > 1:
                for alone in group:
                    await self._write([alone])
            elif not group[0][1].done():
                group[0][1].set_exception(error)
            return
        for (_, answer), each in zip(group, kept, strict=True):
            if not answer.done():
                answer.set_result(each)

    async def _store_all(self, tx: Tx, entries: Sequence[Entry]) -> list[Kept]:
        now = self._clock.now()
        held = await tx.outbox.record([each.progress for each in entries], now)
        kept = [each for each in entries if each.progress.item_id in held]
        await tx.posts.progress([each.post for each in kept if each.post is not None], now)
        for each in kept:
            if each.also is not None:
                await each.also(tx)
        ahead = await self._ahead(tx, [each for each in kept if each.ended])
        return [
            Kept(held=True, ahead=ahead.get(each.progress.lease.lane)) if each.progress.item_id in held else _LOST
            for each in entries
        ]

    async def _ahead(self, tx: Tx, ended: Sequence[Entry]) -> Mapping[str, Head]:
        """The next heads of lanes, by lane, begun where they can be."""
        heads = await heads_of(tx, [each.progress.lease for each in ended])
        begun = []
        for each in ended:
            lease = each.progress.lease
            head = heads[lease.lane]
            steps = each.begin(head)
            if steps is not None and head.item is not None:
                heads[lease.lane] = head.begun(steps)
                begun.append(Progress(lease=lease, item_id=head.item.id, steps=steps))
        await tx.outbox.go_on(begun, self._clock.now())
        return heads
