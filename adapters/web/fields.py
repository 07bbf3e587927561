"""The fields of a command's form, from its parameters."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from aiohttp import web

from adapters.web.asking import caller
from adapters.web.site import SITE
from bot.ports.commands import Command, Completion, Kind, Parameter

_ENTITIES = {Kind.FEED, Kind.CHANNEL, Kind.ARTICLE, Kind.MEMBER, Kind.CASE, Kind.COMMUNITY, Kind.SERVER}
_LONGEST_SHOWN = 200_000  # characters of a file that are put back into the form


@dataclass(frozen=True, kw_only=True, slots=True)
class Field:
    """A parameter with what was typed for it, and what it could be."""

    parameter: Parameter
    value: str = ""
    known: Sequence[Completion] = ()

    @property
    def id(self) -> str:
        """What the field is called on its page."""
        return f"p-{self.parameter.name}"

    @property
    def kind(self) -> str:
        """How it is drawn."""
        return self.parameter.kind.value

    @property
    def long(self) -> bool:
        """Whether it takes more than a line."""
        return "\n" in self.value or len(self.value) > 120


async def fields_of(request: web.Request, command: Command, values: Mapping[str, str]) -> list[Field]:
    """Every field of a command's form, secrets emptied."""
    return [await _field(request, command, each, values) for each in command.parameters]


async def _field(request: web.Request, command: Command, parameter: Parameter, values: Mapping[str, str]) -> Field:
    value = values.get(parameter.name, "")
    if parameter.kind is Kind.SECRET or len(value) > _LONGEST_SHOWN:
        value = ""
    known: Sequence[Completion] = ()
    if parameter.completes and parameter.kind in _ENTITIES:
        asker = await caller(request)
        known = await request.app[SITE].commands.complete(asker, command.name, parameter.name, "", values)
    return Field(parameter=parameter, value=value, known=known)
