"""After a gap: what stands on a network is held against what is stored, and the difference is applied both ways."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import structlog

from bot.discussion.desk import Discussion
from bot.domain.delivery import retry_in
from bot.domain.difference import Known, difference
from bot.domain.events import Event, Locked
from bot.domain.model import Post, Ref
from bot.errors import NetworkError, NetworkRefused, NetworkUnavailable
from bot.ports.clock import Clock
from bot.ports.network import CanRecount, Network
from bot.ports.stores import Store

log = structlog.get_logger()

AT_ONCE = 4  # threads of a network that are looked at side by side
MOST_OLDER = 500  # comments from before the horizon whose votes are looked at, in each thread


class CatchingUp:
    """Looks through the discussions that were active lately, network by network."""

    def __init__(
        self,
        *,
        store: Store,
        networks: Mapping[str, Network],
        discussion: Discussion,
        clock: Clock,
        horizon: timedelta,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._store = store
        self._networks = networks
        self._discussion = discussion
        self._clock = clock
        self._horizon = horizon
        self._sleep = sleep
        self._missed: dict[str, asyncio.Event] = {}

    def missed(self, network: str) -> None:
        """Something may have been missed on a network: look through it soon, also where a look is under way."""
        self._signal(network).set()

    async def run(self) -> None:
        """Look whenever something was missed, until cancelled. Raises StorageError."""
        async with asyncio.TaskGroup() as group:
            for name, network in self._networks.items():
                if isinstance(network, CanRecount):
                    group.create_task(self._attend(name, network), name=f"catching up: {name}")

    def _signal(self, network: str) -> asyncio.Event:
        return self._missed.setdefault(network, asyncio.Event())

    async def _attend(self, name: str, network: CanRecount) -> None:
        signal = self._signal(name)
        while True:
            await signal.wait()
            signal.clear()
            look = Look(
                name,
                network,
                store=self._store,
                discussion=self._discussion,
                clock=self._clock,
                since=self._clock.now() - self._horizon,
                sleep=self._sleep,
            )
            await look.through()


class Look:
    """One look through a network, the discussions that were active last first."""

    def __init__(
        self,
        name: str,
        network: CanRecount,
        *,
        store: Store,
        discussion: Discussion,
        clock: Clock,
        since: datetime,
        sleep: Callable[[float], Awaitable[None]],
    ) -> None:
        self._name = name
        self._network = network
        self._store = store
        self._discussion = discussion
        self._clock = clock
        self._since = since
        self._sleep = sleep
        self._counts: Counter[str] = Counter()
        self._closed: list[Post] = []

    async def through(self) -> None:
        """Look at every thread. Raises StorageError.

        A lock holds for all threads of a discussion: those that were locked are looked at again at the end, so that
        nobody is kept out who wrote in another one.
        """
        async with self._store.read() as tx:
            posts = await tx.catching.threads(self._name, self._since)
        since = self._since.isoformat(timespec="seconds")
        log.info("catching up", network=self._name, threads=len(posts), since=since)
        waiting = iter(posts)
        async with asyncio.TaskGroup() as group:
            for _ in range(min(AT_ONCE, len(posts))):
                group.create_task(self._work(waiting))
        for post in self._closed:
            await self._take(await self._missed_in(post))
        log.info("caught up", network=self._name, threads=len(posts), **self._counts)

    async def _work(self, waiting: Iterator[Post]) -> None:
        for post in waiting:
            events = await self._missed_in(post)
            if any(map(_closes, events)):
                self._closed.append(post)
            await self._take([each for each in events if not _closes(each)])

    async def _take(self, events: Sequence[Event]) -> None:
        if events:
            await self._discussion.take_many(events)
        self._counts.update(type(each).__name__.lower() for each in events)

    async def _missed_in(self, post: Post) -> list[Event]:
        """What happened in a thread and is not stored. While the network is away it waits, as long as it takes."""
        failures = 0
        while True:
            try:
                return await self._compared(post)
            except NetworkRefused as error:
                log.warning("cannot be caught up with", network=self._name, thread=post.thread, reason=str(error))
                self._counts["refused"] += 1
                return []
            except NetworkError as error:
                failures += 1
                asked = error.retry_after if isinstance(error, NetworkUnavailable) else None
                wait = retry_in(failures, asked, 0.0)
                log.debug("waiting to go on", network=self._name, reason=str(error), seconds=wait.total_seconds())
            await self._sleep(wait.total_seconds())

    async def _compared(self, post: Post) -> list[Event]:
        if post.ref is None or post.thread is None:
            return []
        async with self._store.read() as tx:
            older = await tx.catching.older(post, self._since, MOST_OLDER)
            before = await tx.catching.known(post, self._since, older)
        began = self._clock.now()
        recount = await self._network.recount(post.ref, post.thread, self._since, [*older, *_lately(before, older)])
        named = {*older, *recount.counted, *(each.message for each in recount.messages)} - {post.ref}
        async with self._store.read() as tx:
            after = await tx.catching.known(post, self._since, named)
        return difference(_since(before, after), recount, began)


def _closes(event: Event) -> bool:
    return isinstance(event, Locked) and event.locked


def _lately(known: Known, older: Sequence[Ref]) -> Iterator[Ref]:
    """The comments of a thread that should be listed in it, where nothing has become of them."""
    for each in known.comments:
        if each.deleted_at is None and not each.elsewhere and each.ref not in older:
            yield each.ref


def _since(before: Known, after: Known) -> Known:
    """What is stored now, with what changed while the network was listing marked as such: comments bear the times of
    their networks, whose clocks are not ours."""
    known = {each.ref for each in before.comments}
    comments = (replace(each, late=each.ref not in known) for each in after.comments)
    locked = after.locked if before.locked == after.locked else None
    return replace(after, comments=tuple(comments), locked=locked)
