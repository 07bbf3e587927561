"""Reactions and the page in small, with real processes: all the work is done, and reported."""

from __future__ import annotations

from pathlib import Path

import pytest

from bench.page import Served, measure_page
from bench.reactions import Way, measure_reactions
from bench.report import write_into
from bench.talk_report import BEGIN, END, TalkReport


async def test_what_a_small_discussion_costs_is_measured_and_reported(tmp_path: Path) -> None:
    said: list[str] = []
    rates = await measure_reactions(400, 20, 1, tmp_path / "reactions", said.append)
    pages = await measure_page(60, 1, 0.1, tmp_path / "page", said.append)
    assert len(said) == len(Way) + len(Served)
    for way in Way:
        assert rates.ratio(way) > 0
    assert pages.size > 20_000
    assert pages.ratio(Served.STATIC) == 1
    assert pages.rate(Served.KEPT) > pages.rate(Served.RENDERED)
    lines = TalkReport(command="make bench", runs=1, rates=rates, pages=pages).lines()
    assert sum(line.startswith("- ") for line in lines) == 3
    page = tmp_path / "performance.md"
    page.write_text(f"Before\n{BEGIN}\nfigures of last week\n{END}\nAfter\n")
    write_into(page, lines, BEGIN, END)
    assert page.read_text().endswith(f"{END}\nAfter\n")
    assert "last week" not in page.read_text()


async def test_work_that_was_not_done_is_no_figure(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError):  # nobody can react ten thousand times to one comment
        await measure_reactions(10_000, 1, 1, tmp_path / "reactions", print)
