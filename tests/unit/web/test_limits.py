"""Token buckets."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from adapters.web.limits import Buckets
from adapters.web.settings import Rate

NOW = datetime(2026, 1, 12, tzinfo=UTC)
RATE = Rate(burst=2, per_minute=6)


def test_a_burst_and_then_a_pace() -> None:
    buckets = Buckets()
    assert [buckets.take("x", "a", RATE, NOW) for _ in range(2)] == [None, None]
    assert buckets.take("x", "a", RATE, NOW) == timedelta(seconds=10)
    assert buckets.take("x", "a", RATE, NOW + timedelta(seconds=10)) is None
    assert buckets.take("x", "a", RATE, NOW + timedelta(seconds=10)) is not None


def test_everybody_and_every_act_has_a_bucket() -> None:
    buckets = Buckets()
    for kind, who in (("x", "a"), ("x", "b"), ("y", "a")):
        assert [buckets.take(kind, who, RATE, NOW) is None for _ in range(3)] == [True, True, False]


def test_a_clock_that_goes_back_gives_nothing() -> None:
    buckets = Buckets()
    for _ in range(2):
        buckets.take("x", "a", RATE, NOW)
    assert buckets.take("x", "a", RATE, NOW - timedelta(hours=1)) is not None


def test_strangers_cannot_fill_the_memory() -> None:
    buckets = Buckets()
    for number in range(25_000):
        buckets.take("x", str(number), RATE, NOW)
    assert len(buckets._buckets) <= 20_000
