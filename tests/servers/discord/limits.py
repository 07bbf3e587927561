"""Rate limits as Discord documents them: buckets that headers announce, and 50 requests a second over all."""

from __future__ import annotations

import hashlib
import re
import time

from tests.servers.discord.model import Settings
from tests.servers.discord.refusal import TooOften

_MESSAGES = re.compile(r"/channels/(\d+)/messages")
_MESSAGE = re.compile(r"/channels/(\d+)/messages/\d+")
_REACTION = re.compile(r"/channels/(\d+)/messages/\d+/reactions/")


class _Window:
    """So many in a stretch of time that begins with the first of them."""

    def __init__(self, limit: int, length: float) -> None:
        self.limit = limit
        self._length = length
        self._began = 0.0
        self._taken = 0

    def take(self, now: float) -> float:
        """Take one; 0, or how long there is to wait."""
        if not self._taken or now - self._began >= self._length:
            self._began, self._taken = now, 0
        if self._taken >= self.limit:
            return self._left(now)
        self._taken += 1
        return 0.0

    def _left(self, now: float) -> float:
        return max(0.0, self._began + self._length - now)

    def headers(self, now: float, name: str) -> dict[str, str]:
        """What is announced of it."""
        after = self._left(now)
        return {
            "X-RateLimit-Limit": str(self.limit),
            "X-RateLimit-Remaining": str(max(0, self.limit - self._taken)),
            "X-RateLimit-Reset": f"{time.time() + after:.3f}",
            "X-RateLimit-Reset-After": f"{after:.3f}",
            "X-RateLimit-Bucket": name,
        }


class Limits:
    """Counts requests where the settings say so."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._buckets: dict[tuple[str, str], _Window] = {}
        self._all = _Window(settings.a_second, 1.0)
        self.hit = 0

    def take(self, method: str, path: str) -> dict[str, str]:
        """Count a request; the headers of its answer. Raises `TooOften`, whose `headers` are to be sent."""
        if not self._settings.limits or path.startswith(("/interactions/", "/webhooks/")):
            return {}
        now = time.monotonic()
        self._all.limit = self._settings.a_second
        if wait := self._all.take(now):
            self.hit += 1
            raise TooOften(wait, everywhere=True)
        return self._take_bucket(now, method, path)

    def _take_bucket(self, now: float, method: str, path: str) -> dict[str, str]:
        found = self._bucket(method, path)
        if found is None:
            return {}
        name, place, limit, length = found
        window = self._buckets.setdefault((name, place), _Window(limit, length))
        wait = window.take(now)
        headers = window.headers(now, hashlib.md5(name.encode(), usedforsecurity=False).hexdigest())
        if wait:
            self.hit += 1
            raise TooOften(wait, headers=headers | {"X-RateLimit-Scope": "user"})
        return headers

    def _bucket(self, method: str, path: str) -> tuple[str, str, int, float] | None:
        settings = self._settings
        if (found := _REACTION.match(path)) and method in ("PUT", "DELETE"):
            return "reactions", found[1], 1, settings.reactions_within
        if (found := _MESSAGES.fullmatch(path)) and method == "POST":
            return "send", found[1], settings.messages_limit, settings.messages_within
        if (found := _MESSAGE.fullmatch(path)) and method in ("PATCH", "DELETE"):
            return method, found[1], settings.messages_limit, settings.messages_within
        return None
