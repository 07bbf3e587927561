"""Writes docs/commands.md from the registry: `python -m docs.commands` from the repository's root."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from pathlib import Path

from bot.commands.everything import COMMANDS
from bot.commands.groups import GROUPS
from bot.commands.help import ROLES, usage
from bot.ports.commands import Command, Kind, Parameter

PLACE = Path(__file__).with_name("commands.md")

HEAD = """\
# Commands

Every command, as the program itself knows it: this page is generated (`python -m docs.commands`).

They are the same everywhere. On the command line they follow `tribune`; on the page they are forms under *Commands*; in
chats without commands of their own they are typed after a prefix (`!tribune`, configurable). `help` tells what you can
do where you are, `help feed add` all about one command.

- What stands first has its place (`feed add ADDRESS CHANNEL`); the rest is named (`--filter "school OR library"`).
  Everything can be named. What may be left out stands in brackets.
- Several words that belong together stand in quotes, of any kind: "…", '…', “…”, « … ». Inside a word a quote is an
  apostrophe. A backslash takes the next quote as it is.
- A feed, channel, article, member or case is meant by its number, its address or its name, as far as that says which.
- A length of time is written like `45m`, `12h` or `1d12h`, a date like `2026-01-31`.
- What cannot be undone is asked about first; `--yes` answers in advance.
"""

_VALUES = {
    Kind.SWITCH: "yes or no",
    Kind.NUMBER: "a number",
    Kind.SPAN: "a length of time",
    Kind.DATE: "a date",
    Kind.FILE: "a file",
    Kind.SECRET: "a secret, never shown again",
    Kind.FEED: "a feed",
    Kind.CHANNEL: "a channel",
    Kind.ARTICLE: "an article",
    Kind.MEMBER: "a member",
    Kind.CASE: "a case",
    Kind.COMMUNITY: "a community",
    Kind.SERVER: "a server",
    Kind.TEXT: "text",
}


def page() -> str:
    """The whole page."""
    parts = [HEAD]
    for group, commands in groupby((each.command for each in COMMANDS), key=lambda each: each.group):
        parts.append(f"## {GROUPS[group]}\n")
        parts.extend("\n".join(_command(each)) for each in commands)
    return "\n".join(parts)


def _command(command: Command) -> Iterator[str]:
    yield f"### {command.name}\n"
    yield " ".join(each for each in (command.help, command.more) if each) + "\n"
    yield f"```\n{usage(command)}\n```\n"
    if command.parameters:
        yield "| parameter | what it is | value |\n| --- | --- | --- |"
        yield from (_parameter(each) for each in command.parameters)
        yield ""
    yield f"Who may: {ROLES[command.role].lower()}." + (" Asks before it is done." if command.confirm else "") + "\n"
    yield "For example:\n"
    yield "```\n" + "\n".join(command.examples) + "\n```\n"


def _parameter(parameter: Parameter) -> str:
    name = parameter.name.upper() if parameter.placed else f"--{parameter.name}"
    return f"| `{name}` | {_cell(parameter.help)} | {_cell(_value(parameter))} |"


def _value(parameter: Parameter) -> str:
    if parameter.kind is Kind.CHOICE:
        return ", ".join(f"`{each.value}`" for each in parameter.choices)
    bounds = [f"at least {parameter.least}"] if parameter.least is not None else []
    bounds += [f"at most {parameter.most}"] if parameter.most is not None else []
    return ", ".join([_VALUES[parameter.kind], *bounds])


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


if __name__ == "__main__":
    PLACE.write_text(page(), encoding="utf-8")
