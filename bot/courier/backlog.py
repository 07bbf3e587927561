"""What waited through an outage: the newest is posted piece by piece, the rest is named in one message."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from html import escape

from bot.courier.context import Context
from bot.domain.delivery import refill
from bot.domain.model import Article, Channel, PostId, PostState
from bot.domain.orders import Lease, NewOrder, OutboxItem, Speak
from bot.locale import translator
from bot.ports.stores import Tx

NAMED_AT_MOST = 20
ONE_LEFT_OUT = "While we were away, {count} article was left out:"
MANY_LEFT_OUT = "While we were away, {count} articles were left out. The newest of them:"
PARKED = "left out after an outage, named in a digest"


async def clear_backlog(context: Context, lease: Lease, head: OutboxItem) -> bool:
    """Where the lane was held up, spread what is kept and park what is too much; True if it did.

    A head that was begun is finished first, and one that was put off to its place in a refill is not spread again.
    """
    now = context.clock.now()
    if not was_held_up(context, head, now):
        return False
    recovering = _recovering(context, now)
    return await context.store.write(lambda tx: _refill(context, tx, lease, now, recovering))


def was_held_up(context: Context, head: OutboxItem, now: datetime) -> bool:
    """Whether a lane may have to be refilled before its head is done."""
    old = now - head.due_at >= context.refill.outage_after
    return not head.steps and not head.spread and (old or _recovering(context, now))


def _recovering(context: Context, now: datetime) -> bool:
    return context.recovering_until is not None and now < context.recovering_until


async def _refill(context: Context, tx: Tx, lease: Lease, now: datetime, after_downtime: bool) -> bool:
    backlog = await tx.outbox.backlog(lease.lane, now)
    plan = refill(backlog, now, context.refill, after_downtime=after_downtime)
    if plan is None:
        return False
    if plan.park:
        left_out = await tx.outbox.park_oldest(lease, context.refill.keep, PARKED, now)
        await _tell(context, tx, lease, left_out, now)
    await tx.outbox.spread(lease, start=now, gap=plan.gap)
    return True


async def _tell(context: Context, tx: Tx, lease: Lease, left_out: Sequence[PostId], now: datetime) -> None:
    channel, articles = None, []
    for post_id in left_out:
        await tx.posts.set(post_id, state=PostState.LEFT_OUT, now=now)
        if (post := await tx.posts.get(post_id)) and (article := await tx.articles.get(post.article_id)):
            channel = post.channel
            articles.append(article)
    if channel is not None:
        await tx.outbox.put([_digest(context, channel, articles, lease, now)])


def _digest(context: Context, channel: Channel, articles: list[Article], lease: Lease, now: datetime) -> NewOrder:
    heading = translator(channel.language).plural(ONE_LEFT_OUT, MANY_LEFT_OUT, len(articles))
    newest = articles[::-1][:NAMED_AT_MOST]
    html = f"<p>{escape(heading)}</p><ul>{''.join(_line(article) for article in newest)}</ul>"
    key = context.new_key()
    order = Speak(place=channel.ref, html=html, language=channel.language, marker=key[:10])
    return NewOrder(order=order, lane=lease.lane, key=key, created_at=now)


def _line(article: Article) -> str:
    title = escape(article.content.title)
    link = article.content.link
    return f'<li><a href="{escape(link)}">{title}</a></li>' if link else f"<li>{title}</li>"
