"""When a subscription posts: so many an hour, not in its quiet hours, or at the time of its digest.

Hours of the day are those that a clock on the wall of the channel's zone shows, also on the nights when it is changed.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.domain.model import DigestTime, Quiet, Rules, Subscription
from bot.domain.wrong import Wrong

HOUR = timedelta(hours=1)
_MINUTE = timedelta(minutes=1)
_DAYS_AHEAD = 9  # a week, and a day that a zone leaves out

_TIME = re.compile(r"(\d{1,2})(?:(?::|h)(\d{2})|h)?", re.IGNORECASE)
_WEEKDAYS = {
    name[:length]: number
    for names in (
        ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"),
        ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche"),
    )
    for number, name in enumerate(names)
    for length in range(3, len(name) + 1)
}


def next_free(
    now: datetime, *, cap: int | None, quiet: Quiet | None, zone: str, recent: Sequence[datetime] = ()
) -> datetime:
    """When the next post may be made: `now`, or when the cap and the quiet hours let it.

    `recent` are the times of the posts before it, made or planned; it never overtakes them.
    """
    before = sorted(recent)
    free = max(now, before[-1]) if before else now
    if cap is not None and len(before) >= cap:
        free = max(free, before[-cap] + HOUR)
    return free if quiet is None else _after(free, quiet, ZoneInfo(zone))


def is_quiet(moment: datetime, quiet: Quiet, zone: str) -> bool:
    """Whether a moment lies in the quiet hours."""
    return _within(moment, quiet, ZoneInfo(zone))


def next_digest(now: datetime, digest: DigestTime, zone: str) -> datetime:
    """The first time after `now` at which a digest is due.

    Where clocks are put back over it, the first of the two; where they are put forward over it, as much later.
    """
    there = ZoneInfo(zone)
    today = now.astimezone(there).date()
    days = (today + timedelta(days=ahead) for ahead in range(-1, _DAYS_AHEAD))
    due = (
        datetime.combine(day, digest.at, tzinfo=there).astimezone(UTC)
        for day in days
        if digest.weekday is None or day.weekday() == digest.weekday
    )
    return next(moment for moment in due if moment > now)


def is_paced(rules: Rules) -> bool:
    """Whether its posts may have to wait."""
    return rules.cap is not None or rules.quiet is not None


def lane_of(subscription: Subscription) -> str:
    """The lane of a subscription's posts: its channel's, or its own where they may have to wait.

    So what waits for its hour holds up nobody else's posts.
    """
    if not is_paced(subscription.rules):
        return subscription.channel.ref
    return f"{subscription.channel.ref}~{subscription.id}"


def read_quiet(text: str) -> Quiet:
    """Quiet hours as people write them: "22:00-07:00", "22h-7h". Raises `Wrong`."""
    start, dash, until = re.sub("[‐‑–—−]", "-", text).partition("-")
    times = (_time(start), _time(until))
    if not dash or times[0] is None or times[1] is None:
        raise Wrong(_NO_HOURS, text=text)
    if times[0] == times[1]:
        raise Wrong(_NO_END, text=text)
    return Quiet(start=times[0], until=times[1])


def read_digest(text: str) -> DigestTime:
    """The time of a digest as people write it: "08:00", "mon 08:00", "lundi 8h". Raises `Wrong`."""
    *day, at = text.split() or [""]
    moment = _time(at)
    weekday = _WEEKDAYS.get(day[0].casefold().rstrip(".")) if len(day) == 1 else None
    if moment is None or (day and weekday is None):
        raise Wrong(_NO_DIGEST, text=text)
    return DigestTime(at=moment, weekday=weekday)


def _time(text: str) -> time | None:
    match = _TIME.fullmatch(text.strip())
    if match is None:
        return None
    hour, minute = int(match[1]), int(match[2] or 0)
    return time(hour, minute) if hour < 24 and minute < 60 else None


def _within(moment: datetime, quiet: Quiet, zone: ZoneInfo) -> bool:
    there = moment.astimezone(zone).time()
    if quiet.start < quiet.until:
        return quiet.start <= there < quiet.until
    return there >= quiet.start or there < quiet.until


def _after(moment: datetime, quiet: Quiet, zone: ZoneInfo) -> datetime:
    """The first minute that is not quiet, found as somebody would who watches the clock."""
    if not _within(moment, quiet, zone):
        return moment
    moment = moment.replace(second=0, microsecond=0)
    while _within(moment, quiet, zone):
        moment += _MINUTE
    return moment


_NO_HOURS = "“{text}” are no hours; write them like 22:00-07:00."
_NO_END = "“{text}” has no end; write two different times, like 22:00-07:00."
_NO_DIGEST = "“{text}” is no time for a digest; write 08:00 for each day, or mon 08:00 for each week."
