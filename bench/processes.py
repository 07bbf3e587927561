"""The processes of a race: the feeds' server, and the contestants."""

from __future__ import annotations

import asyncio
import json
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO, Any

from bench.course import Course, Lap, Phase

ROOT = Path(__file__).resolve().parent.parent
_LINE = 1 << 24  # an answer carries the lags of a lap


@dataclass(frozen=True, kw_only=True, slots=True)
class Answered:
    """What the server answered since it was last asked."""

    unchanged: int  # 304
    bodies: int  # 200


class Server:
    """The feeds' server."""

    def __init__(self, course: Course) -> None:
        self.course = course

    async def turn_to(self, generation: int, *, validators: bool = True) -> Answered:
        """Set what is served, and learn what was answered until now."""
        reader, writer = await asyncio.open_connection(self.course.hosts_used()[0], self.course.port)
        writer.write(f"GET /state/{generation}/{int(validators)} HTTP/1.1\r\nConnection: close\r\n\r\n".encode())
        answer = await reader.read()
        writer.close()
        await writer.wait_closed()
        unchanged, bodies = answer.rpartition(b"\r\n")[2].split()
        return Answered(unchanged=int(unchanged), bodies=int(bodies))


class Runner:
    """A contestant's process."""

    def __init__(self, name: str, process: Process) -> None:
        self.name = name
        self._process = process

    async def start(self, course: Course, folder: Path) -> None:
        """Let it begin anew, in a folder of its own."""
        folder.mkdir(parents=True)
        await self._say({"course": asdict(course), "folder": str(folder)})

    async def lap(self, phase: Phase) -> Lap:
        """Let it poll all feeds once."""
        answer = await self._say({"lap": phase})
        return Lap(**answer | {"lags": tuple(answer["lags"])})

    async def _say(self, order: dict[str, Any]) -> dict[str, Any]:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(order).encode() + b"\n")
        answer = await self._process.stdout.readline()
        if not answer:
            raise RuntimeError(f"{self.name} has ended; its log says why")
        said: dict[str, Any] = json.loads(answer)
        return said


@asynccontextmanager
async def serving(feeds: int, hosts: int, seed: int) -> AsyncIterator[Server]:
    """The server, for as long as the body runs."""
    command = [sys.executable, "-m", "bench.server", str(feeds), str(hosts), str(seed)]
    async with _running(command, None) as process:
        assert process.stdout is not None
        port = int(await process.stdout.readline())
        yield Server(Course(port=port, feeds=feeds, hosts=hosts))


@asynccontextmanager
async def contestant(name: str, python: Path, module: str, log: Path) -> AsyncIterator[Runner]:
    """A contestant's process, for as long as the body runs; what it logs goes into a file."""
    with log.open("wb") as stream:
        async with _running([str(python), "-m", module], stream) as process:
            yield Runner(name, process)


@asynccontextmanager
async def _running(command: Sequence[str], log: IO[bytes] | None) -> AsyncIterator[Process]:
    """A process that ends with its standard input."""
    process = await asyncio.create_subprocess_exec(*command, stdin=PIPE, stdout=PIPE, stderr=log, cwd=ROOT, limit=_LINE)
    try:
        yield process
    finally:
        assert process.stdin is not None
        process.stdin.close()
        try:
            async with asyncio.timeout(10):
                await process.wait()
        except TimeoutError:
            process.kill()
            await process.wait()
