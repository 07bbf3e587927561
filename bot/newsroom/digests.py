"""Digests: one message with the best of what a subscription has gathered, at its time."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from html import escape

from bot.domain.model import Feed, Gathered, Subscription
from bot.domain.orders import NewOrder, Speak
from bot.domain.pacing import next_digest
from bot.domain.ranking import wilson
from bot.locale import Translator, translator
from bot.newsroom.queue import Making
from bot.ports.clock import Clock
from bot.ports.stores import Store, Tx

NAMED_AT_MOST = 10
ONE_ARTICLE = "{count} article from {source}:"
MANY_ARTICLES = "{count} articles from {source}, the best first:"
ONE_COMMENT = "{count} comment"
MANY_COMMENTS = "{count} comments"
ONE_MORE = "And {count} more."
MANY_MORE = "And {count} more."


class Digests:
    """Makes the digests that are due."""

    def __init__(self, *, store: Store, clock: Clock, making: Making, on_orders: Callable[[], None]) -> None:
        self._store = store
        self._clock = clock
        self._making = making
        self._on_orders = on_orders

    async def look_after(self) -> int:
        """Make them, each in a transaction of its own; how many messages came of it."""
        now = self._clock.now()
        async with self._store.read() as tx:
            due = await tx.places.digests_due(now)
        made = 0
        for subscription in due:
            made += await self._store.write(lambda tx, each=subscription: self._make(tx, each, now))  # type: ignore[misc]
        if made:
            self._on_orders()
        return made

    async def _make(self, tx: Tx, subscription: Subscription, now: datetime) -> bool:
        """Whether there was anything to say. Where somebody else was quicker there is not."""
        digest, zone = subscription.rules.digest, subscription.channel.zone
        due = next_digest(now, digest, zone) if digest is not None else None
        if not await tx.places.digest_made(subscription, due=due):
            return False
        gathered = await tx.posts.gathered(subscription.id)
        await tx.posts.digested([each.post_id for each in gathered], now)
        shown = best_first(each for each in gathered if not each.hidden)
        feed = await tx.feeds.get(subscription.feed_id)
        if not shown or feed is None:
            return False
        await tx.outbox.put([self._order(subscription, feed, shown, now)])
        return True

    def _order(self, subscription: Subscription, feed: Feed, shown: Sequence[Gathered], now: datetime) -> NewOrder:
        channel, key = subscription.channel, self._making.new_key()
        language = subscription.rules.language or channel.language
        html = as_html(shown, feed.title or feed.address, translator(language))
        return NewOrder(
            order=Speak(place=channel.ref, html=html, language=language, marker=key[:10]),
            lane=channel.ref,
            key=key,
            created_at=now,
            expires_at=now + self._making.expires_after,
        )


def best_first(gathered: Iterable[Gathered]) -> list[Gathered]:
    """By the share of votes that is surely in favour, then by discussion; the newer before the older."""
    return sorted(gathered, key=lambda each: (wilson(each.totals), each.comments, each.dated), reverse=True)


def as_html(shown: Sequence[Gathered], source: str, t: Translator) -> str:
    """The message, as sanitised HTML."""
    named, more = shown[:NAMED_AT_MOST], len(shown) - NAMED_AT_MOST
    heading = escape(t.plural(ONE_ARTICLE, MANY_ARTICLES, len(shown), source=source))
    rest = f"<p>{escape(t.plural(ONE_MORE, MANY_MORE, more))}</p>" if more > 0 else ""
    return f"<p>{heading}</p><ol>{''.join(_line(each, t) for each in named)}</ol>{rest}"


def _line(each: Gathered, t: Translator) -> str:
    title = escape(each.title)
    linked = f'<a href="{escape(each.link)}">{title}</a>' if each.link else title
    said = t.plural(ONE_COMMENT, MANY_COMMENTS, each.comments)
    return f"<li>{linked} · ▲{each.totals.up} ▼{each.totals.down} · {escape(said)}</li>"
