"""Dates that publishers write in their own language, which feedparser does not read."""

from __future__ import annotations

import re
import unicodedata
from datetime import UTC, datetime, timedelta, timezone

_DATE = re.compile(
    r"\b(?P<day>\d{1,2})(?:er|\.|º)?[\s-]+(?:de\s+)?(?P<month>[^\W\d_]{3,10})\.?[\s-]+(?:de\s+)?(?P<year>\d{4})"
    r"(?:[^\d+]{1,5}(?P<hour>\d{1,2})\s?[:h]\s?(?P<minute>\d{2})(?::(?P<second>\d{2}))?)?"
    r"(?:\s*(?P<zone>[+-]\d{2}:?\d{2}))?"
)
_MONTHS = {  # the first letters, without accents, of French, Spanish, Portuguese, Italian, German and Dutch names
    **dict.fromkeys(("jan", "ene", "gen"), 1),
    **dict.fromkeys(("fev", "feb"), 2),
    **dict.fromkeys(("mar", "mae", "maa", "mrz", "mrt"), 3),
    **dict.fromkeys(("avr", "abr", "apr"), 4),
    **dict.fromkeys(("mai", "may", "mag", "mei"), 5),
    **dict.fromkeys(("juin", "jun", "giu"), 6),
    **dict.fromkeys(("juil", "jul", "lug"), 7),
    **dict.fromkeys(("aou", "ago", "aug"), 8),
    **dict.fromkeys(("sep", "set"), 9),
    **dict.fromkeys(("oct", "out", "ott", "okt"), 10),
    **dict.fromkeys(("nov",), 11),
    **dict.fromkeys(("dec", "dic", "dez"), 12),
}


def read_date(text: str) -> datetime | None:
    """A date such as "lun., 12 janv. 2026 10:30:00 +0100", None where there is none; UTC where no zone is named."""
    match = _DATE.search(text[:200])
    month = _month(match["month"]) if match else None
    if match is None or month is None:
        return None
    hour, minute, second = (int(match[part] or 0) for part in ("hour", "minute", "second"))
    try:
        zone = _zone(match["zone"])
        return datetime(int(match["year"]), month, int(match["day"]), hour, minute, second, 0, zone).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _month(name: str) -> int | None:
    plain = unicodedata.normalize("NFKD", name.casefold()).encode("ascii", "ignore").decode()
    return _MONTHS.get(plain[:4]) or _MONTHS.get(plain[:3])


def _zone(text: str | None) -> timezone:
    if text is None:
        return UTC
    span = timedelta(hours=int(text[1:3]), minutes=int(text[-2:]))
    return timezone(-span if text[0] == "-" else span)
