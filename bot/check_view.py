"""A `CheckReport` for people: tables on a terminal, plain lines elsewhere."""

from __future__ import annotations

from collections.abc import Iterator

from rich.console import Console
from rich.table import Table
from rich.text import Text

from bot.check import CheckReport, Looked
from bot.domain.plan import Standing, Thing

_COLOURS = {
    Standing.NEW: "green",
    Standing.SAME: "dim",
    Standing.DIFFERS: "yellow",
    Standing.REMOVED: "magenta",
    Standing.DATABASE_ONLY: "cyan",
}
_MEANING = {
    Standing.NEW: "would be written into the database",
    Standing.SAME: "in the database as configured",
    Standing.DIFFERS: "the database says otherwise and rules (the names of communities come from the configuration)",
    Standing.REMOVED: "written once, removed in the database since: stays away",
    Standing.DATABASE_ONLY: "not in this configuration: stays as it is",
}
_TITLES = {
    Thing.COMMUNITY: "Communities",
    Thing.SERVER: "Servers",
    Thing.CHANNEL: "Channels",
    Thing.FEED: "Feeds",
    Thing.SUBSCRIPTION: "Subscriptions",
}


def print_report(report: CheckReport, console: Console) -> None:
    """Write a report."""
    if not console.is_terminal:
        for line in plain_lines(report):
            console.print(line, soft_wrap=True, markup=False, highlight=False)
        return
    console.print(f"Database: {report.database}\nSchema: {report.schema}", markup=False, highlight=False)
    for table in _tables(report):
        console.print(table)
    for line in _summary(report):
        console.print(line, markup=False, highlight=False)


def plain_lines(report: CheckReport) -> Iterator[str]:
    """One line for each thing, fit for a pipe."""
    yield f"database: {report.database}"
    yield f"schema: {report.schema}"
    for each in report.comparisons:
        yield f"{each.thing}: {each.name}: {each.standing}{f' ({each.detail})' if each.detail else ''}"
    for looked in report.looked:
        yield f"on its network: {looked.channel}: {_found(looked)}"
    yield from _summary(report)


def _found(looked: Looked) -> str:
    if looked.problem:
        return f"cannot be asked: {looked.problem}"
    return f"{looked.name}: " + (f"the bot lacks: {'; '.join(looked.lacks)}" if looked.lacks else "nothing is missing")


def _summary(report: CheckReport) -> Iterator[str]:
    for standing in Standing:
        if number := report.count(standing):
            yield f"{number} {standing}: {_MEANING[standing]}"


def _tables(report: CheckReport) -> Iterator[Table]:
    for thing, title in _TITLES.items():
        lines = [each for each in report.comparisons if each.thing is thing]
        if lines:
            table = Table("", "", "", title=title, show_header=False, title_justify="left", expand=False)
            for each in lines:
                table.add_row(Text(each.name), Text(each.standing, style=_COLOURS[each.standing]), Text(each.detail))
            yield table
    if report.looked:
        yield _looked(report)


def _looked(report: CheckReport) -> Table:
    title = "Channels on their networks"
    table = Table("", "", title=title, show_header=False, title_justify="left", expand=False)
    for each in report.looked:
        table.add_row(Text(each.channel), Text(_found(each), style="red" if each.problem or each.lacks else "dim"))
    return table
