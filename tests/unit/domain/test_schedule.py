"""Due times, failures, what admins are told."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.domain.model import (
    Failed,
    FailureKind,
    Feed,
    FeedId,
    FeedState,
    Fetched,
    ParsedFeed,
    Told,
    Unchanged,
    Validators,
)
from bot.domain.schedule import BACK, FAILING, GONE, Outlook, judge, put_off, quiet_for

NOW = datetime(2026, 5, 4, 12, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
FEED = Feed(id=FeedId(1), address="https://a.example/feed", interval=HOUR, next_at=NOW)
DOWN = Failed(kind=FailureKind.UNREACHABLE, reason="no such host")


def fetched(ttl: timedelta | None = None, fresh_for: timedelta | None = None) -> Fetched:
    parsed = ParsedFeed(title="A", link=None, language=None, ttl=ttl, entries=(), total=0, seen=b"")
    return Fetched(feed=parsed, validators=Validators(etag="x"), fresh_for=fresh_for)


WAITS = [
    ("the interval", fetched(), HOUR),
    ("a longer ttl", fetched(ttl=3 * HOUR), 3 * HOUR),
    ("a shorter ttl", fetched(ttl=HOUR / 2), HOUR),
    ("a longer max-age", fetched(fresh_for=5 * HOUR), 5 * HOUR),
    ("the greatest of all", fetched(ttl=7 * HOUR, fresh_for=5 * HOUR), 7 * HOUR),
    ("at most a day", fetched(ttl=30 * DAY), DAY),
    ("unchanged and fresh", Unchanged(validators=Validators(), fresh_for=2 * HOUR), 2 * HOUR),
]


@pytest.mark.parametrize(("name", "outcome", "wait"), WAITS, ids=[name for name, *_ in WAITS])
def test_what_was_read_is_polled_again_after(name: str, outcome: Fetched | Unchanged, wait: timedelta) -> None:
    assert judge(FEED, outcome, now=NOW, offline=False, jitter=0).record.next_at == NOW + wait


def test_jitter_only_delays_and_never_beyond_a_day() -> None:
    late = judge(FEED, fetched(), now=NOW, offline=False, jitter=0.99).record.next_at
    assert NOW + HOUR < late < NOW + HOUR * 1.1
    assert judge(FEED, fetched(ttl=DAY), now=NOW, offline=False, jitter=0.99).record.next_at == NOW + DAY


def test_failures_back_off_to_six_hours_and_go_on() -> None:
    feed, waits = FEED, []
    for _ in range(12):
        record = judge(feed, DOWN, now=NOW, offline=False, jitter=0).record
        waits.append(record.next_at - NOW)
        feed = replace(feed, failures=record.failures, failing_since=record.failing_since)
    assert waits[:4] == [HOUR, 2 * HOUR, 4 * HOUR, 6 * HOUR]
    assert set(waits[4:]) == {6 * HOUR}
    assert record.state is FeedState.ACTIVE


def test_retry_after_is_kept_up_to_a_day() -> None:
    for asked, wait in ((9 * HOUR, 9 * HOUR), (HOUR / 2, HOUR), (9 * DAY, DAY)):
        busy = Failed(kind=FailureKind.BUSY, reason="answered 429", retry_after=asked)
        assert judge(FEED, busy, now=NOW, offline=False, jitter=0).record.next_at == NOW + wait


def test_gone_stops_polling_and_is_told_once() -> None:
    gone = Failed(kind=FailureKind.GONE, reason="answered 410 Gone")
    verdict = judge(FEED, gone, now=NOW, offline=False, jitter=0)
    assert (verdict.record.state, verdict.tell) == (FeedState.GONE, GONE)
    assert judge(replace(FEED, told=Told.GONE), gone, now=NOW, offline=False, jitter=0).tell is None


def test_admins_are_told_once_after_a_day_and_when_it_is_back() -> None:
    feed, told = FEED, []
    for hours in range(0, 72, 6):
        verdict = judge(feed, DOWN, now=NOW + hours * HOUR, offline=False, jitter=0)
        told.append((hours, verdict.tell))
        record = verdict.record
        feed = replace(feed, failures=record.failures, failing_since=record.failing_since, told=record.told)
    assert [each for each in told if each[1]] == [(24, FAILING)]
    verdict = judge(feed, fetched(), now=NOW + 73 * HOUR, offline=False, jitter=0)
    assert (verdict.tell, verdict.record.told, verdict.record.failures) == (BACK, Told.NOTHING, 0)


def test_a_short_failure_is_told_to_nobody() -> None:
    feed = replace(FEED, failures=2, failing_since=NOW - 2 * HOUR)
    assert judge(feed, fetched(), now=NOW, offline=False, jitter=0).tell is None


def test_when_we_are_offline_no_feed_is_at_fault() -> None:
    feed = replace(FEED, failures=5, failing_since=NOW - 3 * DAY)
    verdict = judge(feed, DOWN, now=NOW, offline=True, jitter=0)
    assert (verdict.record.failures, verdict.tell) == (5, None)
    assert verdict.record.next_at - NOW <= timedelta(minutes=2)
    assert verdict.record.reason == "no such host"


def test_a_404_is_the_feeds_failure_even_when_we_look_offline() -> None:
    missing = Failed(kind=FailureKind.REFUSED, reason="answered 404 Not Found", status=404)
    assert judge(FEED, missing, now=NOW, offline=True, jitter=0).record.failures == 1


def test_offline_means_three_hosts_and_no_answer() -> None:
    outlook = Outlook()
    for host in ("a", "a", "b"):
        outlook.note(host, DOWN, NOW)
    assert not outlook.offline(NOW)
    outlook.note("c", DOWN, NOW)
    assert outlook.offline(NOW)
    assert not outlook.offline(NOW + HOUR)
    outlook.note("d", Failed(kind=FailureKind.SERVER, reason="answered 500"), NOW)
    assert not outlook.offline(NOW)


def test_a_busy_host_is_left_alone() -> None:
    assert quiet_for(Failed(kind=FailureKind.BUSY, reason="", retry_after=HOUR)) == HOUR
    assert quiet_for(Failed(kind=FailureKind.BUSY, reason="")) == timedelta(minutes=10)
    assert quiet_for(DOWN) is None
    feed = replace(FEED, failures=3, reason="answered 429", failure=FailureKind.BUSY)
    record = put_off(feed, NOW + HOUR, NOW)
    assert (record.failures, record.reason, record.next_at) == (3, "answered 429", NOW + HOUR)


def test_a_permanent_move_is_written_down() -> None:
    moved = Unchanged(validators=Validators(), moved_to="https://new.example/feed")
    assert judge(FEED, moved, now=NOW, offline=False, jitter=0).record.address == "https://new.example/feed"
