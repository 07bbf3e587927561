"""What buttons carry: what is to be done and with what, so that nothing has to be remembered across a restart.

t:best:<marker>   t:error:<marker>   t:follow:<marker>   under a post; so does the message carry its marker
t:case:<action>:<case>                                   under a case
t:page:<rest>                                            other kinds: what their makers put there
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from bot.domain.model import CaseId

LONGEST = 100
"""Characters that Discord takes."""

BEST, ERROR, FOLLOW, CASE = "best", "error", "follow", "case"
OF_POSTS = (BEST, ERROR, FOLLOW)
"""The kinds under a post, in the order in which they stand there."""

_OURS = "t"
_MARK = ":"


class CaseAction(StrEnum):
    """What a moderator presses under a case; the values are on messages that stay."""

    HIDE = "hide"
    DELETE = "delete"
    WARN = "warn"
    MUTE = "mute"
    KEEP = "keep"  # disagree with the reports
    IGNORE = "ignore"
    TAKE = "take"
    GIVE_BACK = "give-back"


@dataclass(frozen=True, kw_only=True, slots=True)
class CustomId:
    """A custom ID, read: `rest` is what stands behind its kind, a marker under posts."""

    kind: str
    rest: str


def custom_id(kind: str, rest: str) -> str:
    """Raises `ValueError` where it is too long, or where the kind could not be read back."""
    made = _MARK.join((_OURS, kind, rest))
    if len(made) > LONGEST or not kind or _MARK in kind:
        raise ValueError(f"no custom ID: {made!r}")
    return made


def read(text: str) -> CustomId | None:
    """What a custom ID says, None where it is not one of ours."""
    ours, _, said = text.partition(_MARK)
    kind, mark, rest = said.partition(_MARK)
    return CustomId(kind=kind, rest=rest) if ours == _OURS and kind and mark else None


def for_case(action: CaseAction, case: CaseId) -> str:
    return custom_id(CASE, f"{action.value}{_MARK}{case}")


def read_case(rest: str) -> tuple[CaseAction, CaseId] | None:
    """The action and the case that the rest of a custom ID of the kind `CASE` names, None where it names none."""
    action, _, number = rest.partition(_MARK)
    if action not in set(CaseAction) or not (number.isascii() and number.isdecimal()):
        return None
    return CaseAction(action), CaseId(int(number))
