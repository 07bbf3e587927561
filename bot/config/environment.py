"""Settings that the environment may override, for containers and tests."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

OVERRIDES: Mapping[str, tuple[str, str]] = {
    "TRIBUNE_DATABASE_URL": ("database", "url"),
    "TRIBUNE_WEB_HOST": ("web", "host"),
    "TRIBUNE_WEB_PORT": ("web", "port"),
    "TRIBUNE_WEB_PUBLIC_BASE": ("web", "public_base"),
    "TRIBUNE_LOGS_FORMAT": ("logs", "format"),
}


def apply_overrides(data: dict[str, Any], environ: Mapping[str, str]) -> dict[tuple[str, ...], str]:
    """Write what the environment sets into a configuration as read; returns which key came from which variable.

    An empty variable counts as not set.
    """
    overridden: dict[tuple[str, ...], str] = {}
    for variable, (table, key) in OVERRIDES.items():
        value = environ.get(variable)
        if value and isinstance(data.setdefault(table, {}), dict):
            data[table][key] = int(value) if key == "port" and value.isdecimal() else value
            overridden[table, key] = variable
    return overridden
