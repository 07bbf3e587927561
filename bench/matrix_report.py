"""What news on Matrix costs, as it is printed and written into docs/performance.md."""

from __future__ import annotations

from dataclasses import dataclass

from bench.matrix import ALONE, TRIBUNE, Times
from bench.matrix_errand import EVENTS
from bench.report import aligned, circumstances, reached

BEGIN, END = "<!-- figures of Matrix: written by the command below -->", "<!-- end of the figures of Matrix -->"
_MOST = 1.2


@dataclass(frozen=True, kw_only=True, slots=True)
class MatrixReport:
    """All that was measured on Matrix in one go."""

    command: str
    runs: int
    times: Times

    def lines(self) -> list[str]:
        """Markdown that reads well as it is."""
        times = self.times
        runs = f"{self.runs} {'runs' if self.runs > 1 else 'run'}, medians"
        return [
            circumstances(self.command),
            f"{times.articles:,} articles of as many feeds, {EVENTS} events each, into one room; {runs}.",
            "",
            *aligned(self._table()),
            "",
            f"- until seen: {times.ratio():.2f} times {ALONE}; {reached(times.ratio() <= _MOST)}: at most {_MOST:g}.",
        ]

    def _table(self) -> list[list[str]]:
        times = self.times
        seconds = {name: times.seconds(name) for name in (TRIBUNE, ALONE)}
        return [
            ["", "until seen", "events/s"],
            *([name, f"{each:.2f} s", f"{times.articles * EVENTS / each:.1f}"] for name, each in seconds.items()),
            [f"{TRIBUNE} / {ALONE}, run by run", f"{times.ratio():.2f}", ""],
        ]
