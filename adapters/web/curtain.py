"""What a comment's author says about its being sensitive."""

from __future__ import annotations

from dataclasses import dataclass

from adapters.web.failures import Refusal
from adapters.web.forms import Form
from bot.domain.text import one_line

LONGEST = 100
"""Characters of a reason."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Curtain:
    """What stands in the form."""

    chosen: bool = False
    reason: str = ""


def typed_curtain(form: Form) -> Curtain:
    """What was sent; a reason without the tick is none."""
    return Curtain(chosen=form.text("sensitive") == "yes", reason=one_line(form.text("sensitive_reason")))


def drawn(curtain: Curtain) -> str | None:
    """The reason to be stored, None where there is no curtain. Raises `Refusal`."""
    if not curtain.chosen:
        return None
    if not curtain.reason:
        raise Refusal(422, "Please say in a few words why it is sensitive.")
    if len(curtain.reason) > LONGEST:
        raise Refusal(422, "Please say in at most {most} characters why it is sensitive.", most=LONGEST)
    return curtain.reason
