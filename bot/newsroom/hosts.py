"""Which feed is polled next: few at once to a host, none to a host that wants quiet."""

from __future__ import annotations

from collections import deque
from datetime import datetime
from functools import lru_cache

from bot.domain.model import Feed


@lru_cache(maxsize=1024)
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
        self._next: deque[str] = deque()  # hosts that nobody polls, or whose connection has just become free
        self._beside: dict[str, None] = {}  # hosts that are polled and could take one more
        self._quiet: dict[str, datetime] = {}
        self.waiting = 0

    def add(self, feed: Feed) -> None:
        """Put a feed in its host's line."""
        host = host_of(feed.address)
        line = self._waiting.setdefault(host, deque())
        line.append(feed)
        self.waiting += 1
        if len(line) == 1 and host not in self._busy:
            self._next.append(host)
        elif len(line) == 1:
            self._beside[host] = None

    def take(self) -> Feed | None:
        """The next feed whose host has room; `done` is owed for it.

        After `done` the same host comes next, over the connection that is open; a second one is opened to a host
        only where no other host waits.
        """
        while self._next or self._beside:
            host = self._next.popleft() if self._next else next(iter(self._beside))
            self._beside.pop(host, None)
            if host in self._waiting and self._busy.get(host, 0) < self._per_host:
                return self._take_from(host)
        return None

    def _take_from(self, host: str) -> Feed:
        line = self._waiting[host]
        feed = line.popleft()
        self.waiting -= 1
        self._busy[host] = self._busy.get(host, 0) + 1
        if line:
            self._beside[host] = None
        else:
            del self._waiting[host]
        return feed

    def done(self, feed: Feed) -> None:
        """A poll has ended: its host has room for the next."""
        host = host_of(feed.address)
        busy = self._busy[host] - 1
        if busy:
            self._busy[host] = busy
        else:
            del self._busy[host]
        if host in self._waiting:
            self._next.appendleft(host)

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
