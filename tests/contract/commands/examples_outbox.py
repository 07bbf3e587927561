"""Examples of the commands about the outbox."""

from __future__ import annotations

from tests.contract.commands.example import Example

EXAMPLES: tuple[Example, ...] = (
    Example(line="outbox list", by="Ada"),
    Example(line="outbox list --state pending", by="Olga"),
    Example(line="outbox list", by="Max", refused=True),
    Example(line="outbox retry 4", by="Ada"),
    Example(line="outbox retry --all", by="Ada"),
    Example(line="outbox retry 4", by="Ada"),
    Example(line="outbox drop 4 --yes", by="Ada"),
    Example(line="outbox drop 4", by="Ada", refused=True),
    Example(line="outbox retry", by="Ada", refused=True),
    Example(line="outbox retry 99999", by="Ada", refused=True),
    Example(line="outbox drop 99999 --yes", by="Ada", refused=True),
    Example(line="outbox drop 4 --yes", by="Ada"),
    Example(line="outbox drop 4", by="Ada", refused=True),
)
