"""What lanes have come to is stored together, and before they go on."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

from sqlalchemy import select

from bot.courier.abilities import Abilities
from bot.courier.context import Context
from bot.courier.keeper import Entry, Keeper
from bot.courier.lane import LaneWorker
from bot.domain.delivery import RefillPolicy
from bot.domain.model import Ref
from bot.domain.orders import Lease, OutboxItem, OutboxState, Progress, Speak, Step
from bot.errors import StorageError
from bot.ports.network import Card
from bot.ports.signals import Signal
from bot.ports.stores import Tx
from bot.signals import Noticeboard
from storage.orders import steps_from
from storage.schema.work import outbox
from tests.servers.square import Square
from tests.unit.courier.conftest import CHANNEL, MINUTE, START, Town

T = TypeVar("T")
MARKED = (Step(name="say", marked_at=START),)


class Counting:
    """The town's store, which counts its writes."""

    def __init__(self, town: Town) -> None:
        self._write = town.store.write
        self.writes = 0

    async def write(self, work: Callable[[Tx], Awaitable[T]]) -> T:
        self.writes += 1
        return await self._write(work)


async def _lanes(town: Town, number: int) -> list[tuple[Lease, OutboxItem]]:
    """So many lanes with an order each, leased."""
    for lane in range(number):
        await town.put(Speak(place=CHANNEL, html="x", language="en", marker="m"), lane=f"square:{lane}")
    leases = await _claim(town)
    async with town.store.read() as tx:
        heads = await tx.outbox.heads(leases)
    return [(lease, heads[lease.lane]) for lease in leases]


async def _claim(town: Town) -> list[Lease]:
    now = town.clock.now()
    return list(
        await town.store.write(lambda tx: tx.outbox.claim("me", now, until=now + MINUTE, limit=50, networks=["square"]))
    )


def _entry(lease: Lease, item: OutboxItem, also: Callable[[Tx], Awaitable[None]] | None = None) -> Entry:
    return Entry(progress=Progress(lease=lease, item_id=item.id, steps=MARKED), also=also)


async def _steps(town: Town, *leases: Lease) -> list[tuple[Step, ...]]:
    async with town.store.read() as tx:
        heads = await tx.outbox.heads(leases)
    return [heads[lease.lane].steps for lease in leases]


async def test_what_waits_meanwhile_is_one_write(town: Town) -> None:
    lanes = await _lanes(town, 20)
    store = Counting(town)
    keeper = Keeper(store, town.clock)  # type: ignore[arg-type]  # of a store it only writes
    kept = await asyncio.gather(*(keeper.keep(_entry(*lane)) for lane in lanes))
    assert all(each.held for each in kept)
    assert await _steps(town, *(lease for lease, _ in lanes)) == [MARKED] * 20
    assert store.writes <= 2


async def test_a_lane_that_was_lost_writes_nothing_and_the_others_do(town: Town) -> None:
    lanes = await _lanes(town, 3)
    lost = lanes[1][0]
    await town.store.write(lambda tx: tx.outbox.release(lost))
    (taken,) = await _claim(town)
    keeper = Keeper(town.store, town.clock)
    kept = await asyncio.gather(*(keeper.keep(_entry(*lane)) for lane in lanes))
    assert [each.held for each in kept] == [True, False, True]
    assert await _steps(town, lanes[0][0], taken, lanes[2][0]) == [MARKED, (), MARKED]


async def test_one_that_fails_fails_alone(town: Town) -> None:
    async def fail(_: Tx) -> None:
        raise StorageError("no")

    first, bad, last = await _lanes(town, 3)
    keeper = Keeper(town.store, town.clock)
    outcomes = await asyncio.gather(
        keeper.keep(_entry(*first)), keeper.keep(_entry(*bad, fail)), keeper.keep(_entry(*last)), return_exceptions=True
    )
    assert [isinstance(each, StorageError) for each in outcomes] == [False, True, False]
    assert await _steps(town, first[0], bad[0], last[0]) == [MARKED, (), MARKED]


async def test_a_post_is_marked_with_the_end_of_the_one_before(town: Town) -> None:
    marked: list[list[str]] = []

    class Watched(Square):
        async def post(self, channel: Ref, card: Card, key: str) -> Ref:
            marked.append(await _marked(town))
            return await super().post(channel, card, key)

    town.square = Watched()
    for number in range(1, 4):
        await town.order(number)
    store = Counting(town)
    town.store.write = store.write  # type: ignore[method-assign, assignment]
    await town.deliver()
    assert marked == [["post"]] * 3
    # To claim, to mark the first one, three writes for each, and to let go.
    assert store.writes == 1 + 1 + 3 * 3 + 1


async def _marked(town: Town) -> list[str]:
    """The steps that are marked and not done, of what is pending."""
    async with town.store.read() as tx:
        rows = await tx.sql.all(select(outbox.c.steps).where(outbox.c.state == OutboxState.PENDING))
    return [step.name for row in rows for step in steps_from(row.steps) if not step.done]


async def test_what_was_marked_and_not_called_when_the_bot_stops_is_no_doubt(town: Town) -> None:
    for number in (1, 2):
        await town.order(number)
    told = Told()
    context = Context(
        store=town.store,
        keeper=Keeper(town.store, town.clock),
        networks=Abilities({"square": town.square}),
        signals=told,
        clock=town.clock,
        lease=MINUTE,
        refill=RefillPolicy(),
        seeds=(),
        random=lambda: 0.0,
        new_key=lambda: "k",
        draining=lambda: told.told,  # the bot is stopped when the first one has ended
    )
    (lease,) = await _claim(town)
    await LaneWorker(context, lease).work()
    assert town.titles() == ["Story 1"]
    assert await _marked(town) == []
    await town.deliver()
    assert town.titles() == ["Story 1", "Story 2"]


class Told(Noticeboard):
    """Knows whether there was a signal."""

    told = False

    def publish(self, signal: Signal) -> None:
        super().publish(signal)
        self.told = True
