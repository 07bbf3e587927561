"""The race in small, with real processes: who polls, polls everything, and finds what is new."""

from __future__ import annotations

from pathlib import Path

from bench.course import LAPS, Phase
from bench.documents import documents
from bench.lag import percentile
from bench.race import BARE, READER, SEED, TRIBUNE, Plan, own_entrants, race
from bench.report import BEGIN, END, Report, write_into

FEEDS = 12


async def test_a_small_race_counts_right_and_is_reported(tmp_path: Path) -> None:
    said: list[str] = []
    folder = tmp_path / "race"
    results = await race(Plan(feeds=FEEDS, runs=1, folder=folder, entrants=own_entrants(), say=said.append))
    assert len(said) == 2 * len(LAPS)
    for (name, phase), laps in results.laps.items():
        assert [lap.polled for lap in laps] == [FEEDS] * LAPS.count(phase), (name, phase)
    new = {phase: laps[0] for (name, phase), laps in results.laps.items() if name == TRIBUNE}
    assert new[Phase.COLD].entries == sum(each.shown for each in documents(FEEDS, SEED))
    assert new[Phase.COLD].posts == 3 * FEEDS
    assert (new[Phase.UNCHANGED].entries, new[Phase.NO_VALIDATORS].entries) == (0, 0)
    assert (new[Phase.ONE_NEW].entries, new[Phase.ONE_NEW].posts) == (FEEDS, FEEDS)
    report = Report(command="make bench", results=results, runs=1, memory=None, missing={READER: "left out"})
    lines = report.lines()
    assert any(line.startswith("| Tribune") for line in lines)
    assert any(BARE in line for line in lines)
    page = tmp_path / "performance.md"
    page.write_text(f"Before\n{BEGIN}\nfigures of last week\n{END}\nAfter\n")
    write_into(page, lines)
    assert page.read_text().startswith("Before\n")
    assert page.read_text().endswith(f"{END}\nAfter\n")
    assert "last week" not in page.read_text()


def test_the_percentile_is_the_nearest_rank() -> None:
    values = [float(number) for number in range(1, 1001)]
    assert percentile(values, 0.999) == 999.0
    assert percentile(values, 1.0) == 1000.0
    assert percentile([5.0], 0.999) == 5.0
    assert percentile([], 0.999) == 0.0
