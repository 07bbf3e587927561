"""The rules of subscriptions, as answers show them."""

from __future__ import annotations

from collections.abc import Sequence

from bot.domain.model import Subscription
from bot.domain.subscribing import digest_text, quiet_text
from bot.domain.telling import Sentence
from bot.ports.commands import Cell, Column, Listing

_COLUMNS = (
    Column(name="channel", label="Channel"),
    Column(name="state", label="State"),
    Column(name="filter", label="Filter"),
    Column(name="template", label="Template"),
    Column(name="mention", label="Calls"),
    Column(name="tags", label="Tags"),
    Column(name="language", label="Language"),
    Column(name="members-only", label="For members only"),
    Column(name="cap", label="Posts an hour"),
    Column(name="quiet", label="Quiet hours"),
    Column(name="digest", label="Digest"),
    Column(name="sensitive", label="Behind a curtain"),
)

WHY = Column(name="why", label="Why")

YES, NO = Sentence(key="yes"), Sentence(key="no")
ACTIVE, PAUSED = Sentence(key="active"), Sentence(key="paused")
SUSPENDED = Sentence(key="suspended")


def rules_listing(subscriptions: Sequence[Subscription]) -> Listing:
    """What each channel gets of a feed, and why one gets nothing that would."""
    suspended = any(each.suspended for each in subscriptions)
    return Listing(
        title=Sentence(key="Channels that get it"),
        columns=(*_COLUMNS, *([WHY] if suspended else [])),
        rows=tuple((*_row(each), *([reason_of([each])] if suspended else [])) for each in subscriptions),
        empty=Sentence(key="No channel gets it."),
        total=len(subscriptions),
    )


def _row(subscription: Subscription) -> tuple[Cell, ...]:
    rules = subscription.rules
    return (
        subscription.channel.name,
        state_of([subscription]),
        rules.filter or None,
        rules.template or None,
        rules.mention,
        ", ".join(rules.tags) or None,
        rules.language,
        YES if rules.members_only else None,
        rules.cap,
        quiet_text(rules.quiet) or None,
        digest_text(rules.digest) or None,
        subscription.sensitive,
    )


def state_of(subscriptions: Sequence[Subscription]) -> Sentence:
    """Whether subscriptions take what comes: suspended where none does and one of them cannot."""
    if not subscriptions or any(each.takes_articles for each in subscriptions):
        return ACTIVE
    return PAUSED if all(each.paused for each in subscriptions) else SUSPENDED


def reason_of(subscriptions: Sequence[Subscription]) -> Sentence | None:
    """Why one of them is suspended, None where none is."""
    return next((Sentence(key=each.suspended) for each in subscriptions if each.suspended), None)
