"""From a file to a `Config`, or to every fault that is in it."""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from bot.config.consistency import inconsistencies
from bot.config.environment import apply_overrides
from bot.config.faults import Fault, faults_of
from bot.config.models import Config
from bot.config.values import Surroundings
from bot.errors import ConfigError

_TABLES = ("tribune", "database", "web", "polling", "delivery", "moderation", "commands", "discord", "matrix", "logs")
_PLACE = re.compile(r"^(?P<wrong>.*) \(at (?P<place>.*)\)$")


def load(path: Path, environ: Mapping[str, str] | None = None) -> Config:
    """Read a configuration; relative paths in it start at its own folder. Touches nothing.

    Raises `ConfigError` with one line for each fault: file, key, what is wrong, what would be right.
    """
    environ = dict(os.environ if environ is None else environ)
    data = _read(path)
    overridden = apply_overrides(data, environ)
    for table in _TABLES:
        data.setdefault(table, {})
    found = list(inconsistencies(data))
    try:
        config = Config.model_validate(data, context=Surroundings(folder=path.resolve().parent, environ=environ))
    except ValidationError as error:
        found = [*faults_of(error, data), *found]
    if found:
        raise ConfigError(_lines(found, path, overridden))
    return config


def _lines(found: list[Fault], path: Path, overridden: Mapping[tuple[str, ...], str]) -> list[str]:
    """The same fault may have been found twice; one that a variable brought names the variable."""
    lines = []
    for each in found:
        variable = overridden.get(each.keys)
        lines.append(f"the environment: {variable}: {each.text}" if variable else f"{path}: {each.key}: {each.text}")
    return list(dict.fromkeys(lines))


def _read(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        remedy = "copy config.example.toml there, or name another with --config"
        raise ConfigError([f"{path}: cannot be read ({error.strerror}); {remedy}"]) from error
    except UnicodeDecodeError as error:
        raise ConfigError([f"{path}: is not UTF-8 (at byte {error.start}); save it as UTF-8"]) from error
    except tomllib.TOMLDecodeError as error:
        raise ConfigError([_syntax(path, str(error))]) from error


def _syntax(path: Path, message: str) -> str:
    found = _PLACE.match(message)
    wrong, place = (found["wrong"], found["place"]) if found else (message, "unknown place")
    return f"{path}: {place}: not TOML: {wrong[:1].lower()}{wrong[1:]}; correct that line"
