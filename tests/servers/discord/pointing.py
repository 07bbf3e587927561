"""How discord.py is pointed at a loopback Discord; production code knows nothing of it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager

import yarl
from discord.gateway import DiscordWebSocket
from discord.http import Route

VARIABLE = "TRIBUNE_TEST_DISCORD"
"""Holds the address (`Discord.address`) for a child process, which calls `point_by_environment` first."""


@contextmanager
def pointed_at(address: str) -> Iterator[None]:
    """discord.py of this process talks to a loopback Discord for the length of the body."""
    base, gateway = Route.BASE, DiscordWebSocket.DEFAULT_GATEWAY
    _point(address)
    try:
        yield
    finally:
        Route.BASE, DiscordWebSocket.DEFAULT_GATEWAY = base, gateway


def point_by_environment() -> None:
    """discord.py of this process talks to where the environment says, for good. Raises KeyError where it is silent."""
    _point(os.environ[VARIABLE])


def environment(address: str) -> dict[str, str]:
    """What a child process's environment needs."""
    return {VARIABLE: address}


def _point(address: str) -> None:
    Route.BASE = f"{address}/api/v10"
    DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(f"{address.replace('http', 'ws', 1)}/gateway")
