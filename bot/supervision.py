"""Keeps a network running: one that fails is started again, ever more patiently, and the others live on."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import structlog

from bot.domain.delivery import retry_in
from bot.errors import NetworkError, NetworkUnavailable
from bot.ports.network import Emit, Network

log = structlog.get_logger()

STEADY = 300.0  # seconds; who ran that long starts again as if for the first time


async def supervise(network: Network, emit: Emit) -> None:
    """Run a network until cancelled. What is no NetworkError is a bug, and ends all."""
    loop, failures = asyncio.get_running_loop(), 0
    while True:
        began = loop.time()
        try:
            await network.run(emit)
            return
        except NetworkError as error:
            failures = 1 if loop.time() - began > STEADY else failures + 1
            asked = error.retry_after if isinstance(error, NetworkUnavailable) else None
            wait = retry_in(failures, asked or timedelta(0), 0.0)
            log.warning("network failed", network=network.name, reason=str(error), again_in=wait.total_seconds())
        await asyncio.sleep(wait.total_seconds())
