"""What the documents name is there: files, commands, targets."""

from __future__ import annotations

import re
from pathlib import Path

import click
import pytest

from bot.__main__ import main

ROOT = Path(__file__).resolve().parents[3]
DOCUMENTS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
SOURCES = [*DOCUMENTS, ROOT / "config.example.toml", *(each for each in (ROOT / "deploy").iterdir() if each.is_file())]


def named(pattern: str) -> list[tuple[str, str]]:
    found = ((path, match) for path in SOURCES for match in re.findall(pattern, path.read_text(encoding="utf-8"), re.M))
    return sorted({(path.relative_to(ROOT).as_posix(), match) for path, match in found})


def targets() -> set[str]:
    return set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_every_link_to_a_file_leads_to_one(path: Path) -> None:
    links = re.findall(r"\]\((?!https?://|#|mailto:)([^)#\s]+)", path.read_text(encoding="utf-8"))
    assert [link for link in links if not (path.parent / link).exists()] == []


def test_every_target_of_make_that_is_named_is_there() -> None:
    assert [each for each in named(r"`make ([a-z]+)|^\s*(?:\$ )?make ([a-z]+)") if not set(each[1]) & targets()] == []


def test_every_command_that_is_named_is_there() -> None:
    assert [
        (path, words) for path, words in named(r"`tribune ((?:--\w+ \S+ )?[a-z][a-z ]*)") if not _is_command(words)
    ] == []


def _is_command(words: str) -> bool:
    command: click.Command = main
    for word in re.sub(r"^--\w+ \S+ ", "", words).split():
        if not isinstance(command, click.Group):
            return True
        found = command.get_command(click.Context(command), word)
        if found is None:
            return False
        command = found
    return True


def test_every_command_has_help() -> None:
    assert [name for name, command in _commands(main) if not command.get_short_help_str()] == []


def _commands(group: click.Group, before: str = "") -> list[tuple[str, click.Command]]:
    found = []
    for name, command in group.commands.items():
        found.append((before + name, command))
        if isinstance(command, click.Group):
            found += _commands(command, f"{before}{name} ")
    return found
