"""What the bot's own messages carry beside what people see: fields of their content, encrypted where the room is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

MARKER = "tribune.marker"
CASE = "tribune.case"
ASKS = "tribune.asks"  # which reactions on it do what: see `adapters.matrix.commands`


def marker_of(content: Mapping[str, Any]) -> str | None:
    """The marker that a message carries, None where it carries none."""
    found = content.get(MARKER)
    return found if isinstance(found, str) else None
