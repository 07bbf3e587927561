"""How a command answers: words and tables for people, JSON for programs; faults go to the standard error."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, NoReturn

import click

from bot.errors import RequestError
from bot.locale import Translator
from bot.locale.answers import as_data, refusal
from bot.ports.commands import Answer, Progress, Unconfirmed, no_progress

if TYPE_CHECKING:
    from rich.progress import Progress as Bar

FAILED, MISUSED = 1, 2
"""Exit status: it was refused; it was asked for in a way that cannot be understood."""

_WITH_YES = "{question} Add --yes to do it."


@dataclass(frozen=True, kw_only=True, slots=True)
class Speaking:
    """In which language and zone, and for whom."""

    t: Translator
    zone: str
    json: bool = False

    @property
    def at_a_terminal(self) -> bool:
        """Whether somebody reads this who can be asked back."""
        return not self.json and sys.stdin.isatty() and sys.stderr.isatty()

    def answer(self, answer: Answer) -> None:
        """Say what a command answered."""
        if self.json:
            self._dump({"answer": as_data(answer, self.t, self.zone)})
            return
        from rich.console import Console

        from bot.command_line.drawing import draw

        draw(answer, self.t, self.zone, Console(), Console(stderr=True))

    def refuse(self, refused: RequestError, status: int = FAILED) -> NoReturn:
        """Say why something was refused, and end."""
        text = refusal(self.t, refused, self.zone)
        if self.json:
            self._dump({"refused": text})
        else:
            said = self.t(_WITH_YES, question=text) if isinstance(refused, Unconfirmed) else text
            click.echo(f"tribune: {' '.join(said.split())}", err=True)
        raise click.exceptions.Exit(status)

    def confirm(self, question: Unconfirmed) -> None:
        """Ask whether to go on. Raises click.Abort where not."""
        click.confirm(refusal(self.t, question, self.zone), err=True, abort=True)

    @contextmanager
    def progress(self) -> Iterator[Progress]:
        """A bar on a terminal for what takes long; nothing elsewhere."""
        if self.json or not sys.stderr.isatty():
            yield no_progress
            return
        bar = _Bar()
        try:
            yield bar.show
        finally:
            bar.close()

    def _dump(self, data: object) -> None:
        click.echo(json.dumps(data, ensure_ascii=False, indent=2))


class _Bar:
    """A bar that appears when there is something to show."""

    def __init__(self) -> None:
        self._rich: Bar | None = None

    def show(self, done: int, of: int) -> None:
        """Move it to `done` of `of`."""
        if self._rich is None:
            from rich.console import Console
            from rich.progress import BarColumn, MofNCompleteColumn, TimeRemainingColumn
            from rich.progress import Progress as Bar

            self._rich = Bar(BarColumn(), MofNCompleteColumn(), TimeRemainingColumn(), console=Console(stderr=True))
            self._rich.add_task("", total=of)
            self._rich.start()
        (task,) = self._rich.task_ids
        self._rich.update(task, completed=done, total=of)

    def close(self) -> None:
        """Leave it as it stands."""
        if self._rich is not None:
            self._rich.stop()
