"""What filters cost, as it is printed and written into docs/performance.md."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bench.filtering import CHARACTERS, EXPRESSIONS, LITERAL, Searched
from bench.report import aligned, circumstances, reached, short

BEGIN, END = "<!-- figures of filters: written by the command below -->", "<!-- end of the figures of filters -->"
_MOST = 10


@dataclass(frozen=True, kw_only=True, slots=True)
class FilterReport:
    """All that was measured of filters in one go."""

    command: str
    runs: int
    searched: Sequence[Searched]

    def lines(self) -> list[str]:
        """Markdown that reads well as it is."""
        runs = f"{self.runs} {'runs' if self.runs > 1 else 'run'}, the quickest of many searches"
        return [
            circumstances(self.command),
            f"{CHARACTERS:,} characters; {runs}.",
            "",
            *aligned(self._table()),
            "",
            *self._verdicts(),
        ]

    def _table(self) -> list[list[str]]:
        head = ["the text", *(f"`{each.partition(':')[2]}`" for each in (LITERAL, *EXPRESSIONS))]
        return [head, *([each.text, *map(_milliseconds, (each.literal, *each.seconds))] for each in self.searched)]

    def _verdicts(self) -> Iterator[str]:
        worst = max(ratio for each in self.searched for ratio in each.ratios)
        verdict = f"{reached(worst <= _MOST)}: at most {_MOST}"
        yield f"- the slowest of these, beside the literal search: {short(worst)} times; {verdict}."


def _milliseconds(seconds: float) -> str:
    return f"{seconds * 1000:.2f} ms"
