"""The faulty proxy started and ended by tests: in this process, or as one of its own."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from random import Random
from typing import Any

import aiohttp
from aiohttp import web

from tests.servers.matrix.proxy import make_app
from tests.servers.matrix.weather import Fault, Weather


@dataclass(frozen=True, kw_only=True, slots=True)
class Proxy:
    """A proxy in this process: what happens to calls, and those that came by, are `weather`'s."""

    address: str
    weather: Weather


@dataclass(frozen=True, kw_only=True, slots=True)
class ProxyProcess:
    """A proxy in a process of its own."""

    address: str
    http: aiohttp.ClientSession

    async def faults(self, *faults: Fault) -> None:
        """What goes wrong from now on."""
        async with self.http.post(f"{self.address}/_proxy/faults", json=[asdict(each) for each in faults]) as answer:
            answer.raise_for_status()

    async def log(self) -> dict[str, Any]:
        """`calls`: those that came by, as `Passed`; `struck`: how many of which kind of fault."""
        async with self.http.get(f"{self.address}/_proxy/log") as answer:
            found: dict[str, Any] = await answer.json()
        return found


@asynccontextmanager
async def serving_proxy(homeserver: str, *, seed: int = 0) -> AsyncIterator[Proxy]:
    """A proxy in this process, in front of the homeserver at this address."""
    weather = Weather(random=Random(seed))
    async with listening(homeserver, weather) as port:
        yield Proxy(address=f"http://127.0.0.1:{port}", weather=weather)


@asynccontextmanager
async def running_proxy(homeserver: str, *, seed: int = 0) -> AsyncIterator[ProxyProcess]:
    """Start a proxy as a process of its own, and end it afterwards."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.servers.matrix", homeserver, f"--seed={seed}"),
        cwd=Path(__file__).resolve().parents[3],
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        port = int(await asyncio.wait_for(process.stdout.readline(), 60))
        async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=60)) as http:
            yield ProxyProcess(address=f"http://127.0.0.1:{port}", http=http)
    finally:
        process.stdin.close()
        await process.wait()


@asynccontextmanager
async def listening(homeserver: str, weather: Weather, *, port: int = 0) -> AsyncIterator[int]:
    """Listen on a port of the loopback, which is given."""
    runner = web.AppRunner(make_app(homeserver, weather), access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", port).start()
        found: int = runner.addresses[0][1]
        yield found
    finally:
        await runner.cleanup()
