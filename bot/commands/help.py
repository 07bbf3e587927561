"""Help: the commands themselves, from the registry."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

from bot.commands.call import Call, answer
from bot.commands.declaring import Arg, Declared, command
from bot.commands.groups import GROUPS
from bot.domain.model import Role
from bot.domain.telling import Sentence
from bot.ports.commands import Answer, Block, Cell, Column, Command, Fact, Facts, Listing, Parameter

ROLES = {
    Role.READER: "Anybody",
    Role.MEMBER: "Members",
    Role.MODERATOR: "Moderators",
    Role.ADMIN: "Admins",
    Role.OPERATOR: "The operator",
}
"""Who may."""

_NO_COMMANDS = "There is no command for you here."
_FOR_ONE = "“help” with a command's name tells more about it."


@command(
    "help",
    role=Role.READER,
    help="Show what there is to ask for, or all about one command.",
    examples=("help", "help feed add"),
    changes=False,
)
async def show(call: Call, command: Annotated[str | None, Arg("The command to tell about.", rest=True)]) -> Answer:
    """All commands that who asks may use, by group; or one of them, or a group."""
    registry = call.commands
    if command is None:
        return answer(*_groups(call, registry.all()), Sentence(key=_FOR_ONE))
    wanted = " ".join(command.casefold().split())
    group = [each for each in registry.all() if each.group == wanted and each.name != wanted]
    if group:
        return answer(*_groups(call, group))
    return answer(*about(registry.find(command)))


def _groups(call: Call, commands: Sequence[Command]) -> list[Block]:
    by_group: dict[str, list[Command]] = {}
    for each in commands:
        if _may(call, each):
            by_group.setdefault(each.group, []).append(each)
    if not by_group:
        return [Sentence(key=_NO_COMMANDS)]
    return [_listing(group, each) for group, each in by_group.items()]


def _may(call: Call, command: Command) -> bool:
    in_channels = call.channel_roles.values() if command.in_channels else ()
    return any(held.allows(command.role) for held in (call.actor.role, *in_channels))


def _listing(group: str, commands: list[Command]) -> Listing:
    rows: list[tuple[Cell, ...]] = [(each.name, Sentence(key=each.help)) for each in commands]
    return Listing(
        title=Sentence(key=GROUPS[group]),
        columns=(Column(name="command", label="Command"), Column(name="help", label="What it does")),
        rows=tuple(rows),
        empty=Sentence(key=_NO_COMMANDS),
        total=len(rows),
    )


def about(command: Command) -> list[Block]:
    """All about one command."""
    blocks: list[Block] = [Sentence(key=command.help)]
    if command.more:
        blocks.append(Sentence(key=command.more))
    facts = [Fact(name="usage", label="How to write it", value=usage(command))]
    facts.append(Fact(name="role", label="Who may", value=Sentence(key=ROLES[command.role])))
    blocks.append(Facts(facts=tuple(facts)))
    if command.parameters:
        blocks.append(_parameters(command))
    examples: tuple[tuple[Cell, ...], ...] = tuple((each,) for each in command.examples)
    columns = (Column(name="example", label="Example"),)
    title = Sentence(key="Examples")
    blocks.append(Listing(title=title, columns=columns, rows=examples, empty=title, total=len(examples)))
    return blocks


def _parameters(command: Command) -> Listing:
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (_name(each), Sentence(key=each.help), ", ".join(choice.value for choice in each.choices) or None)
        for each in command.parameters
    )
    return Listing(
        title=Sentence(key="Parameters"),
        columns=(
            Column(name="parameter", label="Parameter"),
            Column(name="help", label="What it is"),
            Column(name="choices", label="One of"),
        ),
        rows=rows,
        empty=Sentence(key="Parameters"),
        total=len(rows),
    )


def usage(command: Command) -> str:
    """How a command is typed, what may be left out in brackets."""
    return " ".join([command.name, *(_usage(each) for each in command.parameters)])


def _usage(parameter: Parameter) -> str:
    value = parameter.name.upper()
    if parameter.placed:
        text = f"{value}…" if parameter.rest else value
    else:
        text = f"--{parameter.name}" if parameter.kind.value == "switch" else f"--{parameter.name} {value}"
    return text if parameter.required else f"[{text}]"


def _name(parameter: Parameter) -> str:
    return parameter.name.upper() if parameter.placed else f"--{parameter.name}"


COMMANDS: tuple[Declared, ...] = (show,)
