"""Bots of the tests' homeserver: accounts with settings, and what they are asked with."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from adapters.matrix import clients
from adapters.matrix.asking import ask, path
from adapters.matrix.sessions import Sessions
from adapters.matrix.settings import MatrixSettings
from tests.servers.clock import SetClock
from tests.servers.matrix.synapse import Registered, Synapse

KEY = "a long random text of the tests"
NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


def settings_of(
    synapse: Synapse, bot: Registered, folder: Path, *, password: bool = True, **more: Any
) -> MatrixSettings:
    """What is configured for an account."""
    return MatrixSettings(
        homeserver=synapse.address,
        user=bot.user,
        key=KEY,
        store=folder / "matrix",
        password=bot.password if password else None,
        **more,
    )


def sessions_of(settings: MatrixSettings, now: datetime = NOW) -> Sessions:
    return Sessions(settings, SetClock(now))


async def keys_seen_by(synapse: Synapse, other: Registered, folder: Path, user: str) -> dict[str, Any]:
    """What somebody else is told of an account's keys."""
    settings = settings_of(synapse, other, folder / "other")
    session = await sessions_of(settings).enter()
    async with clients.closing(clients.plain_client(settings, session)) as client:
        return await ask(client, "POST", path("keys", "query"), {"device_keys": {user: []}})
