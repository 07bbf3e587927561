"""Examples of the commands about roles."""

from __future__ import annotations

from tests.contract.commands.example import Example

_GRANTED = (("Ada", "role grant Bob moderator --channel news"),)

EXAMPLES: tuple[Example, ...] = (
    Example(line="role grant Bob moderator", by="Ada"),
    Example(line="role grant Bob moderator --channel news", by="Ada"),
    Example(line="role grant Ann reader", by="Ada"),
    Example(line="role grant Bob operator", by="Ada", refused=True),
    Example(line="role grant Ada reader", by="Olga", refused=True),
    Example(line="role grant Bob moderator", by="Max", refused=True),
    Example(line="role grant Bob king", by="Ada", refused=True),
    Example(line="role revoke Max", by="Ada"),
    Example(line="role revoke Bob --channel news", by="Ada", before=_GRANTED),
    Example(line="role revoke Bob --channel actualites", by="Ada", before=_GRANTED, refused=True),
    Example(line="role list", by="Ann"),
    Example(line="role list --channel news", by="Ann", before=_GRANTED),
    Example(line="role list --channel nowhere", by="Ann", refused=True),
    Example(line="role invite", by="Ada"),
    Example(line="role invite moderator --name Cid --hours 24", by="Ada"),
    Example(line="role invite operator", by="Ada", refused=True),
    Example(line="role invite --hours 0", by="Ada", refused=True),
)
