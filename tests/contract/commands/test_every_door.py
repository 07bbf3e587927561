"""One table of examples, held against every door: same answer, same role needed, same error."""

from __future__ import annotations

import importlib
import re
from collections.abc import AsyncIterator
from functools import lru_cache
from pathlib import Path

import pytest
import pytest_asyncio
from babel.messages.pofile import read_po

import bot.locale
from bot.commands.everything import COMMANDS
from bot.commands.line import parse
from bot.domain.model import Role
from bot.errors import RequestError
from bot.locale import LANGUAGES
from bot.ports.commands import Command
from tests.contract.commands.doors import DOORS, Said, page, typed_line, understood
from tests.contract.commands.example import Example
from tests.contract.commands.scene import Scene, Template, scene

HERE = Path(__file__).parent
_TOKEN = re.compile(r"/signin/[\w-]+")
SPECS: tuple[Command, ...] = tuple(each.command for each in COMMANDS)
BELOW = {Role.MEMBER: "Zoe", Role.MODERATOR: "Ann", Role.ADMIN: "Max", Role.OPERATOR: "Ada"}
"""Who is just not enough."""


def _examples() -> list[Example]:
    modules = sorted(each.stem for each in HERE.glob("examples_*.py"))
    return [each for name in modules for each in importlib.import_module(f"{__package__}.{name}").EXAMPLES]


EXAMPLES = _examples()


def _asked(example: Example) -> Command | None:
    try:
        return parse(example.line, SPECS).command
    except RequestError:
        return None


def _named(example: Example) -> str:
    return f"{example.by}: {example.line}"[:100]


def _changes(example: Example) -> bool:
    command = _asked(example)
    return bool(example.before) or (command is not None and command.changes and not example.refused)


READING = [each for each in EXAMPLES if not _changes(each)]
CHANGING = [each for each in EXAMPLES if _changes(each)]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def still(template: Template, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Scene]:
    """A scene in which nothing is changed."""
    async with scene(template, tmp_path_factory.mktemp("still")) as played:
        yield played


async def at_all_doors(played: Scene, by: str, line: str, language: str) -> dict[str, Said]:
    """What each door answers in one scene; the page has no form for what cannot be understood."""
    doors = {name: door for name, door in DOORS.items() if door is not page or understood(played, line) is not None}
    return {name: await door(played, by, line, language) for name, door in doors.items()}


def hold(said: dict[str, Said], example: Example) -> None:
    """Raise AssertionError unless all doors said the same, and that is what the example is one of."""
    expected = said["typed line"]
    assert (expected.refused is not None) is example.refused, (example, expected)
    for door, each in said.items():
        assert each == expected, (door, example)


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("example", READING, ids=_named)
async def test_what_is_read_or_refused_is_the_same_at_every_door(still: Scene, example: Example, language: str) -> None:
    hold(await at_all_doors(still, example.by, still.line(example.line), language), example)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("example", CHANGING, ids=_named)
async def test_what_is_done_is_answered_the_same_at_every_door(
    template: Template, tmp_path: Path, example: Example, language: str
) -> None:
    said = {}
    for name, door in DOORS.items():
        async with scene(template, tmp_path) as played:
            if door is page and understood(played, played.line(example.line)) is None:
                continue
            for by, line in example.before:
                done = await typed_line(played, by, played.line(line), language)
                assert done.refused is None, (line, done)
            said[name] = await door(played, example.by, played.line(example.line), language)
            played_base = played.page
        said[name] = _without(said[name], played_base)
    hold(said, example)


def _without(said: Said, base: str) -> Said:
    """The page listens elsewhere in each scene, and a link is never the same."""

    def cleaned(value: object) -> object:
        if isinstance(value, str):
            return _TOKEN.sub("/signin/{token}", value.replace(base, "{page}"))
        if isinstance(value, dict):
            return {name: cleaned(each) for name, each in value.items()}
        return [cleaned(each) for each in value] if isinstance(value, list) else value

    answer = cleaned(said.answer)
    return Said(answer=answer if isinstance(answer, list) else None, refused=said.refused)


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize("command", [each for each in SPECS if each.role in BELOW], ids=lambda each: each.name)
async def test_who_may_not_is_told_the_same_at_every_door(still: Scene, command: Command) -> None:
    example = next((each for each in EXAMPLES if _asked(each) == command and not each.refused), None)
    assert example is not None, f"{command.name} has no example"
    by = BELOW[command.role]
    for language in LANGUAGES:
        said = await at_all_doors(still, by, still.line(example.line), language)
        hold(said, Example(line=example.line, by=by, refused=True))
        assert said["typed line"].refused


def test_every_command_has_an_example_and_every_example_a_command() -> None:
    done = {command.name for each in EXAMPLES if not each.refused and (command := _asked(each)) is not None}
    assert done == {each.name for each in SPECS}
    meant_to_be_wrong = [each for each in EXAMPLES if _asked(each) is None]
    assert all(each.refused for each in meant_to_be_wrong), meant_to_be_wrong


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("command", SPECS, ids=lambda each: each.name)
def test_every_command_and_every_parameter_has_help_in_each_language(command: Command, language: str) -> None:
    assert command.help
    assert all(each.help for each in command.parameters)
    told = [command.help, command.more, command.confirm]
    for parameter in command.parameters:
        told += [parameter.help, *(each.label for each in parameter.choices if each.label != each.value)]
    assert [text for text in told if text and text not in _said_in(language)] == []


@lru_cache
def _said_in(language: str) -> set[str]:
    """What a catalogue says, by its English text."""
    with (Path(bot.locale.__file__).parent / f"{language}.po").open("rb") as file:
        return {str(each.id) for each in read_po(file, locale=language) if each.string}
