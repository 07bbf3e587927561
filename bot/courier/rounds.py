"""The courier's rounds: which lanes are worked on, by how many hands, until when."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.courier.abilities import Abilities
from bot.courier.context import Context
from bot.courier.keeper import Keeper
from bot.courier.lane import LaneWorker
from bot.domain.delivery import RefillPolicy
from bot.domain.orders import Lease
from bot.ports.cards import CaseCards
from bot.ports.clock import Clock
from bot.ports.network import Network
from bot.ports.signals import Signals
from bot.ports.stores import Store, Tx

IDLE = timedelta(seconds=30)
BREATH = timedelta(milliseconds=50)  # no hot loop over a lane that is due and cannot be had


@dataclass(frozen=True, kw_only=True, slots=True)
class CourierSettings:
    """How the outbox is worked off."""

    hands: int = 32  # lanes at once
    lease: timedelta = timedelta(minutes=2)
    refill: RefillPolicy = field(default_factory=RefillPolicy)
    seeds: tuple[str, ...] = ("👍", "👎")


class Courier:
    """Works on all lanes that are due, many at once, each in order."""

    def __init__(
        self,
        *,
        store: Store,
        networks: Mapping[str, Network],
        signals: Signals,
        clock: Clock,
        settings: CourierSettings,
        owner: str,
        random: Callable[[], float],
        new_key: Callable[[], str],
        cases: CaseCards | None = None,
    ) -> None:
        self._store = store
        self._networks = networks
        self._clock = clock
        self._settings = settings
        self._owner = owner
        self._awake = asyncio.Event()
        self._draining = False
        self._working: set[asyncio.Task[None]] = set()
        self._broken: BaseException | None = None
        self._context = Context(
            store=store,
            keeper=Keeper(store, clock),
            networks=Abilities(networks),
            signals=signals,
            clock=clock,
            lease=settings.lease,
            refill=settings.refill,
            seeds=settings.seeds,
            random=random,
            new_key=new_key,
            draining=lambda: self._draining,
            cases=cases,
        )

    @property
    def idle(self) -> bool:
        """Whether no lane is worked on at this moment."""
        return not self._working

    def wake(self) -> None:
        """There may be something new in the outbox."""
        self._awake.set()

    async def hurry(self, network: str) -> None:
        """A network answers again: what was put off after a failure there is tried now. Raises StorageError."""
        now = self._clock.now()
        if await self._store.write(lambda tx: tx.outbox.hurry(network, now)):
            self.wake()

    async def drain(self) -> None:
        """Take nothing new; return when the steps in flight are finished and stored."""
        self._draining = True
        self.wake()
        await asyncio.gather(*self._working, return_exceptions=True)

    def recovering(self, until: datetime) -> None:
        """The bot itself was away for long: until then what comes up is refilled as after an outage."""
        self._context.recovering_until = until

    async def run(self) -> None:
        """Work until drained or cancelled. Raises StorageError."""
        try:
            while not self._draining:
                self._awake.clear()
                await self._set_out()
                await self._rest()
        finally:
            for task in self._working:
                task.cancel()

    async def _set_out(self) -> None:
        while not self._draining and (free := self._settings.hands - len(self._working)) > 0:
            leases = await self._claim(free)
            for lease in leases:
                self._start(lease)
            if len(leases) < free:
                return

    async def _claim(self, limit: int) -> list[Lease]:
        now = self._clock.now()
        networks = list(self._networks)

        async def work(tx: Tx) -> list[Lease]:
            until = now + self._settings.lease
            return list(await tx.outbox.claim(self._owner, now, until=until, limit=limit, networks=networks))

        async with self._store.read() as tx:
            due = await tx.outbox.next_due(networks)
        return await self._store.write(work) if due is not None and due <= now else []

    def _start(self, lease: Lease) -> None:
        task = asyncio.create_task(LaneWorker(self._context, lease).work(), name=f"lane {lease.lane}")
        self._working.add(task)
        task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._working.discard(task)
        self.wake()
        if not task.cancelled() and (error := task.exception()) is not None:
            self._broken = error

    async def _rest(self) -> None:
        if self._broken is not None:
            raise self._broken
        async with self._store.read() as tx:
            due = await tx.outbox.next_due(list(self._networks))
        now = self._clock.now()
        wait = IDLE if due is None else min(max(due - now, BREATH), IDLE)
        if len(self._working) >= self._settings.hands:
            wait = IDLE
        try:
            async with asyncio.timeout(wait.total_seconds()):
                await self._awake.wait()
        except TimeoutError:
            return
