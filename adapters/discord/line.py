"""The client that is connected just now: calls are made on it, and it is another one after each failure."""

from __future__ import annotations

import discord

from bot.errors import NetworkUnavailable


class Line:
    """Holds the client of the day."""

    def __init__(self) -> None:
        self._client: discord.Client | None = None

    @property
    def client(self) -> discord.Client:
        """The client, logged in. Raises `NetworkUnavailable` while there is none."""
        if self._client is None:
            raise NetworkUnavailable("Discord is not connected yet")
        return self._client

    def open(self, client: discord.Client) -> None:
        """Calls are made on this client from now on."""
        self._client = client

    def close(self) -> None:
        """There is no client until another one is there."""
        self._client = None
