"""Moments as people read them."""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from babel.dates import format_datetime

_PATTERNS = {"en": "d MMMM y, HH:mm", "fr": "d MMMM y 'à' HH:mm"}


@lru_cache(maxsize=4096)
def when(at: datetime, zone: str, language: str) -> str:
    """A moment in a zone that is named, for people: "12 January 2026, 13:41 CET"."""
    local = at.astimezone(ZoneInfo(zone))
    return f"{format_datetime(local, _PATTERNS[language], locale=language)} {local.tzname()}"
