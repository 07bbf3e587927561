"""What things are called in the moderators' area, and the times that can be chosen there."""

from __future__ import annotations

from datetime import timedelta

from bot.domain.model import FlagOutcome, HiddenBy, Measure, Role, Ruling, Sanction
from bot.locale.reasons import SHORT_REASONS

REASONS = SHORT_REASONS
RULINGS = {
    Ruling.AGREE: "Agree: something is wrong with it",
    Ruling.DISAGREE: "Disagree: it may stay",
    Ruling.IGNORE: "Ignore: neither the one nor the other",
}
MEASURES = {
    Measure.KEEP: "Leave it where it is",
    Measure.HIDE: "Hide it: its author can change it",
    Measure.DELETE: "Delete it for good",
}
SANCTIONS = {
    Sanction.NONE: "Nothing",
    Sanction.WARN: "A warning",
    Sanction.MUTE: "A mute: no comments, votes and reports for a time",
}
"""What can be chosen in a decision."""

RULED = {
    Ruling.AGREE: "agreed",
    Ruling.DISAGREE: "disagreed",
    Ruling.IGNORE: "ignored",
}
TAKEN = {
    Measure.KEEP: "left where it is",
    Measure.HIDE: "hidden",
    Measure.DELETE: "deleted",
}
GIVEN = {
    Sanction.WARN: "author warned",
    Sanction.MUTE: "author muted",
}
ENDED = {
    FlagOutcome.AGREED: "agreed",
    FlagOutcome.DISAGREED: "disagreed",
    FlagOutcome.IGNORED: "ignored",
    FlagOutcome.WITHDRAWN: "withdrawn",
}
HIDERS = {
    HiddenBy.FLAGS: "Hidden by the weight of the reports",
    HiddenBy.MODERATOR: "Hidden by a moderator",
}
STANDINGS = {
    Role.READER: "Reader",
    Role.MEMBER: "Member",
    Role.MODERATOR: "Moderator",
    Role.ADMIN: "Admin",
    Role.OPERATOR: "Operator",
}
"""What came of it, and who somebody is."""

MUTES = (timedelta(hours=1), timedelta(days=1), timedelta(days=3), timedelta(weeks=1), timedelta(days=30))
LOCKS = (timedelta(hours=1), timedelta(hours=4), timedelta(days=1), timedelta(weeks=1))
WAITS = (timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=15), timedelta(hours=1))

LONGEST_WORDS = 2_000
LONGEST_REASON = 100


def span_of(text: str, choices: tuple[timedelta, ...]) -> timedelta | None:
    """The chosen time, from its seconds; None where it is none of the choices."""
    return next((each for each in choices if text == str(int(each.total_seconds()))), None)
