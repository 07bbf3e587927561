"""What an HTTP answer says besides its body: freshness, when to come back, what its status means."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from functools import lru_cache
from http import HTTPStatus
from typing import Protocol

from bot.domain.model import Failed, FailureKind, Validators

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Answer:
    """A 200 (with its body) or a 304 (None)."""

    body: bytes | None
    validators: Validators
    address: str
    content_type: str | None
    fresh_for: timedelta | None
    moved_to: str | None


class Headers(Protocol):
    """A case-insensitive mapping of header names."""

    def get(self, key: str) -> str | None:
        """The first value under `key`."""
        ...


def fresh_for(headers: Headers) -> timedelta | None:
    """How long the answer stays fresh, at most a day: max-age less Age, else Expires less Date (RFC 9111, 4.2.1)."""
    control = headers.get("Cache-Control")
    if control is not None:
        max_age = _max_age(control)
        if max_age is not None:
            return _span(max_age - _seconds(headers.get("Age")))
    expires = headers.get("Expires")
    if expires is None:
        return None
    until = _date(expires)
    since = _date(headers.get("Date") or "") or datetime.now(UTC)
    return None if until is None else _span((until - since).total_seconds())


@lru_cache(maxsize=512)
def _max_age(control: str) -> int | None:
    """Seconds, 0 where nothing may be kept, None where nothing is said."""
    found: int | None = None
    for directive in control.lower().split(","):
        name, _, value = directive.strip().partition("=")
        if name in {"no-cache", "no-store"}:
            return 0
        if name == "max-age":
            found = _seconds(value.strip('" '))
    return found


def retry_after(headers: Headers) -> timedelta | None:
    """When the server wants to be asked again, at most in a day: seconds or a date (RFC 9110, 10.2.3)."""
    value = headers.get("Retry-After")
    if value is None:
        return None
    value = value.strip()
    if value.isascii() and value.isdigit():
        return _span(_seconds(value))
    moment = _date(value)
    return None if moment is None else _span((moment - datetime.now(UTC)).total_seconds())


def failure(status: int, headers: Headers) -> Failed:
    """What a status that brings no document means."""
    return Failed(
        kind=_kind(status),
        reason=f"answered {_status_line(status)}",
        status=status,
        retry_after=retry_after(headers),
    )


def _kind(status: int) -> FailureKind:
    if status == 410:
        return FailureKind.GONE
    if status in (429, 503):
        return FailureKind.BUSY
    return FailureKind.SERVER if status >= 500 else FailureKind.REFUSED


def _status_line(status: int) -> str:
    try:
        return f"{status} {HTTPStatus(status).phrase}"
    except ValueError:
        return str(status)


def _seconds(text: str | None) -> int:
    text = (text or "").strip()
    return int(text[:9]) if text.isascii() and text.isdigit() else 0


@lru_cache(maxsize=64)
def _date(text: str) -> datetime | None:
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, TypeError, OverflowError, IndexError):
        return None
    return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)


def _span(seconds: float) -> timedelta | None:
    return min(timedelta(seconds=int(seconds)), _DAY) if seconds > 0 else None
