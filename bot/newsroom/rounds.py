"""The newsroom's rounds: claim what is due, poll it, file what came, write down how it went."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import cast

import structlog

from bot.domain.intake import Policy
from bot.domain.model import (
    Credentials,
    Failed,
    FailureKind,
    Feed,
    Fetched,
    FetchRequest,
    PollOutcome,
    Post,
    Unchanged,
)
from bot.domain.orders import Notice
from bot.domain.schedule import Outlook, Verdict, judge, put_off, quiet_for
from bot.errors import StorageError
from bot.newsroom.filing import Filed, Filing, file_document, prime_subscriptions
from bot.newsroom.hosts import Hosts, host_of
from bot.newsroom.queue import Making
from bot.newsroom.requests import Access, credentials_of, request_of
from bot.ports.clock import Clock
from bot.ports.feeds import FeedSource
from bot.ports.signals import Signal, Signals
from bot.ports.stores import Store, Tx

log = structlog.get_logger()

IDLE = timedelta(seconds=30)
BREATH = timedelta(milliseconds=50)
CLAIM = timedelta(minutes=30)  # longer than two batches take where every host times out
BATCH = 750  # feeds in a claim; the next is made while as many wait, so that it is there when they are done
WRITE_EVERY = 0.1  # seconds; polls that end within it are written down together


@dataclass(frozen=True, kw_only=True, slots=True)
class NewsroomSettings:
    """How feeds are polled."""

    at_once: int = 64
    per_host: int = 2
    policy: Policy = field(default_factory=Policy)
    expires_after: timedelta = timedelta(days=7)


class Newsroom:
    """Polls what is due, for as long as it runs."""

    def __init__(
        self,
        *,
        store: Store,
        source: FeedSource,
        signals: Signals,
        clock: Clock,
        settings: NewsroomSettings,
        access: Callable[[Feed], Access],
        lives_on_its_own: Callable[[Post], bool],
        on_orders: Callable[[], None],
        random: Callable[[], float],
        new_key: Callable[[], str],
    ) -> None:
        self._store = store
        self._source = source
        self._signals = signals
        self._clock = clock
        self._settings = settings
        self._access = access
        self._on_orders = on_orders
        self._random = random
        self._filing = Filing(
            policy=settings.policy,
            making=Making(new_key=new_key, expires_after=settings.expires_after),
            lives_on_its_own=lives_on_its_own,
        )
        self._hosts = Hosts(per_host=settings.per_host)
        self._outlook = Outlook()
        self._pollers: set[asyncio.Task[None]] = set()
        self._verdicts: list[tuple[Feed, Verdict]] = []
        self._noted = asyncio.Event()
        self._idle = asyncio.Event()  # nobody polls
        self._awake = asyncio.Event()
        self._more_due = False  # the last claim was a full one
        self._rests_until: datetime | None = None
        self._draining = False

    def wake(self) -> None:
        """A feed may be due that was not."""
        self._awake.set()

    async def drain(self) -> None:
        """Start no new poll; break off those under way (they are repeated), but finish what is being stored."""
        self._draining = True
        self.wake()

    async def run(self) -> None:
        """Poll until drained or cancelled. Raises StorageError; a bug in here ends it, too."""
        async with asyncio.TaskGroup() as group:
            writing = group.create_task(self._write_down())
            group.create_task(self._rounds(group, writing))

    async def _rounds(self, group: asyncio.TaskGroup, writing: asyncio.Task[None]) -> None:
        while not self._draining:
            self._awake.clear()
            await self._claim()
            self._start_pollers(group)
            await self._rest()
        pollers = list(self._pollers)
        for poller in pollers:
            poller.cancel()
        await asyncio.gather(*pollers, return_exceptions=True)
        writing.cancel()

    @property
    def _has_room(self) -> bool:
        return self._hosts.waiting < BATCH

    async def _claim(self) -> None:
        """Fill the lines, sorted by host: what is polled back to back keeps its connection."""
        now = self._clock.now()
        if not self._has_room or not (self._more_due or await self._is_due(now)):
            return
        feeds = await self._store.write(lambda tx: tx.feeds.claim_due(now, until=now + CLAIM, limit=BATCH))
        self._more_due = len(feeds) == BATCH
        for feed in sorted(feeds, key=lambda each: host_of(each.address)):
            self._hosts.add(feed)

    async def _is_due(self, now: datetime) -> bool:
        due = await self._next_due()
        return due is not None and due <= now

    async def _next_due(self) -> datetime | None:
        async with self._store.read() as tx:
            return await tx.feeds.next_due()

    def _start_pollers(self, group: asyncio.TaskGroup) -> None:
        while not self._draining and len(self._pollers) < self._settings.at_once:
            feed = self._hosts.take()
            if feed is None:
                return
            self._idle.clear()
            self._pollers.add(group.create_task(self._poll_on(feed)))

    async def _poll_on(self, feed: Feed | None) -> None:
        """One poll after the other, while there is a host with room."""
        try:
            while feed is not None:
                feed = await self._poll_and_take(feed)
        finally:
            # Here and not when the task is found to be done: feeds that are claimed in between need another poller.
            self._pollers.discard(cast(asyncio.Task[None], asyncio.current_task()))
            if not self._pollers:
                self._idle.set()

    async def _poll_and_take(self, feed: Feed) -> Feed | None:
        try:
            await self._poll(feed)
        finally:
            self._hosts.done(feed)
        following = None if self._draining else self._hosts.take()
        if self._hosts.waiting == BATCH - 1:
            self.wake()
        return following

    async def _rest(self) -> None:
        """Until there is something to claim, and room for it."""
        if self._has_room and self._more_due:
            return
        self._rests_until = None  # whatever is written while we look wakes us
        due, now = await self._next_due() if self._has_room else None, self._clock.now()
        wait = IDLE if due is None else min(max(due - now, BREATH), IDLE)
        self._rests_until = now + wait
        with suppress(TimeoutError):
            async with asyncio.timeout(wait.total_seconds()):
                await self._awake.wait()

    # --- one poll ---

    async def _poll(self, feed: Feed) -> None:
        now, host = self._clock.now(), host_of(feed.address)
        if (until := self._hosts.quiet_until(host, now)) is not None:
            self._note(feed, Verdict(record=put_off(feed, until, now)))
            return
        outcome = await self._source.poll(await self._request(feed))
        now = self._clock.now()
        self._outlook.note(host, outcome, now)
        if (quiet := quiet_for(outcome)) is not None:
            self._hosts.hush(host, now + quiet)
        if not isinstance(outcome, Unchanged) or feed.unprimed:
            outcome = await self._file(feed, outcome, now)
        offline = isinstance(outcome, Failed) and self._outlook.offline(now)
        self._note(feed, judge(feed, outcome, now=now, offline=offline, jitter=self._random()))

    async def _request(self, feed: Feed) -> FetchRequest:
        if feed.owner is None:
            return request_of(feed, self._access(feed), Credentials())
        async with self._store.read() as tx:
            return request_of(feed, self._access(feed), await credentials_of(tx, feed))

    async def _file(self, feed: Feed, outcome: PollOutcome, now: datetime) -> PollOutcome:
        """Store what came; a document that we stumble over is its feed's failure, and stops no other feed."""
        try:
            await self._store_news(feed, outcome, now)
        except StorageError:
            raise
        except Exception as bug:
            log.exception("a document could not be filed", feed=int(feed.id))
            return Failed(kind=FailureKind.UNREADABLE, reason=f"internal error: {type(bug).__name__}: {bug}")
        return outcome

    async def _store_news(self, feed: Feed, outcome: PollOutcome, now: datetime) -> None:
        if isinstance(outcome, Fetched) and (outcome.feed.entries or feed.unprimed):
            parsed = outcome.feed
            filed = await self._store.write(lambda tx: file_document(tx, self._filing, feed, parsed, now))
            self._tell(feed, filed)
        elif isinstance(outcome, Unchanged) and feed.unprimed:
            self._tell(feed, await self._store.write(lambda tx: prime_subscriptions(tx, self._filing, feed, now)))

    def _tell(self, feed: Feed, filed: Filed) -> None:
        if filed.posts or filed.revised or filed.held:
            self._on_orders()
            log.info(
                "feed read",
                feed=int(feed.id),
                articles=filed.articles,
                revised=filed.revised,
                posts=filed.posts,
                held=filed.held,
            )
        for community_id in filed.communities:
            self._signals.publish(Signal(community_id=community_id))

    # --- writing down ---

    def _note(self, feed: Feed, verdict: Verdict) -> None:
        self._verdicts.append((feed, verdict))
        self._noted.set()
        if verdict.record.failure not in (None, feed.failure):
            log.warning("feed failing", feed=int(feed.id), host=host_of(feed.address), reason=verdict.record.reason)

    async def _write_down(self) -> None:
        """Batches of polls, and one last when the rounds are over."""
        try:
            while True:
                await self._noted.wait()
                if self._pollers:
                    await self._gather()
                self._noted.clear()
                await self._flush()
        finally:
            await self._flush()

    async def _gather(self) -> None:
        """Let more polls come to their end, unless there are none any more."""
        with suppress(TimeoutError):
            async with asyncio.timeout(WRITE_EVERY):
                await self._idle.wait()

    async def _flush(self) -> None:
        batch, self._verdicts = self._verdicts, []
        if not batch:
            return

        async def work(tx: Tx) -> None:
            await tx.feeds.record([verdict.record for _, verdict in batch])
            telling = [(feed, verdict) for feed, verdict in batch if verdict.tell is not None]
            if telling:
                await tx.journal.notify([notice for each in telling for notice in await _notices(tx, *each)])

        await self._store.write(work)
        if self._rests_until is None or min(verdict.record.next_at for _, verdict in batch) < self._rests_until:
            self.wake()


async def _notices(tx: Tx, feed: Feed, verdict: Verdict) -> list[Notice]:
    """One for each community that reads the feed."""
    communities = {each.channel.community_id for each in await tx.places.subscriptions(feed.id)}
    values = (("feed", feed.title or host_of(feed.address)), ("reason", verdict.record.reason or ""))
    return [
        Notice(community_id=each, key=verdict.tell or "", values=values, at=verdict.record.polled_at)
        for each in sorted(communities)
    ]
