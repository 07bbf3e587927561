"""News in a room on Matrix, until another member has seen it: Tribune from the poll on, beside nio alone that sends the
same, on the same Synapse in the same run."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import sys
import time
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator, Callable, Coroutine, Sequence
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from statistics import median

from bench.matrix_errand import EVENTS, Errand, News
from bench.matrix_watcher import Watcher
from bench.processes import ROOT, Server, serving
from bench.race import HOSTS, SEED
from tests.servers.matrix.people import Crowd, Person, crowd
from tests.servers.matrix.synapse import Synapse, running_synapse

TRIBUNE, ALONE = "Tribune", "nio alone"
_MODULES = {TRIBUNE: "bench.matrix_tribune", ALONE: "bench.matrix_peer"}


@dataclass(frozen=True, kw_only=True, slots=True)
class Times:
    """Seconds of all runs, until another member had seen the last event."""

    articles: int
    runs: dict[str, list[float]] = field(default_factory=dict)

    def seconds(self, name: str) -> float:
        """The median."""
        return median(self.runs[name])

    def ratio(self) -> float:
        """How much longer Tribune takes: run by run, since a machine is not always as quick; the median."""
        pairs = zip(self.runs[TRIBUNE], self.runs[ALONE], strict=True)
        return median(ours / theirs for ours, theirs in pairs)


async def measure_matrix(articles: int, runs: int, folder: Path, say: Callable[[str], None]) -> Times:
    """Run it, each in turn as the first; a run of Tribune's before them shows what has to be sent. Raises RuntimeError
    where a run did not do all of its work."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    times = Times(articles=articles)
    async with serving(articles, min(HOSTS, articles), SEED) as feeds:
        with running_synapse() as synapse:
            async with crowd(synapse) as people:
                course = _Course(synapse, people, await people.comes("owner"), feeds, folder)
                _, news = await course.run(TRIBUNE, [])
                for number in range(runs):
                    for name in (TRIBUNE, ALONE) if number % 2 == 0 else (ALONE, TRIBUNE):
                        seconds, _ = await course.run(name, news)
                        times.runs.setdefault(name, []).append(seconds)
                        say(f"run {number + 1}: {name} {seconds:.1f} s")
    return times


@dataclass(frozen=True, slots=True)
class _Course:
    """What all runs have in common."""

    synapse: Synapse
    people: Crowd
    owner: Person
    feeds: Server
    folder: Path

    async def run(self, name: str, news: Sequence[News]) -> tuple[float, Sequence[News]]:
        """One run with an account and a room of its own: the seconds, and what was sent."""
        articles = self.feeds.course.feeds
        bot = self.synapse.register("bot")
        room = await self.owner.room("News", invite=[bot.user])
        await self.feeds.turn_to(0)
        folder = self.folder / bot.user[1:].partition(":")[0]
        folder.mkdir()
        errand = Errand(
            homeserver=self.synapse.address,
            user=bot.user,
            password=bot.password,
            room=room,
            folder=str(folder),
            course=asdict(self.feeds.course),
            news=[asdict(each) for each in news],
        )
        async with _in_a_process(_MODULES[name], errand, folder) as process:
            watcher = Watcher(self.owner, room, bot.user)
            await watcher.begin()
            await self.feeds.turn_to(1)
            began = time.perf_counter()
            _say(process, "go")
            await _while_running(process, watcher.seen(articles * EVENTS))
            seconds = time.perf_counter() - began
        shutil.rmtree(folder)
        return seconds, watcher.news(articles)


@asynccontextmanager
async def _in_a_process(module: str, errand: Errand, folder: Path) -> AsyncIterator[Process]:
    """One of the two, ready to begin; it ends with its standard input."""
    path = folder / "errand.json"
    path.write_text(json.dumps(asdict(errand)), encoding="utf-8")
    surroundings = {name: value for name, value in os.environ.items() if not name.startswith("TRIBUNE_")}
    command = [sys.executable, "-m", module, str(path)]
    process = await asyncio.create_subprocess_exec(*command, cwd=ROOT, stdin=PIPE, stdout=PIPE, env=surroundings)
    try:
        assert process.stdout is not None
        if not await process.stdout.readline():
            raise RuntimeError(f"{module} has ended before it began")
        yield process
    finally:
        assert process.stdin is not None
        process.stdin.close()
        status = await process.wait()
    if status:
        raise RuntimeError(f"{module} has ended with {status}")


async def _while_running(process: Process, seeing: Coroutine[None, None, None]) -> None:
    """Who waits for a process that has ended waits for ever."""
    waiting, ended = asyncio.create_task(seeing), asyncio.create_task(process.wait())
    done, pending = await asyncio.wait({waiting, ended}, return_when=asyncio.FIRST_COMPLETED)
    for each in pending:
        each.cancel()
    await asyncio.gather(*pending, return_exceptions=True)
    if waiting not in done:
        raise RuntimeError(f"who sends has ended with {process.returncode}")
    waiting.result()


def _say(process: Process, line: str) -> None:
    assert process.stdin is not None
    process.stdin.write(f"{line}\n".encode())
