"""What is typed, and how it is understood."""

from __future__ import annotations

from typing import Annotated

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.commands.call import Call, said
from bot.commands.declaring import Arg, command
from bot.commands.line import addressed, parse, split, unfinished
from bot.domain.model import Channel, Role
from bot.errors import RequestError
from bot.locale.answers import quoted
from bot.ports.commands import Answer


@command("feed add", role=Role.ADMIN, help="Add.", examples=("feed add x",))
async def add(
    call: Call,
    address: Annotated[str, Arg("The address.")],
    channel: Annotated[Channel | None, Arg("The channel.")] = None,
    *,
    filter: Annotated[str | None, Arg("The filter.")] = None,
    members_only: Annotated[bool, Arg("For members.")] = False,
) -> Answer:
    return said("Done.")


@command("feed list", role=Role.READER, help="List.", examples=("feed list",))
async def lists(call: Call) -> Answer:
    return said("Done.")


@command("help", role=Role.READER, help="Help.", examples=("help",))
async def helps(call: Call, command: Annotated[str | None, Arg("Which.", rest=True)]) -> Answer:
    return said("Done.")


COMMANDS = (add.command, lists.command, helps.command)


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("", []),
        ("  feed   add ", ["feed", "add"]),
        ('a "b c" d', ["a", "b c", "d"]),
        ("“b c” « d e »", ["b c", "d e"]),
        ("l'IA d'abord", ["l'IA", "d'abord"]),
        ("'l’IA'", ["l’IA"]),
        (r"a\"b \\", ['a"b', "\\"]),
        (r'"a \"b\" c"', ['a "b" c']),
        ('--filter="a b"', ["--filter=a b"]),
        ('""', [""]),
    ],
)
def test_words(line: str, words: list[str]) -> None:
    assert [each.text for each in split(line)] == words


@pytest.mark.parametrize(
    ("line", "values"),
    [
        ("feed add https://x", {"address": "https://x"}),
        ("FEED ADD https://x news", {"address": "https://x", "channel": "news"}),
        ("feed add https://x --channel=news", {"address": "https://x", "channel": "news"}),
        ("feed add --channel news https://x", {"address": "https://x", "channel": "news"}),
        ('feed add x --filter "a OR b"', {"address": "x", "filter": "a OR b"}),
        ("feed add x --members-only", {"address": "x", "members-only": "yes"}),
        ("feed add x --members-only=no", {"address": "x", "members-only": "no"}),
        ('feed add x --filter "--y"', {"address": "x", "filter": "--y"}),
        ("feed add -- --x", {"address": "--x"}),
        ("help feed add", {"command": "feed add"}),
        ("", {}),
    ],
)
def test_values(line: str, values: dict[str, str]) -> None:
    assert dict(parse(line, COMMANDS).values) == values


@pytest.mark.parametrize(
    ("message", "line"),
    [
        ("!tribune feed list", "feed list"),
        ("  !Tribune: help ", "help"),
        ("!tribune", ""),
        ("!tribunes help", None),
        ("tribune help", None),
        ("", None),
        ("I say !tribune help", None),
    ],
)
def test_what_is_meant_for_us(message: str, line: str | None) -> None:
    assert addressed(message, "!tribune") == line


def test_yes_confirms_anything() -> None:
    assert parse("feed list --yes", COMMANDS).confirmed
    assert not parse("feed list", COMMANDS).confirmed


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("fed add x", "There is no command “fed add”. Did you mean “feed add”?"),
        ("feed ad x", "There is no command “feed ad”. Did you mean “feed add”?"),
        ("feed", "“feed” is only the beginning of a command. There are: feed add, feed list."),
        ("qqqq", "There is no command “qqqq”. “help” lists them all."),
        ("feed add x --filtre y", "“feed add” has nothing called “filtre”. Did you mean “filter”?"),
        ("feed add x --zzz", "“feed add” has nothing called “zzz”. There are: address, channel, filter, members-only."),
        ("feed list --zzz", "“feed list” takes nothing called “zzz”: it has no parameters."),
        ("feed add x --filter", "“--filter” wants a value after it."),
        ("feed add x --filter --members-only", "“--filter” wants a value after it."),
        ("feed add x --filter a --filter b", "“filter” is given twice."),
        ("feed add a b c", "“c” is more than “feed add” takes. Several words that belong together stand in quotes."),
        ('feed add "x', 'The quote that opens at character 10 is never closed: "x'),
    ],
)
def test_what_cannot_be_understood(line: str, told: str) -> None:
    with pytest.raises(RequestError) as refused:
        parse(line, COMMANDS)
    assert str(refused.value) == told


@given(st.text(min_size=1))
def test_a_quoted_value_comes_back_as_it_was(text: str) -> None:
    assert dict(parse(f"feed add {quoted(text)}", COMMANDS).values) == {"address": text}


@pytest.mark.parametrize(
    ("line", "known"),
    [
        ("", ("feed", "help")),
        ("fe", ("feed", "help")),
        ("feed ", ("add", "list")),
        ("feed a", ("add", "list")),
        ("feed add x --", ("--address", "--channel", "--filter", "--members-only")),
        ("feed add x --filter y --", ("--address", "--channel", "--members-only")),
        ("wrong ", ()),
    ],
)
def test_names_that_a_word_could_become(line: str, known: tuple[str, ...]) -> None:
    assert tuple(each.value for each in unfinished(line, COMMANDS).known) == known


@pytest.mark.parametrize(
    ("line", "parameter", "typed"),
    [
        ("feed add ", "address", ""),
        ("feed add x ", "channel", ""),
        ("feed add x ne", "channel", "ne"),
        ("feed add x --channel ne", "channel", "ne"),
        ("feed add --filter y ", "address", ""),
        ('feed add x "ne', "channel", "ne"),
        ("help feed a", "command", "a"),
    ],
)
def test_values_that_a_word_could_become(line: str, parameter: str, typed: str) -> None:
    found = unfinished(line, COMMANDS)
    assert (found.parameter and found.parameter.name, found.typed) == (parameter, typed)
