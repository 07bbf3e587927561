"""Filters on a million characters: no expression takes long, and that is reported."""

from __future__ import annotations

from bench.filter_report import FilterReport
from bench.filtering import EXPRESSIONS, TEXTS, measure_filters


def test_what_filters_cost_is_measured_and_reported() -> None:
    said: list[str] = []
    searched = measure_filters(1, said.append)
    assert len(said) == len(searched) == len(TEXTS)
    assert all(len(each.seconds) == len(EXPRESSIONS) for each in searched)
    lines = FilterReport(command="make bench", runs=1, searched=searched).lines()
    assert sum(line.startswith("- ") for line in lines) == 1
    assert max(ratio for each in searched for ratio in each.ratios) < 100, "the figure itself is the bench's to take"
