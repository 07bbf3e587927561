"""What is printed, and the same in docs/performance.md."""

from __future__ import annotations

import os
import platform
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from bench.course import Phase
from bench.memory import Memory
from bench.race import BARE, READER, TRIBUNE, Results

BEGIN, END = "<!-- figures: written by the command below -->", "<!-- end of the figures -->"
COLUMNS = (Phase.UNCHANGED, Phase.ONE_NEW, Phase.COLD, Phase.NO_VALIDATORS)
_TARGETS = {(Phase.UNCHANGED, BARE): 0.5, (Phase.UNCHANGED, READER): 8.0, (Phase.ONE_NEW, READER): 8.0}
_MOST_MEMORY = 150_000_000


@dataclass(frozen=True, kw_only=True, slots=True)
class Report:
    """All that was measured in one go."""

    command: str
    results: Results
    runs: int
    memory: Memory | None
    peers: dict[str, str] = field(default_factory=dict)  # name -> version
    missing: dict[str, str] = field(default_factory=dict)  # name -> why it did not run

    def lines(self) -> list[str]:
        """Markdown that reads well as it is."""
        return [
            *self._circumstances(),
            "",
            *aligned(self._rates()),
            "",
            *aligned(self._lags()),
            "",
            *self._verdicts(),
        ]

    def _circumstances(self) -> Iterator[str]:
        yield circumstances(self.command)
        yield f"{self.results.feeds:,} feeds, {self.runs} {'runs' if self.runs > 1 else 'run'}, medians."

    def _rates(self) -> list[list[str]]:
        rows = [["feeds/s", *COLUMNS]]
        for name in (TRIBUNE, BARE, READER):
            rows.append([self._named(name), *(self._rate(name, phase) for phase in COLUMNS)])
        for name in (BARE, READER):
            ratios = [self.results.ratio(phase, name) for phase in COLUMNS]
            rows.append([f"Tribune / {name}", *("–" if ratio is None else short(ratio) for ratio in ratios)])
        return rows

    def _named(self, name: str) -> str:
        return f"{name} {self.peers[name]}" if name in self.peers else name

    def _rate(self, name: str, phase: Phase) -> str:
        rate = self.results.rate(name, phase)
        return f"{rate:,.0f}" if rate is not None else self.missing.get(name, "–")

    def _lags(self) -> list[list[str]]:
        ours = [f"{self.results.lag(phase) * 1000:.1f} ms" for phase in COLUMNS]
        idle = [f"{self.results.idle_lag(phase) * 1000:.1f} ms" for phase in COLUMNS]
        return [["lag of the loop, p99.9", *COLUMNS], [TRIBUNE, *ours], ["an idle loop meanwhile", *idle]]

    def _verdicts(self) -> Iterator[str]:
        for (phase, name), target in _TARGETS.items():
            ratio = self.results.ratio(phase, name)
            if ratio is not None:
                yield f"- {phase}: {short(ratio)} times {name}; {reached(ratio >= target)}: {target:g}."
        if self.memory is not None:
            yield self._memory(self.memory)

    def _memory(self, memory: Memory) -> str:
        peak = f"{memory.peak / 1e6:.0f} MB"
        verdict = reached(memory.peak < _MOST_MEMORY)
        return (
            f"- main process of a whole Tribune with {memory.feeds:,} subscribed feeds, all of them polled once and "
            f"found unchanged in {memory.seconds:.0f} s (start included): peak of {peak}; {verdict}: under 150 MB."
        )


def circumstances(command: str) -> str:
    """What was run, when, and on which machine."""
    return f"`{command}`, {datetime.now(UTC):%Y-%m-%d}: {_machine()}."


def write_into(file: Path, lines: Sequence[str], begin: str = BEGIN, end: str = END) -> None:
    """Replace what stands between the two markers. Raises ValueError where they are missing."""
    before, begin, rest = file.read_text().partition(begin)
    _, end, after = rest.partition(end)
    if not begin or not end:
        raise ValueError(f"{file} has no place for figures")
    file.write_text("\n".join([before + begin, *lines, end + after]))


def aligned(rows: Sequence[Sequence[str]]) -> list[str]:
    """A table whose columns stand below each other."""
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    lines = [_row(row, widths) for row in rows]
    rule = ["-" * widths[0], *("-" * (width - 1) + ":" for width in widths[1:])]
    return [lines[0], _row(rule, widths), *lines[1:]]


def _row(cells: Sequence[str], widths: Sequence[int]) -> str:
    first, *others = cells
    padded = [first.ljust(widths[0]), *(cell.rjust(width) for cell, width in zip(others, widths[1:], strict=True))]
    return "| " + " | ".join(padded) + " |"


def reached(yes: bool) -> str:
    """In words."""
    return "reached" if yes else "NOT REACHED"


def short(ratio: float) -> str:
    """Two figures, where it is not large."""
    return f"{ratio:.2g}" if ratio < 10 else f"{ratio:,.0f}"


def _machine() -> str:
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return f"{cores} cores ({_processor()}), {platform.system()}, Python {platform.python_version()}"


def _processor() -> str:
    cpuinfo = Path("/proc/cpuinfo")
    lines = cpuinfo.read_text().splitlines() if cpuinfo.exists() else []
    names = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(names, platform.machine())
