"""What the discussion costs, as it is printed and written into docs/performance.md."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from bench.page import Pages, Served
from bench.reactions import Rates, Way
from bench.report import aligned, circumstances, reached, short

BEGIN, END = "<!-- figures of the discussion: written by the command below -->", "<!-- end of these figures -->"
_LEAST_REACTIONS = 0.3
_LEAST_PAGES = 0.5


@dataclass(frozen=True, kw_only=True, slots=True)
class TalkReport:
    """All that was measured of discussions in one go."""

    command: str
    runs: int
    rates: Rates
    pages: Pages

    def lines(self) -> list[str]:
        """Markdown that reads well as it is."""
        rates, pages = self.rates, self.pages
        runs = f"{self.runs} {'runs' if self.runs > 1 else 'run'}, medians"
        return [
            circumstances(self.command),
            f"{rates.reactions:,} reactions to {rates.comments:,} comments; a page of {pages.size:,} bytes; {runs}.",
            "",
            *aligned(self._reactions()),
            "",
            *aligned(self._pages()),
            "",
            *self._verdicts(),
        ]

    def _reactions(self) -> list[list[str]]:
        rates = self.rates
        return [
            ["reactions/s", *Way],
            ["Tribune", *(f"{rates.rate(way):,.0f}" for way in Way)],
            ["bare aiosqlite", *(f"{rates.bare_rate(way):,.0f}" for way in Way)],
            ["Tribune / bare aiosqlite", *(short(rates.ratio(way)) for way in Way)],
        ]

    def _pages(self) -> list[list[str]]:
        pages = self.pages
        return [
            ["pages/s", *Served],
            ["", *(f"{pages.rate(each):,.0f}" for each in Served)],
            ["beside the static page", *(short(pages.ratio(each)) for each in Served)],
        ]

    def _verdicts(self) -> Iterator[str]:
        for way in Way:
            ratio = self.rates.ratio(way)
            verdict = reached(ratio >= _LEAST_REACTIONS)
            yield f"- reactions, {way}: {short(ratio)} times bare aiosqlite; {verdict}: {_LEAST_REACTIONS:g}."
        kept = self.pages.ratio(Served.KEPT)
        yield (
            f"- the article's page, unchanged: {short(kept)} times a static page; "
            f"{reached(kept >= _LEAST_PAGES)}: {_LEAST_PAGES:g}."
        )
