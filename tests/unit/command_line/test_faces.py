"""What Click is told of the registry's commands: help, nearest names, options."""

from __future__ import annotations

import json
import subprocess
import sys

import click
import pytest
from click.testing import CliRunner, Result

from bot.__main__ import main
from bot.command_line.faces import registered
from bot.commands.groups import GROUPS
from bot.locale import translator


def typed(*words: str, **environ: str) -> Result:
    environment = {"LANG": "C", "LC_ALL": "", "LC_MESSAGES": "", **environ}
    return CliRunner().invoke(main, list(words), prog_name="tribune", env=environment)


def test_every_group_and_every_command_of_the_registry_is_there() -> None:
    context = click.Context(main)
    assert set(GROUPS) <= set(main.list_commands(context))
    for spec in registered():
        first, _, second = spec.name.partition(" ")
        found = main.get_command(context, first)
        if second:
            assert isinstance(found, click.Group)
            assert second in found.list_commands(context)
            found = found.get_command(context, second)
        assert found is not None, spec.name


@pytest.mark.parametrize("language", ["en", "fr"])
def test_the_help_of_every_command_is_the_registrys(language: str) -> None:
    t = translator(language)
    for spec in registered():
        shown = " ".join(typed("--language", language, *spec.name.split(), "--help").stdout.split())
        for text in (spec.help, spec.more, *(each.help for each in spec.parameters)):
            assert " ".join(t.known(text).split()) in shown.replace("- ", "-"), spec.name


def test_help_is_in_the_language_of_the_environment() -> None:
    assert "Montre ce que l'on peut demander" in typed("help", "-h", LANG="fr_FR.UTF-8").stdout
    assert "Show what there is to ask for" in typed("help", "-h", LANG="C.UTF-8").stdout
    assert "Show what there is to ask for" in typed("--language", "en", "help", "-h", LANG="fr_FR.UTF-8").stdout


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["hepl"], "There is no command “hepl”. Did you mean “help”?"),
        (["rnu"], "There is no command “rnu”. Did you mean “run”?"),
        (["xyzzy"], "There is no command “xyzzy”. “help” lists them all."),
    ],
)
def test_a_command_that_is_none_is_told_the_nearest(words: list[str], said: str) -> None:
    done = typed(*words)
    assert (done.exit_code, done.stderr.strip()) == (2, f"tribune: {said}")
    done = typed(*words, "--json")
    assert (done.exit_code, json.loads(done.stdout)) == (2, {"refused": said})


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--language", "tlh", "help"], "tlh is not spoken here; there are: en, fr"),
        (["--zone", "Europe/Nowhere", "help"], "there is no time zone Europe/Nowhere"),
    ],
)
def test_options_that_cannot_be(words: list[str], said: str) -> None:
    done = typed(*words)
    assert done.exit_code == 2
    assert said in done.stderr


def test_the_general_help_imports_neither_registry_nor_database() -> None:
    program = """
import sys
from bot.__main__ import main
main(["--help"], standalone_mode=False)
heavy = {"asyncio", "sqlalchemy", "aiohttp", "pydantic", "rich", "babel", "bot.app", "bot.ports", "bot.domain"}
print(sorted(heavy & set(sys.modules)))
"""
    environ = {"LANG": "C", "PATH": ""}
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, env=environ, check=True)
    assert done.stdout.splitlines()[-1] == "[]"


@pytest.mark.parametrize(
    ("words", "offered"),
    [("tribune he", ["help"]), ("tribune help --", ["--command", "--json", "--help"])],
)
def test_a_shell_completes(words: str, offered: list[str], example_config: str) -> None:
    environ = {"COMP_WORDS": words, "COMP_CWORD": str(len(words.split()) - 1), "_TRIBUNE_COMPLETE": "bash_complete"}
    done = typed(**environ, TRIBUNE_CONFIG=example_config)
    assert [each.partition(",")[2] for each in done.stdout.splitlines()] == offered


def test_without_a_database_a_shell_is_told_nothing_wrong() -> None:
    environ = {"COMP_WORDS": "tribune help --c", "COMP_CWORD": "2", "_TRIBUNE_COMPLETE": "bash_complete"}
    done = typed(**environ, TRIBUNE_CONFIG="/nowhere/config.toml")
    assert (done.stdout.strip(), done.stderr) == ("", "")
