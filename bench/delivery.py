"""Deliveries on Discord: Tribune beside discord.py alone, on the same loopback Discord in the same run."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import sys
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from pathlib import Path
from statistics import median

from bench.errand import CALLS, Errand, calls, check, town
from bench.processes import ROOT
from tests.servers.discord.pointing import environment
from tests.servers.discord.process import running_discord

TRIBUNE, ALONE = "Tribune", "discord.py alone"
_MODULES = {TRIBUNE: "bench.delivery_tribune", ALONE: "bench.delivery_peer"}


class Limits(StrEnum):
    """What Discord allows, and how far away it is."""

    NONE = "without rate limits"
    FAR = "without, each call up to 0.1 s away"
    DISCORDS = "with Discord's rate limits"


_FAR = 0.1  # seconds that a call takes at most before it is looked at, as over a network


@dataclass(frozen=True, kw_only=True, slots=True)
class Run:
    """One run of one of them."""

    deliveries: int
    seconds: float
    limited: int  # calls that Discord refused as too many (429)

    @property
    def rate(self) -> float:
        """Deliveries per second."""
        return self.deliveries / self.seconds


@dataclass(frozen=True, kw_only=True, slots=True)
class Rates:
    """All runs."""

    channels: int
    deliveries: Mapping[Limits, int]
    runs: dict[tuple[Limits, str], list[Run]] = field(default_factory=dict)

    def rate(self, limits: Limits, name: str) -> float:
        """Deliveries per second, the median."""
        return median(each.rate for each in self.runs[limits, name])

    def limited(self, limits: Limits, name: str) -> float:
        """Refused calls of a run, the median."""
        return median(each.limited for each in self.runs[limits, name])

    def ratio(self, limits: Limits) -> float:
        """How Tribune compares: run by run, since a machine is not always as quick; the median."""
        pairs = zip(self.runs[limits, TRIBUNE], self.runs[limits, ALONE], strict=True)
        return median(ours.rate / theirs.rate for ours, theirs in pairs)


async def measure_deliveries(
    deliveries: Mapping[Limits, int], channels: int, runs: int, folder: Path, say: Callable[[str], None]
) -> Rates:
    """Run it, each in turn as the first. Raises RuntimeError where a run did not do all of its work."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    rates = Rates(channels=channels, deliveries=deliveries)
    for number in range(runs):
        for limits in Limits:
            for name in (TRIBUNE, ALONE) if number % 2 == 0 else (ALONE, TRIBUNE):
                each = deliveries[limits] // channels
                done = await _in_a_process(name, folder / f"{number}-{limits.name}", channels, each, limits)
                rates.runs.setdefault((limits, name), []).append(done)
                say(f"run {number + 1}, {limits}: {name} {done.rate:.1f} deliveries/s, {done.limited} refused")
    return rates


async def _in_a_process(name: str, folder: Path, channels: int, each: int, limits: Limits) -> Run:
    """A new Discord, in a process of its own, and one of the two, in another."""
    folder.mkdir(exist_ok=True)
    async with running_discord() as discord:
        limited = limits is Limits.DISCORDS
        numbers = await town(discord, channels, limits=limited)
        if limits is Limits.FAR:
            await discord.weather(slow=_FAR)
        errand = Errand(channels=numbers, each=each, folder=str(folder), limits=limited)
        command = [sys.executable, "-m", _MODULES[name], json.dumps(asdict(errand))]
        surroundings = os.environ | environment(discord.address)
        process = await asyncio.create_subprocess_exec(
            *command, cwd=ROOT, stdout=asyncio.subprocess.PIPE, env=surroundings
        )
        answer, _ = await process.communicate()
        if process.returncode:
            raise RuntimeError(f"{name} has ended without a figure")
        dump = await discord.dump()
    check(dump, errand)
    if calls(dump) - dump["limited"] != CALLS * errand.deliveries:
        raise RuntimeError(f"{name} made {calls(dump)} calls instead of {CALLS * errand.deliveries}")
    shutil.rmtree(folder)
    return Run(deliveries=errand.deliveries, seconds=json.loads(answer), limited=dump["limited"])
