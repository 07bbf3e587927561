"""Faults as people read them: which key, what is wrong, what would be right."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, get_args

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from bot.config.models import Config
from bot.config.nearest import nearest


@dataclass(frozen=True, kw_only=True)
class Fault:
    """One thing that is wrong. `keys` is the way to it, `key` the same for people."""

    keys: tuple[str, ...]
    key: str
    text: str


def faults_of(error: ValidationError, data: Mapping[str, Any]) -> list[Fault]:
    """Every fault that the models found; never shows the value of what may be a secret."""
    return [_fault(each, data) for each in error.errors(include_url=False, include_context=True, include_input=True)]


def _fault(detail: ErrorDetails, data: Mapping[str, Any]) -> Fault:
    place = tuple(each for each in detail["loc"] if each != "[key]")
    return Fault(keys=tuple(map(str, place)), key=shown_key(place, data), text=_text(detail, place))


def shown_key(place: Sequence[int | str], data: Any) -> str:
    """A dotted key; an item of an array stands with its name where that is unique, else with its number from 1."""
    words: list[str] = []
    for step in place:
        if isinstance(step, int):
            words[-1] += f"[{_item_name(data, step)}]"
        else:
            words.append(step)
        data = _below(data, step)
    return ".".join(words)


def _below(data: Any, step: int | str) -> Any:
    try:
        return data[step]
    except (KeyError, IndexError, TypeError):
        return None


def _item_name(items: Any, index: int) -> str:
    names = [_name_of(item) for item in items] if isinstance(items, list) else []
    if index < len(names) and names[index] and names.count(names[index]) == 1:
        return f'"{names[index]}"'
    return f"#{index + 1}"


def _name_of(item: Any) -> str | None:
    if not isinstance(item, Mapping):
        return None
    name = next((item[key] for key in ("slug", "address") if isinstance(item.get(key), str)), None)
    return None if name is None or "@" in name or '"' in name or not name.isprintable() else name


def _text(detail: ErrorDetails, place: Sequence[int | str]) -> str:
    kind, context = detail["type"], detail.get("ctx") or {}
    if kind == "fault":
        return f"{context['wrong']}; {context['right']}"
    if kind == "extra_forbidden":
        return _unknown_key(place)
    if kind == "missing":
        return "is missing; write it"
    if kind in _TYPES:
        return f"is {_type_name(detail['input'])}; write {_TYPES[kind]}"
    if kind in _BOUNDS:
        return f"{detail['input']} is out of bounds; write a number that is {_BOUNDS[kind](context)}"
    if kind == "literal_error":
        return f"{detail['input']!r} is none of its values; write one of {context['expected']}"
    return f"{detail['msg'][:1].lower()}{detail['msg'][1:]}; correct it"


_TYPES = {
    "string_type": 'a text in quotes, such as "this"',
    "int_type": "a whole number",
    "bool_type": "true or false",
    "tuple_type": 'a list, such as ["one", "two"]',
    "dict_type": "a table of keys and values",
    "model_type": "a table of keys and values",
    "model_attributes_type": "a table of keys and values",
}
_BOUNDS: Mapping[str, Callable[[Mapping[str, Any]], str]] = {
    "greater_than_equal": lambda context: f"at least {context['ge']}",
    "less_than_equal": lambda context: f"at most {context['le']}",
}


def _type_name(value: Any) -> str:
    if isinstance(value, bool):
        return "true or false"
    names = {str: "a text", int: "a number", float: "a number with a point", list: "a list", dict: "a table"}
    return names.get(type(value), "a date or time")


def _unknown_key(place: Sequence[int | str]) -> str:
    known = _keys_at(place[:-1])
    question = nearest(str(place[-1]), known)
    return f"is no key of Tribune's; {question or 'the keys here are ' + ', '.join(sorted(known))}"


def _keys_at(place: Sequence[int | str]) -> list[str]:
    model: type[BaseModel] = Config
    for step in place:
        if isinstance(step, str) and step in model.model_fields:
            model = _model_in(model.model_fields[step].annotation) or model
    return list(model.model_fields)


def _model_in(annotation: Any) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next((found for each in get_args(annotation) if (found := _model_in(each))), None)
