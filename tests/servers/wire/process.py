"""Wire as a process of its own, started and ended by tests."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import aiohttp


@dataclass(frozen=True, kw_only=True)
class Wire:
    """A running Wire, as people and tests reach it."""

    address: str
    http: aiohttp.ClientSession

    async def call(self, method: str, path: str, *, by: str = "somebody", **body: Any) -> Any:
        """One call as a person; its answer."""
        async with self.http.request(method, self.address + path, headers={"By": by}, json=body) as answer:
            answer.raise_for_status()
            return await answer.json()

    async def dump(self) -> dict[str, Any]:
        """All that the network holds."""
        found: dict[str, Any] = await self.call("GET", "/dump")
        return found

    async def weather(self, **settings: float | bool) -> None:
        """Change what goes wrong: lose, late, slow, away."""
        async with self.http.post(f"{self.address}/weather", json=settings) as answer:
            answer.raise_for_status()


@asynccontextmanager
async def running_wire(
    channels: Sequence[str] = ("one",), *, seed: int = 0, lose: float = 0.0, late: float = 0.0, slow: float = 0.0
) -> AsyncIterator[Wire]:
    """Start Wire, and end it afterwards."""
    options = {"channels": ",".join(channels), "seed": seed, "lose": lose, "late": late, "slow": slow}
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "tests.servers.wire",
        *(f"--{name}={value}" for name, value in options.items()),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        port = int(await asyncio.wait_for(process.stdout.readline(), 20))
        async with aiohttp.ClientSession() as http:
            yield Wire(address=f"http://127.0.0.1:{port}", http=http)
    finally:
        process.stdin.close()
        await process.wait()
