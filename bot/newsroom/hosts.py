"""Which feed is polled next: few at once to a host, none to a host that wants quiet."""

from __future__ import annotations

from collections import deque
from datetime import datetime

from bot.domain.model import Feed


def host_of(address: str) -> str:
    """The host and port of an address, "" for a `file:` address."""
    parts = address.split("/", 3)
    return parts[2].rpartition("@")[2].lower() if len(parts) > 2 else ""


class Hosts:
    """Feeds waiting to be polled, by host."""

    def __init__(self, *, per_host: int) -> None:
        self._per_host = per_host
        self._waiting: dict[str, deque[Feed]] = {}
        self._busy: dict[str, int] = {}
        self._ready: deque[str] = deque()
        self._quiet: dict[str, datetime] = {}
        self.waiting = 0

    def add(self, feed: Feed) -> None:
        """Put a feed in its host's line."""
        host = host_of(feed.address)
        line = self._waiting.setdefault(host, deque())
        line.append(feed)
        self.waiting += 1
        if len(line) == 1 or self._busy.get(host, 0) < self._per_host:
            self._ready.append(host)

    def take(self) -> Feed | None:
        """The next feed whose host has room; `done` is owed for it."""
        while self._ready:
            host = self._ready[0]
            line = self._waiting.get(host)
            if not line or self._busy.get(host, 0) >= self._per_host:
                self._ready.popleft()
                continue
            feed = line.popleft()
            if not line:
                del self._waiting[host]
            self.waiting -= 1
            self._busy[host] = self._busy.get(host, 0) + 1
            return feed
        return None

    def done(self, feed: Feed) -> None:
        """A poll has ended: its host has room for the next."""
        host = host_of(feed.address)
        busy = self._busy[host] - 1
        if busy:
            self._busy[host] = busy
        else:
            del self._busy[host]
        if host in self._waiting:
            self._ready.append(host)

    def hush(self, host: str, until: datetime) -> None:
        """Leave a host alone until then."""
        self._quiet[host] = max(until, self._quiet.get(host, until))

    def quiet_until(self, host: str, now: datetime) -> datetime | None:
        """Until when a host wants quiet, if it does."""
        until = self._quiet.get(host)
        if until is not None and until <= now:
            del self._quiet[host]
            return None
        return until
