"""The bare loop: aiohttp on uvloop with the same requests, and nothing else. `python -m bench.bare`."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from pathlib import Path

import aiohttp
import uvloop

from bench.contestant import serve
from bench.course import Course, Lap, Phase
from bot.newsroom import NewsroomSettings
from feeds.settings import FetchSettings


class BareLoop:
    """Asks as many feeds at once as Tribune, in all and of one host, sends the validators back, reads the bodies."""

    def __init__(self) -> None:
        self._runner = asyncio.Runner(loop_factory=uvloop.new_event_loop)
        self._session: aiohttp.ClientSession | None = None

    def start(self, course: Course, folder: Path) -> None:
        self._known: dict[str, dict[str, str]] = {address: {} for address in course.addresses()}
        self._runner.run(self._open())

    def lap(self, phase: Phase) -> Lap:
        began = time.perf_counter()
        changed = self._runner.run(self._poll())
        return Lap(seconds=time.perf_counter() - began, polled=len(self._known), entries=changed)

    def close(self) -> None:
        self._runner.run(self._close())
        self._runner.close()

    async def _close(self) -> None:
        if self._session is not None:
            await self._session.close()

    async def _open(self) -> None:
        await self._close()
        limits, fetching = NewsroomSettings(), FetchSettings()
        connector = aiohttp.TCPConnector(
            limit=limits.at_once,
            limit_per_host=limits.per_host,
            keepalive_timeout=fetching.keep_alive.total_seconds(),
        )
        headers = {"User-Agent": fetching.agent(), "Accept": "*/*"}
        timeout = aiohttp.ClientTimeout(total=fetching.timeout.total_seconds())
        self._session = aiohttp.ClientSession(connector=connector, headers=headers, timeout=timeout)

    async def _poll(self) -> int:
        line = iter(list(self._known))
        return sum(await asyncio.gather(*(self._work(line) for _ in range(NewsroomSettings().at_once))))

    async def _work(self, line: Iterator[str]) -> int:
        """How many bodies came."""
        assert self._session is not None
        bodies = 0
        for address in line:
            async with self._session.get(address, headers=self._known[address]) as response:
                await response.read()
                if response.status == 304:
                    continue
                bodies += 1
                told = (response.headers.get("ETag"), response.headers.get("Last-Modified"))
                names = ("If-None-Match", "If-Modified-Since")
                self._known[address] = {name: value for name, value in zip(names, told, strict=True) if value}
        return bodies


if __name__ == "__main__":
    serve(BareLoop())
