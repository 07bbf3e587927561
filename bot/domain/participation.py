"""Who may take part in a discussion now."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.domain.events import Outcome
from bot.domain.model import Role, Standing

BANNED = "You can no longer take part here."
MUTED = "A moderator has muted you until {until}. Until then you can read."
LOCKED = "This discussion is locked: only moderators can write here."
SLOW = "This discussion is in slow mode: you can write again at {until}."


def barred(standing: Standing, now: datetime) -> Outcome | None:
    """Why somebody may not take part at all, None where they may."""
    if standing.banned_at is not None:
        return Outcome(refused=BANNED)
    if standing.muted_until is not None and standing.muted(now):
        return Outcome(refused=MUTED, values=(("until", standing.muted_until),))
    return None


def refusal(
    standing: Standing, *, locked: bool, slow: timedelta | None, last_comment_at: datetime | None, now: datetime
) -> Outcome | None:
    """Why somebody may not write a comment in a discussion, None where they may; `slow` is the wait between two.

    Locks and slow mode are not for moderators.
    """
    if (outcome := barred(standing, now)) is not None:
        return outcome
    if standing.role.allows(Role.MODERATOR):
        return None
    if locked:
        return Outcome(refused=LOCKED)
    if slow is not None and last_comment_at is not None and now < last_comment_at + slow:
        return Outcome(refused=SLOW, values=(("until", last_comment_at + slow),))
    return None
