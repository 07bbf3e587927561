"""A filter and a template, tried on the last articles of a feed."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bot.domain import filters, templates
from bot.domain.model import Article, Subscription
from bot.domain.wrong import Wrong
from bot.ports.network import Card
from bot.ports.stores import Store

LAST = 50


@dataclass(frozen=True, kw_only=True, slots=True)
class Tried:
    """An article, whether it passes, and the part of the filter that says so."""

    title: str
    passes: bool
    because: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Trial:
    """What a filter lets through, and how the newest of it would look; or why that cannot be said."""

    tried: tuple[Tried, ...] = ()
    card: Card | None = None
    wrong: Wrong | None = None

    @property
    def passing(self) -> int:
        """How many pass."""
        return sum(each.passes for each in self.tried)


async def trial(store: Store, subscription: Subscription, expression: str, template: str) -> Trial:
    """Try rules on a feed's last articles; nothing is stored."""
    async with store.read() as tx:
        found = [await tx.articles.get(each) for each in await tx.articles.recent(subscription.feed_id, LAST)]
    articles = [each for each in found if each is not None]
    try:
        return await asyncio.to_thread(_trial, articles, subscription, expression, template)
    except Wrong as wrong:
        return Trial(wrong=wrong)


def _trial(articles: Sequence[Article], subscription: Subscription, expression: str, template: str) -> Trial:
    tried = tuple(_tried(articles, expression))
    shown = templates.read(template)
    passing = next((article for article, each in zip(articles, tried, strict=True) if each.passes), None)
    return Trial(tried=tried, card=_card(passing, subscription, shown) if passing is not None else None)


def _tried(articles: Sequence[Article], expression: str) -> Iterable[Tried]:
    read = filters.read(expression)
    for article in articles:
        judgement = read.judge(article.content)
        yield Tried(title=article.content.title, passes=judgement.passes, because=judgement.because)


def _card(article: Article, subscription: Subscription, template: templates.Template) -> Card:
    channel, content = subscription.channel, article.content
    words = template.render(templates.fields_of(article, zone=channel.zone)) if template.text else None
    return Card(
        title=content.title,
        link=content.link,
        source=article.source,
        author=content.author,
        lead=content.lead,
        image=content.image,
        dated=article.dated,
        up=0,
        down=0,
        comments=0,
        marker=article.marker,
        language=content.language or channel.language,
        words=words,
    )
