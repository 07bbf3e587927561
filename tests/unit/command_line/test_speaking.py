"""Answers and refusals, for people and for programs."""

from __future__ import annotations

import json
import os
import pty
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import click
import pytest

from bot.command_line.speaking import MISUSED, Speaking
from bot.domain.telling import Sentence
from bot.errors import RequestError
from bot.locale import translator
from bot.ports.commands import Answer, Unconfirmed

FRENCH = translator("fr")


@contextmanager
def terminal() -> Iterator[int]:
    """A terminal for the standard input and the standard error; its other end, to read and write at."""
    ours, theirs = pty.openpty()
    before = sys.stdin, sys.stderr
    with os.fdopen(os.dup(theirs), "r") as sys.stdin, os.fdopen(theirs, "w", buffering=1) as sys.stderr:
        try:
            yield ours
        finally:
            sys.stdin, sys.stderr = before
    os.close(ours)


def read_until(there: int, last: str) -> str:
    """What stands on a terminal, which hands it over in pieces."""
    shown = ""
    while last not in shown:
        shown += os.read(there, 100_000).decode()
    return shown


def test_an_answer_for_programs(capsys: pytest.CaptureFixture[str]) -> None:
    Speaking(t=FRENCH, zone="UTC", json=True).answer(Answer(blocks=(Sentence(key="Help"),)))
    assert json.loads(capsys.readouterr().out) == {"answer": [{"kind": "sentence", "text": "Aide"}]}


def test_an_answer_for_a_pipe(capsys: pytest.CaptureFixture[str]) -> None:
    Speaking(t=FRENCH, zone="UTC").answer(Answer(blocks=(Sentence(key="Help"),)))
    assert capsys.readouterr().out == "Aide\n"


@pytest.mark.parametrize("status", [1, MISUSED])
def test_a_refusal_is_one_line(status: int, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(click.exceptions.Exit) as ended:
        Speaking(t=FRENCH, zone="UTC").refuse(RequestError("There is no channel here yet."), status)
    assert ended.value.exit_code == status
    assert capsys.readouterr() == ("", f"tribune: {FRENCH('There is no channel here yet.')}\n")


def test_where_nobody_can_be_asked_a_yes_is_wanted(capsys: pytest.CaptureFixture[str]) -> None:
    speaking = Speaking(t=translator("en"), zone="UTC")
    assert not speaking.at_a_terminal
    with pytest.raises(click.exceptions.Exit):
        speaking.refuse(Unconfirmed("Really?"))
    assert capsys.readouterr().err == "tribune: Really? Add --yes to do it.\n"


@pytest.mark.parametrize(("answered", "goes_on"), [("y", True), ("n", False)])
def test_at_a_terminal_it_is_asked(answered: str, goes_on: bool) -> None:
    speaking = Speaking(t=translator("en"), zone="UTC")
    with terminal() as there:
        assert speaking.at_a_terminal
        os.write(there, f"{answered}\n".encode())
        if goes_on:
            speaking.confirm(Unconfirmed("Really?"))
        else:
            with pytest.raises(click.Abort):
                speaking.confirm(Unconfirmed("Really?"))


def test_a_bar_is_shown_at_a_terminal_only_where_there_is_progress() -> None:
    speaking = Speaking(t=translator("en"), zone="UTC")
    with terminal() as there:
        with speaking.progress():
            pass
        print("mark", file=sys.stderr)
        with speaking.progress() as progress:
            progress(1, 3)
            progress(3, 3)
        print("end", file=sys.stderr)
        shown = read_until(there, "end")
    assert shown.startswith("mark")
    assert "3/3" in shown


def test_programs_see_no_bar(capsys: pytest.CaptureFixture[str]) -> None:
    with Speaking(t=translator("en"), zone="UTC").progress() as progress:
        progress(1, 3)
    assert capsys.readouterr() == ("", "")
