"""Values that are not typed into the command itself: what stands in a file, and secrets."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import click

from bot.errors import RequestError
from bot.ports.commands import Command, Kind, Line

ELSEWHERE = "-"  # a file: the standard input; a secret: it is asked for
_UNREADABLE = "{parameter}: the file {file} cannot be read: {reason}."
_NO_TEXT = "{parameter}: the file {file} is no text in UTF-8."


def fetched(line: Line, label: Callable[[str], str]) -> dict[str, str]:
    """The values of a line, those of files and secrets fetched; `label` says a message. Raises `RequestError`."""
    return {name: _value(line.command, name, value, label) for name, value in line.values}


def _value(command: Command, name: str, value: str, label: Callable[[str], str]) -> str:
    parameter = command.parameter(name)
    if parameter is not None and parameter.kind is Kind.FILE:
        return _text(name, value)
    if parameter is not None and parameter.kind is Kind.SECRET and value == ELSEWHERE:
        return _secret(label(parameter.help))
    return value


def _text(name: str, file: str) -> str:
    try:
        raw = sys.stdin.buffer.read() if file == ELSEWHERE else Path(file).read_bytes()
    except OSError as error:
        raise RequestError(_UNREADABLE, parameter=name, file=file, reason=error.strerror or str(error)) from error
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise RequestError(_NO_TEXT, parameter=name, file=file) from error


def _secret(prompt: str) -> str:
    if sys.stdin.isatty():
        return str(click.prompt(prompt, hide_input=True, prompt_suffix=" ", err=True))
    return sys.stdin.readline().rstrip("\r\n")


def as_arguments(command: str, values: Mapping[str, str]) -> list[str]:
    """The words for a shell that ask for a command with these values."""
    return ["tribune", *command.split(), *(word for name, value in values.items() for word in (f"--{name}", value))]
