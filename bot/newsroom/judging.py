"""Which articles pass the filters of subscriptions."""

from __future__ import annotations

from collections.abc import Sequence

from bot.domain import filters
from bot.domain.filter_text import Reading
from bot.domain.filters import Judgement
from bot.domain.model import ArticleId, Content, Subscription
from bot.ports.stores import Tx

_PASSES = Judgement(passes=True, because="")


class Judging:
    """Judges in one transaction; each article is read and prepared once, however many subscriptions there are."""

    def __init__(self, tx: Tx) -> None:
        self._tx = tx
        self._known: dict[ArticleId, Reading] = {}

    def know(self, article_id: ArticleId, content: Content) -> None:
        """What a new article says."""
        self._known[article_id] = Reading(content)

    async def judge(self, subscription: Subscription, articles: Sequence[ArticleId]) -> Sequence[Judgement]:
        """A judgement for each of these articles; one that is gone meanwhile is stopped by nothing."""
        if not subscription.rules.filter:
            return [_PASSES] * len(articles)
        wanted = filters.read(subscription.rules.filter)
        missing = [each for each in articles if each not in self._known]
        if missing:
            for article_id, content in (await self._tx.articles.contents(missing)).items():
                self.know(article_id, content)
        return [wanted.judge(self._known[each]) if each in self._known else _PASSES for each in articles]
