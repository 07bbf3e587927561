"""The client that is logged in just now: calls are made on it, and it is another one after each failure."""

from __future__ import annotations

from datetime import datetime, timedelta

from nio.client.async_client import AsyncClient

from bot.errors import NetworkUnavailable
from bot.ports.clock import Clock

_REMEMBERED = timedelta(hours=12)
"""How long a transaction's ID is surely remembered; Synapse forgets it after a day."""


class Line:
    """Holds the client of the day.

    It is made so that it does not try again by itself: neither what is limited, nor what got no answer.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._client: AsyncClient | None = None
        self._device_since: datetime | None = None
        self._trouble: str | None = None

    @property
    def client(self) -> AsyncClient:
        """The client, logged in. Raises `NetworkUnavailable` while there is none, or its homeserver is not there: it
        is not asked by everybody in turn."""
        if self._client is None:
            raise NetworkUnavailable("Matrix is not connected yet")
        if self._trouble is not None:
            raise NetworkUnavailable(self._trouble)
        return self._client

    @property
    def is_down(self) -> bool:
        """Whether nobody may ask just now: there is no client, or its homeserver does not answer."""
        return self._client is None or self._trouble is not None

    @property
    def connected(self) -> bool:
        """Whether there is a client."""
        return self._client is not None

    @property
    def keys_last(self) -> timedelta:
        """How long transaction IDs hold: never from longer ago than the bot's device is there."""
        if self._device_since is None:
            return timedelta(0)
        return max(timedelta(0), min(_REMEMBERED, self._clock.now() - self._device_since))

    def open(self, client: AsyncClient, device_since: datetime) -> None:
        """Calls are made on this client from now on; its device logged in at `device_since`."""
        self._client, self._device_since = client, device_since
        self._trouble = None

    def down(self, reason: str) -> None:
        """Nobody asks until it is up: the homeserver is not there, and who listens looks whether it is back."""
        self._trouble = reason

    def up(self) -> None:
        """The homeserver is there."""
        self._trouble = None

    def close(self) -> None:
        """There is no client until another one is there."""
        self._client = None
