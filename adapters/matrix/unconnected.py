"""Rooms, asked about without a connection that listens."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from adapters.matrix import clients
from adapters.matrix.inspecting import Inspecting
from adapters.matrix.line import Line
from adapters.matrix.powers import Powers
from adapters.matrix.sessions import Session, Sessions
from adapters.matrix.settings import MatrixSettings
from adapters.matrix.spaces import Spaces
from bot.domain.model import Ref
from bot.errors import NetworkError, NetworkRefused
from bot.ports.clock import Clock
from bot.ports.network import CanInspect, Inspected


class _Silent:
    """Implements `CanInspect`: why nothing can be asked."""

    def __init__(self, why: NetworkError) -> None:
        self._why = why

    async def inspect(self, channel: Ref) -> Inspected:
        raise self._why


@asynccontextmanager
async def inspecting(settings: MatrixSettings, clock: Clock) -> AsyncIterator[CanInspect]:
    """Asks with the session that is kept; no encrypted message is read, and nothing is changed."""
    try:
        session = await _session(settings, clock)
    except NetworkError as error:
        yield _Silent(error)
        return
    line = Line(clock)
    async with clients.closing(clients.plain_client(settings, session)) as client:
        line.open(client, session.since)
        powers = Powers(line)
        yield Inspecting(line, powers, Spaces(line, powers))


async def _session(settings: MatrixSettings, clock: Clock) -> Session:
    """To log in with a password would make a device."""
    sessions = Sessions(settings, clock)
    kept = sessions.kept()
    if kept is not None:
        return kept
    if settings.token is not None:
        return await sessions.enter()
    raise NetworkRefused("the bot is not logged in on Matrix yet: run `tribune matrix login`, or start Tribune once")
