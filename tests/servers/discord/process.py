"""The loopback Discord started and ended by tests: as a process of its own, or in this one."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp
from aiohttp import web

from tests.servers.discord.client import Discord
from tests.servers.discord.server import make_app, set_address


@asynccontextmanager
async def running_discord(*, seed: int = 0) -> AsyncIterator[Discord]:
    """Start a Discord as a process of its own, and end it afterwards."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "tests.servers.discord",
        f"--seed={seed}",
        cwd=Path(__file__).resolve().parents[3],
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        port = int(await asyncio.wait_for(process.stdout.readline(), 20))
        async with _reached(port) as discord:
            yield discord
    finally:
        process.stdin.close()
        await process.wait()


@asynccontextmanager
async def serving_discord(*, seed: int = 0) -> AsyncIterator[Discord]:
    """A Discord in this process."""
    async with listening(seed=seed) as port, _reached(port) as discord:
        yield discord


@asynccontextmanager
async def listening(*, seed: int = 0, port: int = 0) -> AsyncIterator[int]:
    """Listen on a port of the loopback, which is given."""
    app = make_app(seed=seed)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", port).start()
        found: int = runner.addresses[0][1]
        set_address(app, found)
        yield found
    finally:
        await runner.cleanup()


@asynccontextmanager
async def _reached(port: int) -> AsyncIterator[Discord]:
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=60)) as http:
        yield Discord(address=f"http://127.0.0.1:{port}", http=http)
