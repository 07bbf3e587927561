"""The registry's commands as Discord's application commands: made of what the registry says, nothing written twice."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Any

import discord

from bot.domain.model import Role
from bot.locale import LANGUAGES, Translator, translator
from bot.ports.commands import Choice, Command, Kind, Parameter

ACTIONS = {"report": "Report to the moderators", "quote": "Quote in my reply"}
"""What can be done with a message, and what it is called: a message of the catalogue."""

KINDS_THAT_COMPLETE = {Kind.FEED, Kind.CHANNEL, Kind.ARTICLE, Kind.MEMBER, Kind.CASE, Kind.COMMUNITY}

LONGEST_DESCRIPTION = 100
MOST_CHOICES = 25

_GUILD = 0
_INSTALLED_IN_GUILD = 0
_TYPES = {
    Kind.NUMBER: discord.AppCommandOptionType.integer,
    Kind.SWITCH: discord.AppCommandOptionType.boolean,
    Kind.FILE: discord.AppCommandOptionType.attachment,
}
_NEEDED: dict[Role, discord.Permissions] = {
    Role.MODERATOR: discord.Permissions(moderate_members=True),
    Role.ADMIN: discord.Permissions(manage_guild=True),
    Role.OPERATOR: discord.Permissions(administrator=True),
}


def definitions(commands: Sequence[Command]) -> list[dict[str, Any]]:
    """All commands and menus, as Discord's API takes them."""
    groups = groupby(commands, key=lambda each: each.group)
    return [*(_group(name, list(members)) for name, members in groups), *_menus()]


def digest(defined: Sequence[dict[str, Any]]) -> str:
    """The same for the same definitions, another one where they differ."""
    return hashlib.sha256(json.dumps(defined, sort_keys=True).encode()).hexdigest()


def shortened(text: str, most: int) -> str:
    """`text` in at most `most` characters, cut between words where it has to be cut."""
    if len(text) <= most:
        return text
    cut = text[: most - 1]
    return f"{(cut.rpartition(' ')[0] or cut).rstrip(' ,;:.')}…"


def _group(name: str, members: Sequence[Command]) -> dict[str, Any]:
    """A group with its commands; a command without a group stands alone. Who may see it is who may do the least."""
    least = min((each.role for each in members), key=lambda role: role.rank)
    alone = len(members) == 1 and members[0].name == name
    made = _command(name, members[0]) if alone else _with_members(name, members)
    return made | _everywhere(discord.AppCommandType.chat_input) | _permissions(least)


def _with_members(name: str, members: Sequence[Command]) -> dict[str, Any]:
    """Only programs and the settings of a server show what a group is for: what it holds says it in any language."""
    words = [each.name.removeprefix(f"{name} ") for each in members]
    subcommand = {"type": discord.AppCommandOptionType.subcommand.value}
    options = [_command(word, each) | subcommand for word, each in zip(words, members, strict=True)]
    return {"name": name, "description": shortened(", ".join(words), LONGEST_DESCRIPTION), "options": options}


def _command(name: str, command: Command) -> dict[str, Any]:
    ordered = sorted(command.parameters, key=lambda each: not each.required)  # Discord wants the required ones first
    return {"name": name, **_described(command.help), "options": [_option(each) for each in ordered]}


def _option(parameter: Parameter) -> dict[str, Any]:
    kind = _TYPES.get(parameter.kind, discord.AppCommandOptionType.string)
    option = {"type": kind.value, "name": parameter.name, **_described(parameter.help), "required": parameter.required}
    return option | dict(_limits(parameter))


def _limits(parameter: Parameter) -> Iterator[tuple[str, Any]]:
    if parameter.kind is Kind.NUMBER:
        bounds = {"min_value": parameter.least, "max_value": parameter.most}
        yield from ((name, bound) for name, bound in bounds.items() if bound is not None)
    elif parameter.kind is Kind.CHOICE and 0 < len(parameter.choices) <= MOST_CHOICES:
        yield "choices", [_choice(each) for each in parameter.choices]
    elif completes(parameter):
        yield "autocomplete", True


def completes(parameter: Parameter) -> bool:
    """Whether Discord asks what it could be while it is typed."""
    if parameter.kind in _TYPES or (parameter.kind is Kind.CHOICE and len(parameter.choices) <= MOST_CHOICES):
        return False
    return parameter.completes or parameter.kind in KINDS_THAT_COMPLETE


def _choice(choice: Choice) -> dict[str, Any]:
    return {
        "name": shortened(choice.label, LONGEST_DESCRIPTION),
        "name_localizations": _translations(choice.label),
        "value": choice.value,
    }


def _described(text: str) -> dict[str, Any]:
    return {
        "description": shortened(text, LONGEST_DESCRIPTION),
        "description_localizations": _translations(text),
    }


def _translations(text: str) -> dict[str, str]:
    return {each.language: shortened(each.known(text), LONGEST_DESCRIPTION) for each in _others()}


def _others() -> list[Translator]:
    return [translator(language) for language in LANGUAGES[1:]]


def _menus() -> Iterator[dict[str, Any]]:
    for name in ACTIONS.values():
        said = {each.language: each.known(name) for each in _others()}
        yield {"name": name, "name_localizations": said} | _everywhere(discord.AppCommandType.message)


def _everywhere(kind: discord.AppCommandType) -> dict[str, Any]:
    return {"type": kind.value, "contexts": [_GUILD], "integration_types": [_INSTALLED_IN_GUILD]}


def _permissions(least: Role) -> dict[str, Any]:
    needed = _NEEDED.get(least)
    return {"default_member_permissions": needed.value if needed is not None else None}
