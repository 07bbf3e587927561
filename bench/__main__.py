"""`python -m bench`: the race, the memory, the table."""

from __future__ import annotations

import click
import uvloop

from bench.memory import Memory, measure_memory
from bench.peers import NoPeers, peers_python, version_of
from bench.processes import ROOT
from bench.race import READER, Entrant, Plan, Results, own_entrants, race
from bench.report import Report, write_into

_FOLDER = ROOT / "var" / "bench"
_PAGE = ROOT / "docs" / "performance.md"
_QUICK = 100


@click.command()
@click.option("--feeds", type=click.IntRange(1), default=2000, show_default=True, help="How many feeds.")
@click.option("--runs", type=click.IntRange(1), default=3, show_default=True, help="How many times; medians count.")
@click.option("--many", type=click.IntRange(0), default=20_000, show_default=True, help="For the memory; 0: leave out.")
@click.option("--peers/--no-peers", default=True, show_default=True, help="Measure `reader` beside.")
@click.option("--write/--no-write", default=True, show_default=True, help="Write docs/performance.md.")
@click.option("--quick", is_flag=True, help=f"A look: {_QUICK} feeds, once, nobody else, nothing written.")
def main(feeds: int, runs: int, many: int, peers: bool, write: bool, quick: bool) -> None:
    """Measure what polling costs."""
    if quick:
        feeds, runs, many, peers, write = _QUICK, 1, 0, False, False
    entrants, versions, missing = _entrants(peers)
    plan = Plan(feeds=feeds, runs=runs, folder=_FOLDER / "race", entrants=entrants, say=_say)
    results, memory = uvloop.run(_measure(plan, many))
    command = "make bench" if (feeds, runs, many, peers) == (2000, 3, 20_000, True) else _command(feeds, runs, many)
    report = Report(command=command, results=results, runs=runs, memory=memory, peers=versions, missing=missing)
    lines = report.lines()
    click.echo("\n".join(lines))
    if write:
        write_into(_PAGE, lines)


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
