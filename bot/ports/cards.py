"""An article as a channel shows it, by the rules of the subscription that brought it there."""

from __future__ import annotations

from typing import Protocol

from bot.domain import templates
from bot.domain.model import Article, CaseId, Channel, Rules, Totals
from bot.ports.network import Card, CaseCard

_NO_VOTES = Totals()


def card_of(
    article: Article,
    channel: Channel,
    rules: Rules,
    *,
    totals: Totals = _NO_VOTES,
    comments: int = 0,
    sensitive: str | None = None,
) -> Card:
    """The card of a post in a channel; `sensitive` says why it stands behind a curtain."""
    content, words = article.content, None
    if rules.template:
        words = templates.read(rules.template).render(templates.fields_of(article, zone=channel.zone))
    return Card(
        title=content.title,
        link=content.link,
        source=article.source,
        author=content.author,
        lead=content.lead,
        image=content.image,
        dated=article.dated,
        up=totals.up,
        down=totals.down,
        comments=comments,
        marker=article.marker,
        language=rules.language or channel.language,
        words=words,
        mention=rules.mention,
        tags=rules.tags,
        categories=content.categories,
        colour=channel.settings.colour,
        sensitive=sensitive,
        zone=channel.zone,
    )


class CaseCards(Protocol):
    """Cases as moderators are shown them; called by the courier."""

    async def card(self, case_id: CaseId, channel: Channel, marker: str) -> CaseCard | None:
        """A case as it is now, in the language and zone of a channel; None where it is gone."""
        ...
