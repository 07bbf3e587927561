"""Examples of the commands about communities."""

from __future__ import annotations

from tests.contract.commands.example import Example

EXAMPLES: tuple[Example, ...] = (
    Example(line="community list", by="Olga"),
    Example(line="community list", by="Ada", refused=True),
    Example(line="community show town", by="Olga"),
    Example(line="community show nowhere", by="Olga", refused=True),
    Example(line="community set town --name “Old Town”", by="Olga"),
    Example(line="community set village", by="Olga", refused=True),
    Example(line="community set village --name “My Village”", by="Ada", refused=True),
    Example(line="community join village town --yes", by="Olga"),
    Example(line="community join village town", by="Olga", refused=True),
    Example(line="community join town village --yes", by="Olga", refused=True),
)
