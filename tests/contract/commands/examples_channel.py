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
    Example(line="channel show square", by="Ann"),
    Example(line="channel show chat:elsewhere", by="Ada", refused=True),
    Example(line="channel show chat:elsewhere", by="Ann", refused=True),
    Example(line="channel set news --colour #1F7A8C", by="Ada"),
    Example(line="channel set square --colour teal", by="Ada"),
    Example(line="channel set square --colour usual", by="Ada", before=(("Ada", "channel set square --colour red"),)),
    Example(line="channel set square --colour plaid", by="Ada", refused=True),
    Example(line="channel set square --cases --yes", by="Ada"),
    Example(line="channel set square --cases", by="Ada", refused=True),
    Example(line="channel set square --cases=no", by="Ada", before=(("Ada", "channel set square --cases --yes"),)),
    Example(line="channel set news --cases --yes", by="Ada", refused=True),
    Example(line="channel set news --zone Mars/Phobos", by="Ada", refused=True),
    Example(line="channel set news --up hello", by="Ada", refused=True),
    Example(line="channel set news --name “News of the town”", by="Max", refused=True),
)
