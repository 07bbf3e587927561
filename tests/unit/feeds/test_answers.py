"""Freshness, Retry-After and statuses."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from bot.domain.model import FailureKind
from feeds.answers import failure, fresh_for, retry_after

_DAY = timedelta(days=1)


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, None),
        ({"Cache-Control": "max-age=600"}, 600),
        ({"Cache-Control": 'public, MAX-AGE="600", x'}, 600),
        ({"Cache-Control": "max-age=600", "Age": "100"}, 500),
        ({"Cache-Control": "max-age=600", "Age": "900"}, None),
        ({"Cache-Control": "max-age=0"}, None),
        ({"Cache-Control": "no-cache, max-age=600"}, None),
        ({"Cache-Control": "no-store", "Expires": "Mon, 12 Jan 2099 10:00:00 GMT"}, None),
        ({"Cache-Control": "max-age=99999999999999999999"}, 86400),
        ({"Cache-Control": "max-age=-1"}, None),
        ({"Cache-Control": "max-age=soon"}, None),
        (
            {
                "Cache-Control": "public",
                "Expires": "Mon, 12 Jan 2026 10:10:00 GMT",
                "Date": "Mon, 12 Jan 2026 10:00:00 GMT",
            },
            600,
        ),
        ({"Expires": "Mon, 12 Jan 2026 10:00:00 GMT"}, None),
        ({"Expires": "0"}, None),
        ({"Expires": "Mon, 99 Jan 9999999 10:00:00 GMT"}, None),
    ],
)
def test_fresh_for(headers: dict[str, str], seconds: int | None) -> None:
    assert fresh_for(headers) == (None if seconds is None else timedelta(seconds=seconds))


@pytest.mark.parametrize(
    ("value", "span"),
    [
        (None, None),
        ("120", timedelta(seconds=120)),
        ("0", None),
        ("999999999999", _DAY),
        ("-5", None),
        ("later", None),
        ("Mon, 12 Jan 2026 10:00:00 GMT", None),
    ],
)
def test_retry_after(value: str | None, span: timedelta | None) -> None:
    assert retry_after({} if value is None else {"Retry-After": value}) == span


def test_retry_after_as_a_date() -> None:
    moment = datetime.now(UTC) + timedelta(minutes=5)
    span = retry_after({"Retry-After": format_datetime(moment, usegmt=True)})
    assert span is not None
    assert timedelta(minutes=4) < span <= timedelta(minutes=5)


@pytest.mark.parametrize(
    ("status", "kind", "reason"),
    [
        (404, FailureKind.REFUSED, "answered 404 Not Found"),
        (401, FailureKind.REFUSED, "answered 401 Unauthorized"),
        (410, FailureKind.GONE, "answered 410 Gone"),
        (429, FailureKind.BUSY, "answered 429 Too Many Requests"),
        (503, FailureKind.BUSY, "answered 503 Service Unavailable"),
        (500, FailureKind.SERVER, "answered 500 Internal Server Error"),
        (599, FailureKind.SERVER, "answered 599"),
        (204, FailureKind.REFUSED, "answered 204 No Content"),
        (304, FailureKind.REFUSED, "answered 304 Not Modified"),
    ],
)
def test_statuses(status: int, kind: FailureKind, reason: str) -> None:
    failed = failure(status, {"Retry-After": "60"})
    assert (failed.kind, failed.reason, failed.status) == (kind, reason, status)
    assert failed.retry_after == timedelta(seconds=60)
