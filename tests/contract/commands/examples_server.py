"""Examples of the commands about servers."""

from __future__ import annotations

from tests.contract.commands.example import Example

EXAMPLES: tuple[Example, ...] = (
    Example(line="server list", by="Olga"),
    Example(line="server list", by="Ada", refused=True),
    Example(line="server admit chat:2 --community village", by="Olga"),
    Example(line="server admit Strangers", by="Olga"),
    Example(line="server admit chat:77 --community town", by="Olga"),
    Example(line="server admit chat:1 --community village", by="Olga", refused=True),
    Example(line="server admit nowhere", by="Olga", refused=True),
    Example(line="server admit web:news", by="Olga", refused=True),
    Example(line="server admit chat:2", by="Ada", refused=True),
    Example(line="server refuse chat:2", by="Olga"),
    Example(line="server refuse chat:server/1", by="Olga"),
    Example(line="server admit 1", by="Olga", before=(("Olga", "server refuse Townspeople"),)),
)
