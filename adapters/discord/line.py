"""The client that is connected just now: calls are made on it, and it is another one after each failure."""

from __future__ import annotations

import discord

from bot.errors import NetworkUnavailable


class Line:
    """Holds the client of the day.

    It is made with `allowed_mentions=AllowedMentions.none()`, and with `max_ratelimit_timeout`, so that no call sleeps
    for minutes while others wait behind it.
    """

    def __init__(self) -> None:
        self._client: discord.Client | None = None

    @property
    def client(self) -> discord.Client:
        """The client, logged in. Raises `NetworkUnavailable` while there is none."""
        if self._client is None:
            raise NetworkUnavailable("Discord is not connected yet")
        return self._client

    @property
    def connected(self) -> bool:
        """Whether there is a client."""
        return self._client is not None

    def open(self, client: discord.Client) -> None:
        """Calls are made on this client from now on."""
        self._client = client

    def close(self) -> None:
        """There is no client until another one is there."""
        self._client = None
