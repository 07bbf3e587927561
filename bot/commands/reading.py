"""Typed values out of what people write; entities are looked up by `bot.commands.finding`."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Any

from bot.commands.declaring import Slot
from bot.domain.text import repair
from bot.errors import RequestError
from bot.ports.commands import Kind, Parameter

_SPAN = re.compile(r"(?:(\d{1,5})w)?(?:(\d{1,5})d)?(?:(\d{1,5})h)?(?:(\d{1,5})m(?:in)?)?(?:(\d{1,5})s)?")
_UNITS = ("weeks", "days", "hours", "minutes", "seconds")
_YES = {"yes", "y", "true", "on", "1", "oui", "o"}
_NO = {"no", "n", "false", "off", "0", "non"}
LONGEST = 10_000
LONGEST_FILE = 4_000_000

_NO_NUMBER = "{parameter}: “{value}” is no whole number."
_TOO_SMALL = "{parameter}: {value} is too small; at least {least}."
_TOO_LARGE = "{parameter}: {value} is too large; at most {most}."
_NO_SWITCH = "{parameter}: “{value}” is neither yes nor no."
_NO_SPAN = "{parameter}: “{value}” is no length of time. Write it like 45m, 12h or 1d12h."
_NO_DATE = "{parameter}: “{value}” is no date. Write it like 2026-01-31."
_NO_CHOICE = "{parameter}: “{value}” is not one of: {choices}."
_TOO_LONG = "{parameter}: that is too long; at most {most} characters."


def read(slot: Slot, text: str) -> Any:
    """The value of a parameter that is no entity. Raises `RequestError` that names parameter, value and remedy."""
    parameter, text = slot.parameter, repair(text)
    most = LONGEST_FILE if parameter.kind is Kind.FILE else LONGEST
    if len(text) > most:
        raise RequestError(_TOO_LONG, parameter=parameter.name, most=most)
    match parameter.kind:
        case Kind.NUMBER:
            return _number(parameter, text.strip())
        case Kind.SWITCH:
            return _switch(parameter, text.strip())
        case Kind.SPAN:
            return _span(parameter, text)
        case Kind.DATE:
            return _date(parameter, text.strip())
        case Kind.CHOICE:
            return slot.type(_choice(parameter, text.strip()))
        case Kind.FILE:
            return text
    return text.strip()


def _number(parameter: Parameter, text: str) -> int:
    if not re.fullmatch(r"[+-]?\d{1,18}", text, re.ASCII):
        raise RequestError(_NO_NUMBER, parameter=parameter.name, value=text)
    number = int(text)
    if parameter.least is not None and number < parameter.least:
        raise RequestError(_TOO_SMALL, parameter=parameter.name, value=number, least=parameter.least)
    if parameter.most is not None and number > parameter.most:
        raise RequestError(_TOO_LARGE, parameter=parameter.name, value=number, most=parameter.most)
    return number


def _switch(parameter: Parameter, text: str) -> bool:
    word = text.casefold()
    if word in _YES or not word:
        return True
    if word in _NO:
        return False
    raise RequestError(_NO_SWITCH, parameter=parameter.name, value=text)


def _span(parameter: Parameter, text: str) -> timedelta:
    compact = "".join(text.casefold().split())
    match = _SPAN.fullmatch(compact)
    if not compact or match is None or not any(match.groups()):
        raise RequestError(_NO_SPAN, parameter=parameter.name, value=text.strip())
    parts = {unit: int(number) for unit, number in zip(_UNITS, match.groups(), strict=True) if number}
    return timedelta(**parts)


def _date(parameter: Parameter, text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise RequestError(_NO_DATE, parameter=parameter.name, value=text) from error


def _choice(parameter: Parameter, text: str) -> str:
    by_fold = {each.value.casefold(): each.value for each in parameter.choices}
    if text.casefold() not in by_fold:
        known = ", ".join(by_fold.values())
        raise RequestError(_NO_CHOICE, parameter=parameter.name, value=text, choices=known)
    return by_fold[text.casefold()]
