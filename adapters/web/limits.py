"""Token buckets: how often somebody may do something."""

from __future__ import annotations

from collections import OrderedDict
from datetime import datetime, timedelta

from adapters.web.settings import Rate

_MOST_BUCKETS = 20_000


class Buckets:
    """One bucket for each key. The longest unused are forgotten first, so that strangers cannot fill the memory."""

    def __init__(self) -> None:
        self._buckets: OrderedDict[tuple[str, str], tuple[float, datetime]] = OrderedDict()

    def take(self, kind: str, who: str, rate: Rate, now: datetime) -> timedelta | None:
        """Take one token; None if there was one, else how long it takes until there is."""
        key = (kind, who)
        tokens, at = self._buckets.get(key, (float(rate.burst), now))
        tokens = min(float(rate.burst), tokens + max(0.0, (now - at).total_seconds()) * rate.per_minute / 60)
        taken = tokens >= 1
        self._buckets[key] = (tokens - 1 if taken else tokens, now)
        self._buckets.move_to_end(key)
        if len(self._buckets) > _MOST_BUCKETS:
            self._buckets.popitem(last=False)
        return None if taken else timedelta(seconds=(1 - tokens) * 60 / rate.per_minute)
