"""Examples of the commands about order."""

from __future__ import annotations

from tests.contract.commands.example import Example

_DECIDED = (("Max", "mod disagree 1"),)

EXAMPLES: tuple[Example, ...] = (
    Example(line="mod queue", by="Max"),
    Example(line="mod queue --view decided", by="Max", before=_DECIDED),
    Example(line="mod queue --kind article --page 1", by="Ada"),
    Example(line="mod queue", by="Ann", refused=True),
    Example(line="mod queue --view closed", by="Max", refused=True),
    Example(line="mod show 1", by="Max"),
    Example(line="mod show 99", by="Max", refused=True),
    Example(line="mod claim 1", by="Max"),
    Example(line="mod claim 1 --release", by="Max", before=(("Max", "mod claim 1"),)),
    Example(line="mod claim 1", by="Ada", before=(("Max", "mod claim 1"),), refused=True),
    Example(line="mod agree 1", by="Max"),
    Example(line="mod agree 1 --measure delete --sanction mute --for 3d --words “Not again.”", by="Max"),
    Example(line="mod agree 1 --for 3d", by="Max", refused=True),
    Example(line="mod agree 1", by="Max", before=_DECIDED, refused=True),
    Example(line="mod disagree 1 --words “It may stay.”", by="Max"),
    Example(line="mod disagree one", by="Max", refused=True),
    Example(line="mod ignore 1", by="Ada"),
    Example(line="mod ignore", by="Ada", refused=True),
    Example(line="mod warn Bob Please stay with the subject.", by="Max"),
    Example(line="mod warn Ada No.", by="Max", refused=True),
    Example(line="mod mute Bob --for 1d --words “Sleep on it.”", by="Max"),
    Example(line="mod mute Bob --off", by="Max", before=(("Max", "mod mute Bob"),)),
    Example(line="mod mute Bbo", by="Max", refused=True),
    Example(line="mod ban Bob --yes", by="Ada"),
    Example(line="mod ban Bob", by="Ada", refused=True),
    Example(line="mod ban Bob --yes", by="Max", refused=True),
    Example(line="mod unban Bob", by="Ada", before=(("Ada", "mod ban Bob --yes"),)),
    Example(line="mod lock 1 --for 4h", by="Max"),
    Example(line="mod lock 1 --off", by="Max", before=(("Max", "mod lock 1"),)),
    Example(line="mod lock “No such article”", by="Max", refused=True),
    Example(line="mod log", by="Max", before=_DECIDED),
    Example(line="mod log --action case", by="Max", before=_DECIDED),
    Example(line="mod log", by="Zoe", refused=True),
)
