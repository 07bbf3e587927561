"""The race: all contestants on the same feeds in the same state, one after the other, several runs."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from sys import executable

from bench.course import LAPS, Lap, Phase
from bench.lag import LagMeter, percentile
from bench.processes import Runner, Server, contestant, serving

TRIBUNE, BARE, READER = "Tribune", "bare aiohttp loop", "reader"
SEED = 20
HOSTS = 200
_LATE = 0.999


@dataclass(frozen=True, kw_only=True, slots=True)
class Entrant:
    """Who runs: a module, and the Python that has what it needs."""

    name: str
    module: str
    python: Path


@dataclass(frozen=True, kw_only=True, slots=True)
class Plan:
    """What is run, and where its files go."""

    feeds: int
    runs: int
    folder: Path
    entrants: Sequence[Entrant]
    say: Callable[[str], None]


@dataclass(slots=True)
class Results:
    """All laps, and the lags of an idle loop while Tribune ran them."""

    feeds: int
    laps: dict[tuple[str, Phase], list[Lap]] = field(default_factory=dict)
    idle: dict[Phase, list[float]] = field(default_factory=dict)

    def rate(self, name: str, phase: Phase) -> float | None:
        """Feeds per second, the median of all laps; None for who did not run."""
        laps = self.laps.get((name, phase))
        return median(lap.rate for lap in laps) if laps else None

    def ratio(self, phase: Phase, other: str) -> float | None:
        """How Tribune compares with another."""
        ours, theirs = self.rate(TRIBUNE, phase), self.rate(other, phase)
        return ours / theirs if ours and theirs else None

    def lag(self, phase: Phase) -> float:
        """p99.9 of the lag of Tribune's loop, in seconds, over all laps."""
        return percentile([lag for lap in self.laps[TRIBUNE, phase] for lag in lap.lags], _LATE)

    def idle_lag(self, phase: Phase) -> float:
        """The same of a loop in a process that had nothing to do meanwhile."""
        return percentile(self.idle[phase], _LATE)


def own_entrants() -> list[Entrant]:
    """Those that need nothing but what Tribune needs."""
    return [
        Entrant(name=TRIBUNE, module="bench.tribune", python=Path(executable)),
        Entrant(name=BARE, module="bench.bare", python=Path(executable)),
    ]


async def race(plan: Plan) -> Results:
    """Run it. Raises RuntimeError where a contestant did not do all that the phase asks for."""
    results = Results(feeds=plan.feeds)
    shutil.rmtree(plan.folder, ignore_errors=True)
    plan.folder.mkdir(parents=True)
    async with AsyncExitStack() as stack:
        server = await stack.enter_async_context(serving(plan.feeds, min(HOSTS, plan.feeds), SEED))
        runners = [
            await stack.enter_async_context(
                contestant(each.name, each.python, each.module, plan.folder / f"{each.module}.log")
            )
            for each in plan.entrants
        ]
        for run in range(plan.runs):
            await _Run(plan, results, server, runners, run).go()
    return results


class _Run:
    """One run: everybody begins anew, and each phase is everybody's before the next begins."""

    def __init__(self, plan: Plan, results: Results, server: Server, runners: Sequence[Runner], number: int) -> None:
        self._plan = plan
        self._results = results
        self._server = server
        self._runners = runners
        self._number = number

    async def go(self) -> None:
        await self._server.turn_to(0)
        for runner in self._runners:
            await runner.start(self._server.course, self._plan.folder / f"{self._number}-{runner.name}")
        generation = 0
        for phase in LAPS:
            generation += phase is Phase.ONE_NEW
            for runner in self._runners:
                await self._server.turn_to(generation, validators=phase is not Phase.NO_VALIDATORS)
                await self._lap(runner, phase, generation)

    async def _lap(self, runner: Runner, phase: Phase, generation: int) -> None:
        async with LagMeter() as idle:
            lap = await runner.lap(phase)
        answered = await self._server.turn_to(generation, validators=phase is not Phase.NO_VALIDATORS)
        asked = answered.unchanged if phase is Phase.UNCHANGED else answered.bodies
        _check(runner.name, phase, lap, asked, self._plan.feeds)
        self._results.laps.setdefault((runner.name, phase), []).append(lap)
        if runner.name == TRIBUNE:
            self._results.idle.setdefault(phase, []).extend(idle.lags)
        self._plan.say(f"run {self._number + 1}, {phase}: {runner.name} {lap.rate:,.0f} feeds/s")


def _check(name: str, phase: Phase, lap: Lap, answered: int, feeds: int) -> None:
    """A figure is worth nothing where the work was not done."""
    expected = {Phase.UNCHANGED: 0, Phase.ONE_NEW: feeds, Phase.NO_VALIDATORS: 0}.get(phase, lap.entries)
    wrong = name != BARE and lap.entries != expected
    wrong = wrong or (name == TRIBUNE and phase is Phase.ONE_NEW and lap.posts != feeds)
    if lap.polled != feeds or answered != feeds or wrong:
        raise RuntimeError(
            f"{name}, {phase}: {lap.polled} of {feeds} polled, {answered} answers of the right kind, "
            f"{lap.entries} new entries, {lap.posts} posts"
        )
