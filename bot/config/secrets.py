"""Secrets come from the environment or from files, never from the configuration itself."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated, Any
from urllib.parse import unquote

from pydantic import BaseModel, BeforeValidator, SecretStr, ValidationInfo
from pydantic_core import PydanticCustomError

from bot.config.values import fault, split_address, surroundings

_RIGHT = 'write { env = "NAME" } or { file = "path" }'


def _secret(value: object, info: ValidationInfo) -> SecretStr:
    if isinstance(value, SecretStr):
        return value
    if isinstance(value, str):
        raise fault("is a secret in the open", f"{_RIGHT}, so that it does not stand in the configuration")
    if not isinstance(value, Mapping) or len(value) != 1:
        raise fault("is not a secret's place", _RIGHT)
    (kind, place), *_ = value.items()
    if kind not in ("env", "file") or not isinstance(place, str) or not place:
        raise fault("is not a secret's place", _RIGHT)
    return _from_environment(place, info) if kind == "env" else _from_file(place, info)


def _from_environment(name: str, info: ValidationInfo) -> SecretStr:
    found = surroundings(info).environ.get(name)
    if not found:
        raise fault(f"the environment has no {name}", f"set {name}, or name another variable")
    return SecretStr(found)


def _from_file(place: str, info: ValidationInfo) -> SecretStr:
    path = surroundings(info).folder / place
    try:
        found = path.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise _unreadable(path.name, error) from error
    if not found:
        raise fault(f"the file {place} is empty", "write the secret into it")
    return SecretStr(found)


def _unreadable(name: str, error: Exception) -> PydanticCustomError:
    why = error.strerror if isinstance(error, OSError) else "it is not UTF-8"
    return fault(f"the file {name} cannot be read ({why})", "name a text file that this user may read")


def _secret_or_text(value: object, info: ValidationInfo) -> SecretStr:
    return SecretStr(value) if isinstance(value, str) else _secret(value, info)


Secret = Annotated[SecretStr, BeforeValidator(_secret)]
"""A value whose place is named: `{ env = "NAME" }` or `{ file = "path" }`."""

TextOrSecret = Annotated[SecretStr, BeforeValidator(_secret_or_text)]
"""A value that may stand in the open, but need not; it is handled as a secret all the same."""


def secret_values(model: BaseModel) -> frozenset[str]:
    """Every secret that a configuration holds, passwords within addresses by themselves too."""
    found = frozenset(_walk(model))
    return found | {password for each in found for password in _passwords_in(each)}


def _passwords_in(secret: str) -> Iterator[str]:
    if "://" in secret and (password := split_address(secret).password):
        yield from (password, unquote(password))


def _walk(value: Any) -> Iterator[str]:
    if isinstance(value, SecretStr):
        yield value.get_secret_value()
    elif isinstance(value, BaseModel):
        for name in type(value).model_fields:
            yield from _walk(getattr(value, name))
    elif isinstance(value, tuple | list):
        for item in value:
            yield from _walk(item)
    elif isinstance(value, Mapping):
        for item in value.values():
            yield from _walk(item)
