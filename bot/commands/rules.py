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

YES, NO = Sentence(key="yes"), Sentence(key="no")
ACTIVE, PAUSED = Sentence(key="active"), Sentence(key="paused")


def rules_listing(subscriptions: Sequence[Subscription]) -> Listing:
    """What each channel gets of a feed."""
    return Listing(
        title=Sentence(key="Channels that get it"),
        columns=_COLUMNS,
        rows=tuple(_row(each) for each in subscriptions),
        empty=Sentence(key="No channel gets it."),
        total=len(subscriptions),
    )


def _row(subscription: Subscription) -> tuple[Cell, ...]:
    rules = subscription.rules
    return (
        subscription.channel.name,
        PAUSED if subscription.paused else ACTIVE,
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
