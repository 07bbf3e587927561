"""Takes events, has them stored, and tells what follows from them to whoever shows or sends it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from bot.aftermath import Following
from bot.discussion.gathering import MOST, Gathering
from bot.discussion.reactions import Reacting, joins, runs
from bot.discussion.recording import Recorded, Recording
from bot.domain.events import Event, Outcome
from bot.domain.flags import Heat
from bot.domain.votes import Ballot
from bot.ports.clock import Clock
from bot.ports.signals import Signal, Signals
from bot.ports.stores import Store, Tx


@dataclass(frozen=True, kw_only=True, slots=True)
class DiscussionSettings:
    """How events are taken."""

    ballot: Ballot = field(default_factory=Ballot)
    heat: Heat = field(default_factory=Heat)


class Discussion:
    """Stores what happens. The same event may come twice: the second changes nothing."""

    def __init__(
        self,
        *,
        store: Store,
        following: Following,
        signals: Signals,
        clock: Clock,
        settings: DiscussionSettings,
        on_orders: Callable[[], None],
    ) -> None:
        self._store = store
        self._following = following
        self._signals = signals
        self._clock = clock
        self._settings = settings
        self._on_orders = on_orders
        self._gathering = Gathering(lambda batch: self._together(batch.close))

    async def take(self, event: Event) -> Outcome:
        """Store an event and what follows from it; reactions that come close together are stored together.

        Raises StorageError.
        """
        if joins(event):
            return await self._gathering.take(event)
        await self._gathering.pass_by()
        return await self._alone(event)

    async def take_many(self, events: Iterable[Event]) -> list[Outcome]:
        """Store events in their order, as after a gap: a list of reactions takes little longer than a few.

        One that cannot be stored keeps none of the others from it. Raises what the first such one raised, at the end.
        """
        outcomes: list[Outcome | Exception] = []
        for part in runs(events, MOST):
            outcomes += await (self._together(part.copy) if isinstance(part, list) else self._each([part]))
        failed = next((each for each in outcomes if isinstance(each, Exception)), None)
        if failed is not None:
            raise failed
        return [each for each in outcomes if isinstance(each, Outcome)]

    async def _together(self, close: Callable[[], Sequence[Reacting]]) -> list[Outcome | Exception]:
        """Write events at once; where that fails, one by one."""

        async def work(tx: Tx) -> Recorded:
            return await self._recording(tx).together(close())

        try:
            recorded = await self._store.write(work)
        except Exception as error:  # noqa: BLE001 - it comes out where its event was taken
            events = close()
            return [error] if len(events) == 1 else await self._each(events)
        self._tell(recorded)
        return [recorded.outcome] * len(close())

    async def _each(self, events: Sequence[Event]) -> list[Outcome | Exception]:
        outcomes: list[Outcome | Exception] = []
        for event in events:
            try:
                outcomes.append(await self._alone(event))
            except Exception as error:  # noqa: BLE001 - it comes out where its event was taken
                outcomes.append(error)
        return outcomes

    async def _alone(self, event: Event) -> Outcome:
        async def work(tx: Tx) -> Recorded:
            return await self._recording(tx).record(event)

        recorded = await self._store.write(work)
        self._tell(recorded)
        return recorded.outcome

    def _tell(self, recorded: Recorded) -> None:
        for community_id, discussion_id in recorded.settled.touched:
            self._signals.publish(Signal(community_id=community_id, discussion_id=discussion_id))
        if recorded.settled.ordered:
            self._on_orders()

    def _recording(self, tx: Tx) -> Recording:
        return Recording(
            tx,
            ballot=self._settings.ballot,
            heat=self._settings.heat,
            following=self._following,
            now=self._clock.now(),
        )
