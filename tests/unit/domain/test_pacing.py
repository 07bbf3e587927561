"""Caps, quiet hours and digests, also in the nights when clocks are changed."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.model import DigestTime, Quiet
from bot.domain.pacing import HOUR, is_quiet, next_digest, next_free, read_digest, read_quiet
from bot.domain.wrong import Wrong

ZONES = ("UTC", "Europe/Paris", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu", "America/Sao_Paulo")
NIGHT = Quiet(start=time(22), until=time(7))
MINUTE = timedelta(minutes=1)
NOON = Quiet(start=time(12), until=time(14))


def paris(day: int, hour: int, minute: int = 0, month: int = 1, fold: int = 0) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=ZoneInfo("Europe/Paris"), fold=fold).astimezone(UTC)


QUIET: list[tuple[str, Quiet, datetime, datetime]] = [
    ("by day", NIGHT, paris(12, 15), paris(12, 15)),
    ("a minute before", NIGHT, paris(12, 21, 59), paris(12, 21, 59)),
    ("in the evening", NIGHT, paris(12, 22), paris(13, 7)),
    ("after midnight", NIGHT, paris(13, 1), paris(13, 7)),
    ("at its end", NIGHT, paris(13, 7), paris(13, 7)),
    ("at noon", NOON, paris(12, 13), paris(12, 14)),
    ("the night of the gap", NIGHT, paris(28, 23, month=3), paris(29, 7, month=3)),
    ("the night of the fold", NIGHT, paris(24, 23, month=10), paris(25, 7, month=10)),
    ("an end in the gap", Quiet(start=time(22), until=time(2, 30)), paris(29, 1, month=3), paris(29, 3, month=3)),
    ("an end in the fold", Quiet(start=time(22), until=time(2, 30)), paris(25, 1, month=10), paris(25, 2, 30, 10)),
    (
        "in the second of the two hours",
        Quiet(start=time(22), until=time(2, 30)),
        paris(25, 2, 10, 10, fold=1),
        paris(25, 2, 30, 10, fold=1),
    ),
]


@pytest.mark.parametrize(("name", "quiet", "now", "free"), QUIET, ids=[name for name, *_ in QUIET])
def test_nothing_is_posted_in_quiet_hours(name: str, quiet: Quiet, now: datetime, free: datetime) -> None:
    assert next_free(now, cap=None, quiet=quiet, zone="Europe/Paris") == free


def test_a_cap_counts_the_posts_of_an_hour() -> None:
    now = paris(12, 15)
    ago = [now - timedelta(minutes=minutes) for minutes in (50, 20, 10)]
    assert next_free(now, cap=4, quiet=None, zone="UTC", recent=ago) == now
    assert next_free(now, cap=3, quiet=None, zone="UTC", recent=ago) == now + timedelta(minutes=10)
    assert next_free(now, cap=1, quiet=None, zone="UTC", recent=ago) == now + timedelta(minutes=50)


def test_what_is_planned_is_not_overtaken() -> None:
    now = paris(12, 15)
    planned = [now + 3 * HOUR]
    assert next_free(now, cap=5, quiet=None, zone="UTC", recent=planned) == planned[0]


def test_a_flood_in_the_evening_goes_on_in_the_morning() -> None:
    made: list[datetime] = []
    for _ in range(5):
        made.append(next_free(paris(12, 21), cap=2, quiet=NIGHT, zone="Europe/Paris", recent=made))
    assert made == [paris(12, 21), paris(12, 21), paris(13, 7), paris(13, 7), paris(13, 8)]


times = st.builds(time, st.integers(0, 23), st.integers(0, 59))
quiets = st.builds(lambda start, until: (start, until), times, times).filter(lambda pair: pair[0] != pair[1])
moments = st.integers(0, 3 * 366 * 24 * 60).map(lambda minutes: datetime(2025, 1, 1, tzinfo=UTC) + minutes * MINUTE)
changes = st.builds(
    lambda at, minutes: at + timedelta(minutes=minutes),
    st.sampled_from(
        (
            datetime(2026, 3, 29, 1, tzinfo=UTC),
            datetime(2026, 10, 25, 1, tzinfo=UTC),
            datetime(2026, 3, 8, 7, tzinfo=UTC),
            datetime(2026, 11, 1, 6, tzinfo=UTC),
            datetime(2026, 4, 4, 15, tzinfo=UTC),
            datetime(2026, 10, 3, 15, 30, tzinfo=UTC),
        )
    ),
    st.integers(-300, 300),
)


@given(moments | changes, quiets, st.sampled_from(ZONES))
def test_the_first_minute_that_is_not_quiet(now: datetime, pair: tuple[time, time], zone: str) -> None:
    quiet = Quiet(start=pair[0], until=pair[1])
    free = next_free(now, cap=None, quiet=quiet, zone=zone)
    assert free >= now
    assert not is_quiet(free, quiet, zone)
    if free != now:
        assert is_quiet(now, quiet, zone)
        assert is_quiet(free - timedelta(minutes=1), quiet, zone)
        assert free - now <= timedelta(hours=25)


@given(
    moments | changes,
    st.integers(1, 4),
    st.none() | quiets,
    st.sampled_from(ZONES),
    st.lists(st.integers(0, 400), min_size=1, max_size=12),
)
def test_caps_and_quiet_hours_hold_however_posts_come(
    start: datetime, cap: int, pair: tuple[time, time] | None, zone: str, waits: list[int]
) -> None:
    quiet = Quiet(start=pair[0], until=pair[1]) if pair is not None else None
    now, made = start, list[datetime]()
    for wait in waits:
        now += timedelta(minutes=wait)
        made.append(next_free(now, cap=cap, quiet=quiet, zone=zone, recent=made[-cap:]))
        assert made[-1] >= now
    assert made == sorted(made)
    assert all(later - earlier >= HOUR for earlier, later in zip(made, made[cap:], strict=False))
    assert quiet is None or not any(is_quiet(each, quiet, zone) for each in made)


DIGESTS: list[tuple[str, DigestTime, datetime, datetime]] = [
    ("later today", DigestTime(at=time(8)), paris(12, 7), paris(12, 8)),
    ("tomorrow", DigestTime(at=time(8)), paris(12, 8), paris(13, 8)),
    ("on Monday", DigestTime(at=time(8), weekday=0), paris(12, 9), paris(19, 8)),
    ("on Friday", DigestTime(at=time(8), weekday=4), paris(12, 9), paris(16, 8)),
    ("in the gap, later", DigestTime(at=time(2, 30)), paris(28, 12, month=3), paris(29, 3, 30, 3)),
    ("in the fold, the first", DigestTime(at=time(2, 30)), paris(24, 12, month=10), paris(25, 2, 30, 10)),
    ("in the fold, not twice", DigestTime(at=time(2, 30)), paris(25, 2, 40, 10), paris(26, 2, 30, 10)),
]


@pytest.mark.parametrize(("name", "digest", "now", "due"), DIGESTS, ids=[name for name, *_ in DIGESTS])
def test_when_the_next_digest_is_due(name: str, digest: DigestTime, now: datetime, due: datetime) -> None:
    assert next_digest(now, digest, "Europe/Paris") == due


@given(moments | changes, times, st.none() | st.integers(0, 6), st.sampled_from(ZONES))
def test_digests_come_each_day_or_week(now: datetime, at: time, weekday: int | None, zone: str) -> None:
    digest = DigestTime(at=at, weekday=weekday)
    due = next_digest(now, digest, zone)
    assert now < due <= now + timedelta(days=1 if weekday is None else 7, hours=2)
    after = next_digest(due, digest, zone)
    days = (after.astimezone(ZoneInfo(zone)).date() - due.astimezone(ZoneInfo(zone)).date()).days
    assert days == (1 if weekday is None else 7)


HOURS = [
    ("22:00-07:00", NIGHT),
    ("22-7", NIGHT),
    ("22h-7h", NIGHT),
    ("22h00 – 7h00", NIGHT),
    (" 12:00-14:00 ", NOON),
    ("0:30-23:59", Quiet(start=time(0, 30), until=time(23, 59))),
]


@pytest.mark.parametrize(("text", "quiet"), HOURS)
def test_hours_are_read(text: str, quiet: Quiet) -> None:
    assert read_quiet(text) == quiet


@pytest.mark.parametrize(
    "text", ["", "22:00", "22:00-", "-7", "24:00-7:00", "22:60-7:00", "at night", "7:00-7:00", "1-2-3"]
)
def test_what_are_no_hours_is_told(text: str) -> None:
    with pytest.raises(Wrong, match="like 22:00-07:00"):
        read_quiet(text)


TIMES = [
    ("08:00", DigestTime(at=time(8))),
    ("8h", DigestTime(at=time(8))),
    ("8h30", DigestTime(at=time(8, 30))),
    ("mon 08:00", DigestTime(at=time(8), weekday=0)),
    ("Monday 8", DigestTime(at=time(8), weekday=0)),
    ("lun 08:00", DigestTime(at=time(8), weekday=0)),
    ("lun. 8h", DigestTime(at=time(8), weekday=0)),
    ("mardi 8h", DigestTime(at=time(8), weekday=1)),
    ("dim 23:59", DigestTime(at=time(23, 59), weekday=6)),
    ("SUN 0:00", DigestTime(at=time(0), weekday=6)),
]


@pytest.mark.parametrize(("text", "digest"), TIMES)
def test_times_of_digests_are_read(text: str, digest: DigestTime) -> None:
    assert read_digest(text) == digest


@pytest.mark.parametrize("text", ["", "daily", "8:00 mon", "mo 8:00", "25:00", "mon tue 8:00", "mon"])
def test_what_is_no_time_of_a_digest_is_told(text: str) -> None:
    with pytest.raises(Wrong, match="is no time for a digest"):
        read_digest(text)
