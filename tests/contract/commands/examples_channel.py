"""Examples of the commands about channels."""

from __future__ import annotations

from tests.contract.commands.example import Example

EXAMPLES: tuple[Example, ...] = (
    Example(line="channel list", by="Ann"),
    Example(line="channel show news", by="Ann"),
    Example(line="channel show Actualités", by="Max"),
    Example(line="channel show nowhere", by="Ann", refused=True),
    Example(line="channel set news --language fr --zone America/New_York --sort new", by="Ada"),
    Example(line="channel set news --up 🎉 --down 💩 --flag 🧨 --hide-weight 9", by="Ada"),
    Example(line="channel set news --up usual", by="Ada", before=(("Ada", "channel set news --up 🎉"),)),
    Example(line="channel set square --name “Main Square” --visibility community", by="Olga"),
    Example(line="channel set news --zone Mars/Phobos", by="Ada", refused=True),
    Example(line="channel set news --up hello", by="Ada", refused=True),
    Example(line="channel set news --name “News of the town”", by="Max", refused=True),
)
