"""How much memory a whole Tribune takes with many feeds: the program itself, polling all of them once."""

from __future__ import annotations

import asyncio
import os
import shutil
import socket
import sqlite3
import sys
import time
from asyncio.subprocess import Process
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from bench.course import Course
from bench.processes import ROOT, serving
from bench.race import HOSTS, SEED

SERVED = 500  # documents; the feeds beyond share them, each at an address of its own
_PATIENCE = 600  # seconds
_LEFT = "SELECT count(*) FROM feeds WHERE last_polled_at < ?"
_FAILED = "SELECT count(*) FROM feeds WHERE failures > 0"
_CONFIG = """\
[tribune]
contact = "bench@example.org"

[database]
url = "sqlite+aiosqlite:///{file}"

[web]
port = {port}

[polling]
allowed_hosts = ["127.0.0.0/8"]

[logs]
format = "logfmt"

[[communities]]
slug = "bench"
name = "Bench"

[[communities.sections]]
slug = "bench"
name = "Bench"
"""


@dataclass(frozen=True, kw_only=True, slots=True)
class Memory:
    """The peak of the main process's resident memory, in bytes, and how long polling took, in seconds."""

    feeds: int
    peak: int
    seconds: float


async def measure_memory(feeds: int, folder: Path) -> Memory:
    """Fill a database with `feeds` feeds and let Tribune find all of them unchanged. Raises RuntimeError."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    async with serving(min(SERVED, feeds), HOSTS, SEED) as server:
        course = Course(port=server.course.port, feeds=feeds, hosts=HOSTS)
        await _fill(folder / "many.db", course)
        return await _run(folder, feeds)


async def _fill(file: Path, course: Course) -> None:
    numbers = (course.port, course.feeds, course.hosts, min(SERVED, course.feeds))
    command = [sys.executable, "-m", "bench.filling", str(file), *map(str, numbers)]
    process = await asyncio.create_subprocess_exec(*command, cwd=ROOT)
    if await process.wait():
        raise RuntimeError("the database could not be filled")


async def _run(folder: Path, feeds: int) -> Memory:
    config = folder / "config.toml"
    config.write_text(config_for(folder / "many.db", free_port()))
    with (folder / "tribune.log").open("wb") as log:
        began, stored = time.perf_counter(), time.time_ns() // 1000
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "bot", "--config", str(config), "run"),
            cwd=ROOT,
            stdout=log,
            stderr=log,
            env={name: value for name, value in os.environ.items() if not name.startswith("TRIBUNE_")},
        )
        try:
            await _all_polled(process, folder / "many.db", stored)
            seconds = time.perf_counter() - began
            return Memory(feeds=feeds, peak=_peak(process.pid), seconds=seconds)
        finally:
            if process.returncode is None:
                process.terminate()
            await process.wait()


async def _all_polled(process: Process, file: Path, began: int) -> None:
    deadline = time.perf_counter() + _PATIENCE
    with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as connection:
        while connection.execute(_LEFT, (began,)).fetchone()[0]:
            if process.returncode is not None or time.perf_counter() > deadline:
                raise RuntimeError("Tribune did not poll all feeds; its log says why")
            await asyncio.sleep(0.1)
        if failed := connection.execute(_FAILED).fetchone()[0]:
            raise RuntimeError(f"{failed} feeds failed")


def _peak(pid: int) -> int:
    """The high-water mark of a process's resident memory, in bytes (proc(5), VmHWM)."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) * 1024
    raise RuntimeError("the system does not say how much memory a process took")


def config_for(database: Path, port: int) -> str:
    """The configuration of a Tribune with one section."""
    return _CONFIG.format(file=database, port=port)


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
