"""The page of an article with many comments, from a whole running Tribune, beside a static page of the same bytes."""

from __future__ import annotations

import asyncio
import os
import shutil
import sys
import time
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from statistics import median

from bench.asking import ask_on, once
from bench.memory import config_for, free_port
from bench.processes import ROOT
from bench.talk import fill

_PATIENCE = 30.0  # seconds until Tribune serves


class Served(StrEnum):
    """What is asked for."""

    STATIC = "static page"
    KEPT = "unchanged"
    RENDERED = "rendered each time"


@dataclass(slots=True)
class Pages:
    """Pages per second, of all laps."""

    comments: int
    size: int = 0  # bytes of the page
    rates: dict[Served, list[float]] = field(default_factory=lambda: {each: [] for each in Served})

    def rate(self, what: Served) -> float:
        """The median."""
        return median(self.rates[what])

    def ratio(self, what: Served) -> float:
        """How it compares with the static page."""
        return self.rate(what) / self.rate(Served.STATIC)


@dataclass(frozen=True, kw_only=True, slots=True)
class _Address:
    port: int
    path: str
    cookie: str
    body: bytes


async def measure_page(comments: int, runs: int, seconds: float, folder: Path, say: Callable[[str], None]) -> Pages:
    """Ask for each in turn, `runs` times for so many seconds. Raises RuntimeError where a page is another."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    talk = await fill(folder / "tribune.db", comments)
    pages = Pages(comments=comments)
    async with _tribune(folder) as port:
        path = f"/a/{talk.discussion_id}"
        kept = _visited(port, path, comments)
        # A query that the page does not know is never kept: this is the same page, rendered each time.
        rendered = _address(port, f"{path}?fresh=1", kept.cookie)
        (folder / "page.html").write_bytes(kept.body)
        pages.size = len(kept.body)
        async with _still(folder / "page.html") as still:
            addresses = {Served.STATIC: _address(still, "/", ""), Served.KEPT: kept, Served.RENDERED: rendered}
            if addresses[Served.STATIC].body != kept.body:
                raise RuntimeError("the static page is another one")
            for run in range(runs):
                for what, at in addresses.items():
                    asked = await asyncio.to_thread(ask_on, at.port, at.path, at.cookie, at.body, seconds)
                    pages.rates[what].append(asked.rate)
                    say(f"run {run + 1}, {what}: {asked.rate:,.0f} pages/s")
    return pages


def _visited(port: int, path: str, comments: int) -> _Address:
    """The page as a visitor gets it who has been there before."""
    first = once(port, path)
    cookie = first.headers["set-cookie"].partition(";")[0]
    found = _address(port, path, cookie)
    if f'data-comments="{comments}"'.encode() not in found.body:
        raise RuntimeError("the page does not show its comments")
    return found


def _address(port: int, path: str, cookie: str) -> _Address:
    answer = once(port, path, cookie)
    if answer.status != 200:
        raise RuntimeError(f"{path} was answered with {answer.status}")
    return _Address(port=port, path=path, cookie=cookie, body=answer.body)


@asynccontextmanager
async def _tribune(folder: Path) -> AsyncIterator[int]:
    """The program itself, on the database in the folder; the port of its page."""
    port, config = free_port(), folder / "config.toml"
    config.write_text(config_for(folder / "tribune.db", port))
    with (folder / "tribune.log").open("wb") as log:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "bot", "--config", str(config), "run"),
            cwd=ROOT,
            stdout=log,
            stderr=log,
            env={name: value for name, value in os.environ.items() if not name.startswith("TRIBUNE_")},
        )
        try:
            await _serving(process, port)
            yield port
        finally:
            if process.returncode is None:
                process.terminate()
            await process.wait()


async def _serving(process: Process, port: int) -> None:
    deadline = time.perf_counter() + _PATIENCE
    while process.returncode is None and time.perf_counter() < deadline:
        await asyncio.sleep(0.1)
        try:
            if (await asyncio.to_thread(once, port, "/healthz")).status == 200:
                return
        except OSError:
            continue
    raise RuntimeError("Tribune does not serve its page; its log says why")


@asynccontextmanager
async def _still(file: Path) -> AsyncIterator[int]:
    """The static page; its port."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bench.still", str(file), cwd=ROOT, stdin=PIPE, stdout=PIPE
    )
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        yield int(await process.stdout.readline())
    finally:
        process.stdin.close()
        await process.wait()
