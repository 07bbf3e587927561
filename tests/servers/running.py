"""Tribune as people start it: a process of its own with a configuration file, on a free port."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import aiohttp

ROOT = Path(__file__).resolve().parents[2]
STARTS_WITHIN = 60.0  # seconds; a loaded machine is slow
STOPS_WITHIN = 15.0


@dataclass(slots=True)
class Running:
    """A running Tribune. `base` is the address of its page without a slash, `link` the administrator's sign-in."""

    process: asyncio.subprocess.Process
    base: str = ""
    link: str = ""
    lines: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    reading: list[asyncio.Task[None]] = field(default_factory=list)

    async def stop(self) -> int:
        """SIGTERM, and the exit status."""
        if self.process.returncode is None:
            self.process.send_signal(signal.SIGTERM)
        return await self._ended()

    async def kill(self) -> int:
        """SIGKILL."""
        if self.process.returncode is None:
            self.process.kill()
        return await self._ended()

    async def _ended(self) -> int:
        async with asyncio.timeout(STOPS_WITHIN):
            status = await self.process.wait()
        await asyncio.gather(*self.reading)
        return status


async def start(config: Path, *, environ: Mapping[str, str] | None = None, arguments: Sequence[str] = ()) -> Running:
    """Start Tribune and wait until it says where its page is. Raises AssertionError with its output if it ends."""
    environment = {**os.environ, "TRIBUNE_WEB_PORT": "0", "PYTHONUNBUFFERED": "1", **(environ or {})}
    environment.pop("INVOCATION_ID", None)
    process = await asyncio.create_subprocess_exec(
        *(arguments or [sys.executable, "-m", "bot", "--config", str(config), "run"]),
        cwd=ROOT,
        env=environment,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    running, announced = Running(process=process), asyncio.Event()
    running.reading = [
        asyncio.create_task(_read_output(running, announced)),
        asyncio.create_task(_read(process.stderr, running.errors)),
    ]
    async with asyncio.timeout(STARTS_WITHIN):
        await announced.wait()
    if not running.link:
        await running.kill()
        raise AssertionError("Tribune did not start:\n" + "\n".join([*running.lines, *running.errors]))
    return running


async def _read_output(running: Running, announced: asyncio.Event) -> None:
    assert running.process.stdout is not None
    async for raw in running.process.stdout:
        line = raw.decode().rstrip()
        running.lines.append(line)
        address = next((word for word in line.split() if word.startswith("http")), "")
        if "/signin/" in address:
            running.link = address
            announced.set()
        elif address and not running.base:
            running.base = address.rstrip("/")
    announced.set()


async def _read(stream: asyncio.StreamReader | None, lines: list[str]) -> None:
    assert stream is not None
    async for raw in stream:
        lines.append(raw.decode(errors="replace").rstrip())


@asynccontextmanager
async def running(config: Path, *, environ: Mapping[str, str] | None = None) -> AsyncIterator[Running]:
    """Tribune for the length of the body; stopped, or killed where it does not stop."""
    tribune = await start(config, environ=environ)
    try:
        yield tribune
    finally:
        try:
            await tribune.stop()
        except TimeoutError:
            await tribune.kill()
            raise


async def get_json(session: aiohttp.ClientSession, address: str) -> dict[str, object]:
    """The JSON object at an address."""
    async with session.get(address) as answer:
        answer.raise_for_status()
        found = await answer.json()
    assert isinstance(found, dict)
    return found
