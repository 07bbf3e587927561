"""Examples of help."""

from __future__ import annotations

from tests.contract.commands.example import Example

EXAMPLES: tuple[Example, ...] = (
    Example(line="help", by="Zoe"),
    Example(line="help", by="Ada"),
    Example(line="help help", by="Zoe"),
    Example(line="help --command help", by="Ann"),
    Example(line="help nothing of the kind", by="Ann", refused=True),
    Example(line="help --comand help", by="Ann", refused=True),
    Example(line="hepl", by="Ann", refused=True),
)
