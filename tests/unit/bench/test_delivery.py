"""Deliveries on Discord in small, with real processes: all the work is done, counted, and reported."""

from __future__ import annotations

from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

from bench.delivery import ALONE, TRIBUNE, Limits, Rates, Run, measure_deliveries
from bench.delivery_report import DeliveryReport
from bench.errand import SEEDS, Errand, calls, check

ERRAND = Errand(channels=[1, 2], each=1, folder="", limits=False)
SAID = {"type": 0, "reactions": {}}
DONE: dict[str, Any] = {
    "channels": [
        *(
            {"id": each, "thread": False, "messages": [{"type": 0, "reactions": {"👍": [9], "👎": [9]}}]}
            for each in (1, 2)
        ),
        *({"id": each, "thread": True, "messages": [{"type": 21, "reactions": {}}, SAID]} for each in (3, 4)),
    ]
}


async def test_a_few_deliveries_are_measured_and_reported(tmp_path: Path) -> None:
    said: list[str] = []
    rates = await measure_deliveries(dict.fromkeys(Limits, 4), 2, 1, tmp_path / "delivery", said.append)
    assert len(said) == 2 * len(Limits)
    assert all(rates.ratio(each) > 0 for each in Limits)
    assert list((tmp_path / "delivery").iterdir()) == []


def rates(tribune: float, alone: float) -> Rates:
    """Seconds for ten deliveries, whatever the limits, on a machine that is slow now and then."""
    made = Rates(channels=2, deliveries=dict.fromkeys(Limits, 10))
    for limits in Limits:
        for name, seconds, limited in ((TRIBUNE, tribune, 0), (ALONE, alone, 7)):
            made.runs[limits, name] = [
                Run(deliveries=10, seconds=seconds * slow, limited=limited) for slow in (1.0, 40.0, 0.1)
            ]
    return made


@pytest.mark.parametrize(("tribune", "verdict"), [(1.2, "; reached: 0.8"), (1.3, "; NOT REACHED: 0.8")])
def test_each_run_is_held_against_the_one_beside_it(tribune: float, verdict: str) -> None:
    lines = DeliveryReport(command="make bench", runs=3, rates=rates(tribune, 1.0)).lines()
    assert sum(verdict in line for line in lines) == len(Limits)
    assert any(
        line.split("|")[1:-1] == ["calls refused (429): discord.py alone", *["7"] * len(Limits)]
        for line in map(_bare, lines)
    )


def _bare(line: str) -> str:
    return "|".join(cell.strip() for cell in line.split("|"))


def test_work_that_was_done_passes() -> None:
    check(DONE, ERRAND)


@pytest.mark.parametrize("lost", ["post", "invitation", "seed"])
def test_work_that_was_not_done_is_no_figure(lost: str) -> None:
    dump = deepcopy(DONE)
    there = dump["channels"][0 if lost != "invitation" else 2]["messages"]
    if lost == "seed":
        there[0]["reactions"].pop(SEEDS[0])
    else:
        there.pop()
    with pytest.raises(RuntimeError, match="of 2 deliveries"):
        check(dump, ERRAND)


def test_only_what_is_written_in_channels_is_counted() -> None:
    asked = [("GET", "/channels/1"), ("PUT", "/applications/1/commands"), ("POST", "/channels/1/messages")]
    assert calls({"requests": [{"method": method, "path": path} for method, path in asked]}) == 1


def test_each_channel_gets_articles_of_its_own() -> None:
    links = [
        each.link
        for channel in (1, 2)
        for each in Errand(channels=[1, 2], each=3, folder="", limits=False).articles(channel)
    ]
    assert len(set(links)) == 6
