"""Examples of what members do for themselves."""

from __future__ import annotations

from tests.contract.commands.example import Example

EXAMPLES: tuple[Example, ...] = (
    Example(line="me profile", by="Bob"),
    Example(line="me profile", by="Ada"),
    Example(line="me signin", by="Ann"),
    Example(line="me follow bridge", by="Ann"),
    Example(line="me follow public works", by="Ann"),
    Example(line="me follow --word « l’école »", by="Ann"),
    Example(line="me follow", by="Ann"),
    Example(line="me follow", by="Ann", before=(("Ann", "me follow bridge"), ("Ann", "me follow école"))),
    Example(line="me follow BRIDGE", by="Ann", before=(("Ann", "me follow bridge"),), refused=True),
    Example(line="me follow a", by="Ann", refused=True),
    Example(line="me follow ***", by="Ann", refused=True),
    Example(line="me unfollow Bridge", by="Ann", before=(("Ann", "me follow bridge"),)),
    Example(line="me unfollow bridge", by="Ann", refused=True),
    Example(line="me unfollow", by="Ann", refused=True),
    Example(line="me unfollow bridge", by="Ann", before=(("Ann", "me follow library"),), refused=True),
    Example(line="me notify off", by="Ann"),
    Example(line="me notify on", by="Ann"),
    Example(line="me notify maybe", by="Ann", refused=True),
    Example(line="me language fr", by="Ann"),
    Example(line="me language auto", by="Ann"),
    Example(line="me language de", by="Ann", refused=True),
    Example(line="me export", by="Bob"),
    Example(line="me forget --yes", by="Bob"),
    Example(line="me forget", by="Bob", refused=True),
    Example(line="me forget --leave --yes", by="Ada"),
)
