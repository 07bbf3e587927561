"""One line of the table that every door is held against."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True, slots=True)
class Example:
    """A typed line, who says it, and what was said before by whom, so that it has something to do.

    `by` is the name of somebody in the scene: "Ada" is an admin, "Max" a moderator, "Ann" and "Bob" are members,
    "Olga" is the operator, "Zoe" only reads.
    """

    line: str
    by: str
    before: tuple[tuple[str, str], ...] = ()  # (who, line), one after the other
    refused: bool = False  # it is an example of what is refused
