"""The page about commands is what the registry says."""

from __future__ import annotations

from bot.commands.everything import COMMANDS
from bot.commands.line import parse
from docs.commands import PLACE, page


def test_the_page_is_current() -> None:
    assert PLACE.read_text(encoding="utf-8") == page(), "run: python -m docs.commands"


def test_every_example_is_understood() -> None:
    commands = tuple(each.command for each in COMMANDS)
    for command in commands:
        assert command.examples
        for example in command.examples:
            assert parse(example, commands).command is command, example
