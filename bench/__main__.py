"""`python -m bench`: the race, the memory; the reactions, the page; the filters; the deliveries; Matrix; the tables."""

from __future__ import annotations

import click
import uvloop

from bench import delivery_report, filter_report, matrix_report, talk_report
from bench.delivery import Limits, measure_deliveries
from bench.delivery_report import DeliveryReport
from bench.filter_report import FilterReport
from bench.filtering import measure_filters
from bench.matrix import measure_matrix
from bench.matrix_report import MatrixReport
from bench.memory import Memory, measure_memory
from bench.page import measure_page
from bench.peers import NoPeers, peers_python, version_of
from bench.processes import ROOT
from bench.race import READER, Entrant, Plan, Results, own_entrants, race
from bench.reactions import measure_reactions
from bench.report import Report, write_into
from bench.talk_report import TalkReport

_FOLDER = ROOT / "var" / "bench"
_PAGE = ROOT / "docs" / "performance.md"
_PARTS = ("all", "polling", "discussion", "filters", "delivery", "matrix")
_QUICK = 100
_QUICK_REACTIONS = 5_000
_COMMENTS = 1_000
_DELIVERIES = dict.fromkeys(Limits, 500)
_CHANNELS = 50
_QUICK_CHANNELS = 10  # with two deliveries each
_ARTICLES, _QUICK_ARTICLES = 200, 20  # that go into a room on Matrix
_MATRIX_RUNS = 5
_SECONDS, _QUICK_SECONDS = 5.0, 0.5  # of asking for a page


@click.command()
@click.option("--part", type=click.Choice(_PARTS), default="all", show_default=True)
@click.option("--feeds", type=click.IntRange(1), default=2000, show_default=True, help="How many feeds.")
@click.option("--runs", type=click.IntRange(1), default=3, show_default=True, help="How many times; medians count.")
@click.option("--many", type=click.IntRange(0), default=20_000, show_default=True, help="For the memory; 0: leave out.")
@click.option("--reactions", type=click.IntRange(_COMMENTS), default=100_000, show_default=True, help="How many.")
@click.option("--peers/--no-peers", default=True, show_default=True, help="Measure `reader` beside.")
@click.option("--write/--no-write", default=True, show_default=True, help="Write docs/performance.md.")
@click.option("--quick", is_flag=True, help=f"A look: {_QUICK} feeds, once, nobody else, nothing written.")
def main(part: str, feeds: int, runs: int, many: int, reactions: int, peers: bool, write: bool, quick: bool) -> None:
    """Measure what polling, discussions, filters, deliveries and Matrix cost."""
    if quick:
        feeds, runs, many, reactions, peers, write = _QUICK, 1, 0, _QUICK_REACTIONS, False, False
    if part in ("all", "polling"):
        _polling(feeds, runs, many, peers, write)
    if part in ("all", "discussion"):
        _discussion(reactions, runs, _QUICK_SECONDS if quick else _SECONDS, write)
    if part in ("all", "filters"):
        _filters(runs, write)
    if part in ("all", "delivery"):
        _delivery(runs, quick, write)
    if part in ("all", "matrix"):
        _matrix(1 if quick else max(runs, _MATRIX_RUNS), quick, write)


def _polling(feeds: int, runs: int, many: int, peers: bool, write: bool) -> None:
    entrants, versions, missing = _entrants(peers)
    plan = Plan(feeds=feeds, runs=runs, folder=_FOLDER / "race", entrants=entrants, say=_say)
    results, memory = uvloop.run(_measure(plan, many))
    command = "make bench" if (feeds, runs, many, peers) == (2000, 3, 20_000, True) else _command(feeds, runs, many)
    report = Report(command=command, results=results, runs=runs, memory=memory, peers=versions, missing=missing)
    lines = report.lines()
    click.echo("\n".join(lines))
    if write:
        write_into(_PAGE, lines)


def _discussion(reactions: int, runs: int, seconds: float, write: bool) -> None:
    rates = uvloop.run(measure_reactions(reactions, _COMMENTS, runs, _FOLDER / "reactions", _say))
    pages = uvloop.run(measure_page(_COMMENTS, runs, seconds, _FOLDER / "page", _say))
    command = f"python -m bench --part discussion --reactions {reactions} --runs {runs}"
    lines = TalkReport(command=command, runs=runs, rates=rates, pages=pages).lines()
    click.echo("\n".join(lines))
    if write:
        write_into(_PAGE, lines, talk_report.BEGIN, talk_report.END)


def _filters(runs: int, write: bool) -> None:
    searched = measure_filters(runs, _say)
    command = f"python -m bench --part filters --runs {runs}"
    lines = FilterReport(command=command, runs=runs, searched=searched).lines()
    click.echo("\n".join(lines))
    if write:
        write_into(_PAGE, lines, filter_report.BEGIN, filter_report.END)


def _delivery(runs: int, quick: bool, write: bool) -> None:
    channels = _QUICK_CHANNELS if quick else _CHANNELS
    deliveries = dict.fromkeys(Limits, 2 * channels) if quick else _DELIVERIES
    rates = uvloop.run(measure_deliveries(deliveries, channels, runs, _FOLDER / "delivery", _say))
    command = f"python -m bench --part delivery --runs {runs}"
    lines = DeliveryReport(command=command, runs=runs, rates=rates).lines()
    click.echo("\n".join(lines))
    if write:
        write_into(_PAGE, lines, delivery_report.BEGIN, delivery_report.END)


def _matrix(runs: int, quick: bool, write: bool) -> None:
    articles = _QUICK_ARTICLES if quick else _ARTICLES
    times = uvloop.run(measure_matrix(articles, runs, _FOLDER / "matrix", _say))
    lines = MatrixReport(command="python -m bench --part matrix", runs=runs, times=times).lines()
    click.echo("\n".join(lines))
    if write:
        write_into(_PAGE, lines, matrix_report.BEGIN, matrix_report.END)


async def _measure(plan: Plan, many: int) -> tuple[Results, Memory | None]:
    results = await race(plan)
    return results, await measure_memory(many, _FOLDER / "memory") if many else None


def _entrants(peers: bool) -> tuple[list[Entrant], dict[str, str], dict[str, str]]:
    """Who runs, the versions of the peers, and why one does not run."""
    entrants = own_entrants()
    if not peers:
        return entrants, {}, {READER: "left out"}
    try:
        python = peers_python(_FOLDER / "peers")
    except NoPeers as reason:
        _say(f"{READER} could not be installed: {reason}")
        return entrants, {}, {READER: "not installable"}
    entrants.append(Entrant(name=READER, module="bench.reader_peer", python=python))
    return entrants, {READER: version_of(python, READER)}, {}


def _command(feeds: int, runs: int, many: int) -> str:
    return f"python -m bench --feeds {feeds} --runs {runs} --many {many}"


def _say(line: str) -> None:
    click.echo(line, err=True)


if __name__ == "__main__":
    main(prog_name="python -m bench")
