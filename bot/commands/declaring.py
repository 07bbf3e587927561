"""A command is one typed function: what the doors know of it follows from its signature.

    @command("channel show", role=Role.MEMBER, help="Show what is set in a channel.", examples=("channel show news",))
    async def show(call: Call, channel: Annotated[Channel, Arg("The channel.")]) -> Answer: ...

Parameters that can stand without their names come first; those after `*` are always named. One without a default, or
whose type does not take None, is required. `Arg` says what a parameter is for.
"""

from __future__ import annotations

import inspect
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from types import NoneType, UnionType
from typing import Annotated, Any, NewType, Union, get_args, get_origin, get_type_hints

from bot.domain.model import Case, Channel, Community, Feed, Role, Server
from bot.ports.commands import Answer, Choice, Command, Kind, Parameter

Secret = NewType("Secret", str)
"""What must not be shown again."""

FileText = NewType("FileText", str)
"""The text of a file."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Story:
    """An article that a command is about; without a discussion where no channel of the community got it."""

    article_id: Any  # ArticleId
    discussion_id: Any  # DiscussionId | None
    title: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Somebody:
    """A member whom a command is about."""

    member_id: Any  # MemberId
    name: str


@dataclass(frozen=True, slots=True)
class Arg:
    """What a parameter is for. `labels` are messages for the values of a StrEnum."""

    help: str
    rest: bool = field(default=False, kw_only=True)
    least: int | None = field(default=None, kw_only=True)
    most: int | None = field(default=None, kw_only=True)
    labels: Mapping[Any, str] = field(default_factory=dict, kw_only=True)
    name: str | None = field(default=None, kw_only=True)


@dataclass(frozen=True, kw_only=True, slots=True)
class Slot:
    """A parameter as the function takes it."""

    parameter: Parameter
    keyword: str
    type: Any
    default: Any


@dataclass(frozen=True, kw_only=True, slots=True)
class Declared:
    """A command with the function behind it."""

    command: Command
    function: Callable[..., Awaitable[Answer]]
    slots: tuple[Slot, ...]


_KINDS: dict[Any, Kind] = {
    str: Kind.TEXT,
    Secret: Kind.SECRET,
    FileText: Kind.FILE,
    int: Kind.NUMBER,
    bool: Kind.SWITCH,
    timedelta: Kind.SPAN,
    date: Kind.DATE,
    Feed: Kind.FEED,
    Channel: Kind.CHANNEL,
    Story: Kind.ARTICLE,
    Somebody: Kind.MEMBER,
    Case: Kind.CASE,
    Community: Kind.COMMUNITY,
    Server: Kind.SERVER,
}
_SUGGESTED = {
    Kind.CHOICE,
    Kind.SWITCH,
    Kind.FEED,
    Kind.CHANNEL,
    Kind.ARTICLE,
    Kind.MEMBER,
    Kind.CASE,
    Kind.COMMUNITY,
    Kind.SERVER,
}

Function = Callable[..., Awaitable[Answer]]


def command(
    name: str,
    *,
    role: Role,
    in_channels: bool = False,
    help: str,
    more: str = "",
    confirm: str = "",
    examples: tuple[str, ...],
    changes: bool = True,
) -> Callable[[Function], Declared]:
    """Declare a function to be a command; see `bot.ports.commands.Command` for what is said of it.

    One that can be done `in_channels` asks `Call.need` for the channels that it is about, where no parameter names one.
    """

    def declare(function: Function) -> Declared:
        slots = tuple(_slots(function))
        spec = Command(
            name=name,
            help=help,
            more=more,
            role=role,
            in_channels=in_channels,
            parameters=tuple(each.parameter for each in slots),
            confirm=confirm,
            examples=examples,
            changes=changes,
        )
        return Declared(command=spec, function=function, slots=slots)

    return declare


def _slots(function: Function) -> list[Slot]:
    hints = get_type_hints(function, include_extras=True)
    signature = inspect.signature(function)
    return [_slot(each, hints[each.name]) for each in list(signature.parameters.values())[1:]]


def _slot(parameter: inspect.Parameter, hint: Any) -> Slot:
    if get_origin(hint) is not Annotated:
        raise TypeError(f"the parameter {parameter.name} has no Arg")
    bare, arg = get_args(hint)[:2]
    kind_of, optional = _without_none(bare)
    default = parameter.default
    kind = Kind.CHOICE if _is_choice(kind_of) else _KINDS[kind_of]
    described = Parameter(
        name=arg.name or parameter.name.strip("_").replace("_", "-"),
        kind=kind,
        help=arg.help,
        required=default is inspect.Parameter.empty and not optional and kind is not Kind.SWITCH,
        placed=parameter.kind is not inspect.Parameter.KEYWORD_ONLY,
        rest=arg.rest,
        choices=_choices(kind_of, arg) if kind is Kind.CHOICE else (),
        least=arg.least,
        most=arg.most,
        unset=kind is Kind.SWITCH and optional,
        completes=kind in _SUGGESTED,
    )
    usual = False if kind is Kind.SWITCH and not optional else None
    return Slot(
        parameter=described,
        keyword=parameter.name,
        type=kind_of,
        default=usual if default is inspect.Parameter.empty else default,
    )


def _without_none(hint: Any) -> tuple[Any, bool]:
    if get_origin(hint) in (Union, UnionType):
        kinds = [each for each in get_args(hint) if each is not NoneType]
        return kinds[0], len(kinds) < len(get_args(hint))
    return hint, False


def _is_choice(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, StrEnum)


def _choices(kind: type[StrEnum], arg: Arg) -> tuple[Choice, ...]:
    wanted = arg.labels or {each: each.value for each in kind}
    return tuple(Choice(value=each.value, label=label) for each, label in wanted.items())
