"""Examples of why an article was posted or not."""

from __future__ import annotations

from tests.contract.commands.example import Example

EXAMPLES: tuple[Example, ...] = (
    Example(line="feed why 1", by="Ada"),
    Example(line='feed why "Library saved"', by="Ada"),
    Example(line="feed why #3", by="Olga"),
    Example(line="feed why", by="Ada", refused=True),
    Example(line="feed why 4711", by="Ada", refused=True),
    Example(line="feed why 1", by="Ann", refused=True),
    Example(line="feed why 1", by="Max", refused=True),
)
