"""What deliveries on Discord cost, as it is printed and written into docs/performance.md."""

from __future__ import annotations

from dataclasses import dataclass

from bench.delivery import ALONE, TRIBUNE, Limits, Rates
from bench.errand import CALLS
from bench.report import aligned, circumstances, reached, short

BEGIN, END = "<!-- figures of deliveries: written by the command below -->", "<!-- end of the figures of deliveries -->"
_LEAST = 0.8


@dataclass(frozen=True, kw_only=True, slots=True)
class DeliveryReport:
    """All that was measured of deliveries in one go."""

    command: str
    runs: int
    rates: Rates

    def lines(self) -> list[str]:
        """Markdown that reads well as it is."""
        rates = self.rates
        runs = f"{self.runs} {'runs' if self.runs > 1 else 'run'}, medians"
        sizes = ", ".join(f"{rates.deliveries[each]:,} {each}" for each in Limits)
        return [
            circumstances(self.command),
            f"Deliveries of {CALLS} calls over {rates.channels} channels: {sizes}; {runs}.",
            "",
            *aligned(self._table()),
            "",
            *(self._verdict(each) for each in Limits),
        ]

    def _table(self) -> list[list[str]]:
        rates = self.rates
        return [
            ["deliveries/s", *Limits],
            *([name, *(f"{rates.rate(each, name):.1f}" for each in Limits)] for name in (TRIBUNE, ALONE)),
            [f"{TRIBUNE} / {ALONE}, run by run", *(short(rates.ratio(each)) for each in Limits)],
            *(
                [f"calls refused (429): {name}", *(f"{rates.limited(each, name):.0f}" for each in Limits)]
                for name in (TRIBUNE, ALONE)
            ),
        ]

    def _verdict(self, limits: Limits) -> str:
        ratio = self.rates.ratio(limits)
        return f"- deliveries {limits}: {short(ratio)} times {ALONE}; {reached(ratio >= _LEAST)}: {_LEAST:g}."
