"""When a feed is polled next, and what admins are told of it."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.domain.model import (
    Failed,
    FailureKind,
    Feed,
    FeedState,
    Fetched,
    ParsedFeed,
    PollOutcome,
    PollRecord,
    Told,
    Unchanged,
)

DAY = timedelta(days=1)
LONGEST_BACKOFF = timedelta(hours=6)
OFFLINE_RETRY = timedelta(minutes=1)
QUIET = timedelta(minutes=10)  # for a host that says 429 or 503 and not until when
TELL_AFTER = DAY
TELL_AFTER_FAILURES = 3
REMARKS_AT_MOST = 3
_OUR_SIDE = frozenset({FailureKind.UNREACHABLE, FailureKind.TIMEOUT})

FAILING = "{feed} has been failing for a day: {reason}"
GONE = "{feed} is gone for good, says its publisher: {reason}"
BACK = "{feed} can be read again."


@dataclass(frozen=True, kw_only=True, slots=True)
class Verdict:
    """What a poll leaves on its feed, and the message of the catalogue that admins get, if any."""

    record: PollRecord
    tell: str | None = None


def judge(feed: Feed, outcome: PollOutcome, *, now: datetime, offline: bool, jitter: float) -> Verdict:
    """What follows from a poll; `jitter` in [0, 1) spreads what is due, `offline` says that nothing answers us."""
    if isinstance(outcome, Failed):
        return _failed(feed, outcome, now, offline, jitter)
    return _read(feed, outcome, now, jitter)


def next_poll(now: datetime, *waits: timedelta | None, jitter: float, longest: timedelta = DAY) -> datetime:
    """`now` plus the longest of `waits`, at most `longest`, plus up to a tenth of it."""
    wait = min(max(each for each in waits if each is not None), longest)
    return now + min(wait * (1 + jitter / 10), longest)


def put_off(feed: Feed, until: datetime, now: datetime) -> PollRecord:
    """Leave a feed as it is and poll it at `until`: its host wants quiet."""
    return PollRecord(
        feed_id=feed.id,
        polled_at=feed.last_polled_at or now,
        next_at=until,
        succeeded=False,
        state=feed.state,
        failures=feed.failures,
        failing_since=feed.failing_since,
        failure=feed.failure,
        reason=feed.reason,
        told=feed.told,
    )


def quiet_for(outcome: PollOutcome) -> timedelta | None:
    """How long the whole host of a feed is to be left alone after this outcome."""
    if isinstance(outcome, Failed) and outcome.kind is FailureKind.BUSY:
        return min(outcome.retry_after or QUIET, DAY)
    return None


def _read(feed: Feed, outcome: Unchanged | Fetched, now: datetime, jitter: float) -> Verdict:
    parsed = outcome.feed if isinstance(outcome, Fetched) else None
    ttl = parsed.ttl if parsed else feed.ttl
    same = outcome.validators is feed.validators or outcome.validators == feed.validators
    record = PollRecord(
        feed_id=feed.id,
        polled_at=now,
        next_at=next_poll(now, feed.interval, ttl, outcome.fresh_for, jitter=jitter),
        succeeded=True,
        validators=None if same else outcome.validators,
        title=(parsed.title or None) if parsed else None,
        ttl=ttl if parsed else None,
        address=outcome.moved_to,
        reason=_remark(feed, parsed),
    )
    return Verdict(record=record, tell=BACK if feed.told is not Told.NOTHING else None)


def _remark(feed: Feed, parsed: ParsedFeed | None) -> str | None:
    """What is odd about a document that could be read; it stands until the next one."""
    if parsed is None:
        return feed.reason if feed.failure is None else None
    return "; ".join(parsed.warnings[:REMARKS_AT_MOST]) or None


def _failed(feed: Feed, outcome: Failed, now: datetime, offline: bool, jitter: float) -> Verdict:
    ours = offline and outcome.kind in _OUR_SIDE
    failures = feed.failures if ours else feed.failures + 1
    since = feed.failing_since or now
    told, tell = _telling(feed, outcome, failures, now - since, ours)
    record = PollRecord(
        feed_id=feed.id,
        polled_at=now,
        next_at=next_poll(now, OFFLINE_RETRY, jitter=jitter) if ours else _retry(feed, outcome, failures, now, jitter),
        succeeded=False,
        state=FeedState.GONE if outcome.kind is FailureKind.GONE else FeedState.ACTIVE,
        failures=failures,
        failing_since=since,
        failure=outcome.kind,
        reason=outcome.reason,
        told=told,
    )
    return Verdict(record=record, tell=tell)


def _retry(feed: Feed, outcome: Failed, failures: int, now: datetime, jitter: float) -> datetime:
    """The interval, doubled with each failure, up to six hours; longer only where the publisher asks for it."""
    backoff = min(feed.interval * 2 ** min(failures - 1, 16), max(LONGEST_BACKOFF, feed.interval))
    return next_poll(now, backoff, outcome.retry_after, jitter=jitter)


def _telling(feed: Feed, outcome: Failed, failures: int, failing_for: timedelta, ours: bool) -> tuple[Told, str | None]:
    if outcome.kind is FailureKind.GONE:
        return Told.GONE, None if feed.told is Told.GONE else GONE
    lasting = failing_for >= TELL_AFTER and failures >= TELL_AFTER_FAILURES and not ours
    if lasting and feed.told is Told.NOTHING:
        return Told.FAILING, FAILING
    return feed.told, None


class Outlook:
    """Whether it is we who are offline: of the last polls, those to three or more hosts all found no connection."""

    def __init__(self, *, span: timedelta = timedelta(minutes=10), hosts: int = 3, kept: int = 200) -> None:
        self._span = span
        self._hosts = hosts
        self._polls: deque[tuple[datetime, str, bool]] = deque(maxlen=kept)

    def note(self, host: str, outcome: PollOutcome, now: datetime) -> None:
        """Remember how a poll of a host went; `file:` addresses have no host and say nothing."""
        if not host:
            return
        reached = not (isinstance(outcome, Failed) and outcome.kind in _OUR_SIDE)
        if reached:
            self._polls.clear()
        self._polls.append((now, host, reached))

    def offline(self, now: datetime) -> bool:
        """True while nothing has been reached and enough was tried."""
        recent = [(host, reached) for at, host, reached in self._polls if now - at <= self._span]
        return not any(reached for _, reached in recent) and len({host for host, _ in recent}) >= self._hosts
