"""How long one waits for a homeserver that has failed, and what is said of it: each thing once."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import TypeVar

import structlog

from adapters.matrix.failures import Limited, TokenRefused
from adapters.matrix.line import Line
from bot.errors import AnswerLost, NetworkUnavailable
from bot.ports.clock import Clock

log = structlog.get_logger()

FIRST, LONGEST = 1.0, 8.0
"""Seconds that one waits after the first failure, and after many: ten questions in the first minute, and then eight,
and the bot is back soon after its homeserver."""

STEADY = 60.0
"""Seconds without a failure after which the next one is news again."""

_ASKED_AT_MOST = 300.0  # seconds that a homeserver is let alone because it says so
_LIMITS_SAID_EVERY = timedelta(hours=1)

Result = TypeVar("Result")


class Patience:
    """Waits ever longer, and keeps the others from asking meanwhile."""

    def __init__(self, line: Line) -> None:
        self._line = line
        self._failures = 0
        self._failed_at = 0.0
        self._said: set[str] = set()
        self._is_back_said = True
        self._was_away = True  # nothing could be asked before the first answer

    @property
    def failed(self) -> bool:
        """Whether what was asked last got no answer."""
        return self._failures > 0

    def returned(self) -> bool:
        """Whether there was an answer now after there had been none; said once."""
        was_away, self._was_away = self._was_away, False
        return was_away

    async def insist(self, ask: Callable[[], Awaitable[Result]], *, settles: bool = True) -> Result:
        """Ask until there is an answer. `settles`: it shows that all is well, and the next failure is a first one.
        Raises what waiting does not help against."""
        while True:
            try:
                answer = await ask()
            except TokenRefused:
                raise
            except (NetworkUnavailable, AnswerLost) as error:
                await self.after(error)
            else:
                self._line.up()
                if settles:
                    self.well()
                return answer

    async def after(self, error: NetworkUnavailable | AnswerLost) -> None:
        """Wait after a failure."""
        self._failures += 1
        wait = min(FIRST * 2 ** min(self._failures - 1, 10), LONGEST)
        if isinstance(error, NetworkUnavailable):
            wait = max(wait, min(_seconds(error.retry_after), _ASKED_AT_MOST))
        if not isinstance(error, Limited):
            self._line.down(str(error))
            self._was_away = True
        self._say(str(error))
        await asyncio.sleep(wait)

    def well(self) -> None:
        """There was an answer."""
        self._failures = 0
        self._line.up()
        if not self._is_back_said:
            self._is_back_said = True
            log.info("Matrix: the homeserver answers again")

    def _say(self, reason: str) -> None:
        now = asyncio.get_running_loop().time()
        if now - self._failed_at > STEADY:
            self._said.clear()
        self._failed_at = now
        if reason not in self._said:
            self._said.add(reason)
            self._is_back_said = False
            log.warning("Matrix cannot be heard", reason=reason, tried_again=f"every {LONGEST:.0f} s until it answers")


class Limits:
    """Says how rate limits are lifted, now and then, while they are in the bot's way."""

    def __init__(self, user: str, clock: Clock) -> None:
        self._user = user
        self._clock = clock
        self._said_at: datetime | None = None

    def __call__(self) -> None:
        """The homeserver has said that the bot asks too often."""
        now = self._clock.now()
        if self._said_at is not None and now - self._said_at < _LIMITS_SAID_EVERY:
            return
        self._said_at = now
        log.warning(
            "Matrix: the homeserver limits how often the bot may write, and everything takes its time",
            remedy="have an administrator of the homeserver lift the limits for the bot (Synapse: POST "
            f"/_synapse/admin/v1/users/{self._user}/override_ratelimit)",
        )


def _seconds(wait: timedelta | None) -> float:
    return wait.total_seconds() if wait is not None else 0.0
