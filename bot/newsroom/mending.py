"""Reported errors held against what an article says now."""

from __future__ import annotations

from datetime import datetime

from bot.domain.corrections import Excerpt, mended
from bot.domain.model import Article, ArticleId, Correction
from bot.domain.orders import Notice
from bot.ports.stores import Tx

_SEEMS_CORRECTED = "“{title}” seems to have been corrected by its publisher: please look at what was reported."


async def offer_corrections(tx: Tx, article_id: ArticleId, now: datetime) -> None:
    """Offer "corrected" for the open corrections that an article's latest revision seems to have mended.

    The admins of each community are told once of each correction; a later revision only changes what is offered.
    """
    corrections = await tx.corrections.open_of(article_id)
    article = await tx.articles.get(article_id) if corrections else None
    if article is None:
        return
    news = [each for each in corrections if await _offer(tx, each, article)]
    values = (("title", article.content.title),)
    communities = sorted({each.community_id for each in news})
    await tx.journal.notify(
        [Notice(community_id=each, key=_SEEMS_CORRECTED, values=values, at=now) for each in communities]
    )


async def _offer(tx: Tx, correction: Correction, article: Article) -> bool:
    """Whether it is offered for the first time."""
    excerpt = Excerpt(text=correction.excerpt, before=correction.before, after=correction.after)
    text = mended(excerpt, article.content)
    if text is None or text == correction.offered_text:
        return False
    await tx.corrections.offer(correction.id, article.revision, text)
    return correction.offered_revision is None
