"""Looking at feeds without storing anything: what is at an address, and what rules would do with it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from urllib.parse import urlsplit

from bot.domain import filters
from bot.domain.feed_addresses import apart, spellings
from bot.domain.intake import contents
from bot.domain.model import (
    Article,
    ArticleId,
    Channel,
    CommunityId,
    Content,
    Failed,
    Feed,
    FeedId,
    Fetched,
    FetchRequest,
    ParsedFeed,
    Rules,
    Spotted,
    Validators,
)
from bot.errors import RequestError
from bot.newsroom.requests import Access, credentials_of, request_of
from bot.office import Office
from bot.ports.cards import card_of
from bot.ports.desk import Judged, Sought, Trial
from bot.ports.feeds import FeedFinder
from bot.ports.stores import Tx

LOOKED_AT = 50

_NO_SUCH_FEED = "There is no such feed here."
_NOTHING_THERE = "There is no feed to be read at “{address}”: {reason}"


class Scout:
    """Looks around for the desk."""

    def __init__(self, office: Office, *, source: FeedFinder, access: Callable[[Feed], Access]) -> None:
        self._office = office
        self._source = source
        self._access = access

    def opened(self, feed: Feed) -> bool:
        """Whether what opens a feed stands in the operator's configuration."""
        return self._access(feed).secret

    async def there(self, community_id: CommunityId, sought: Sought) -> Feed | None:
        """The feed that a community has subscribed at an address."""
        address, credentials = apart(sought.address, sought.credentials)
        async with self._office.read() as tx:
            feed = await known_at(tx, address, community_id if credentials else None)
            return feed if feed is not None and await is_subscribed(tx, community_id, feed.id) else None

    async def look(self, community_id: CommunityId, sought: Sought) -> Sequence[Spotted]:
        """The feeds at an address. Raises RequestError."""
        address, kept = apart(sought.address, sought.credentials)
        request = FetchRequest(
            feed_id=FeedId(0), address=address, headers=kept.headers, user=kept.user, password=kept.password
        )
        found = await self._source.discover(request)
        if isinstance(found, Failed):
            raise RequestError(_NOTHING_THERE, address=address, reason=found.reason)
        return found

    def preview(self, feed: Spotted, channel: Channel, rules: Rules) -> Trial:
        """What would become of the articles that a feed lists now."""
        articles = articles_of(feed.feed, feed.address, self._office.now()) if feed.feed is not None else []
        return tried(articles[:LOOKED_AT], channel, rules)

    async def test(self, community_id: CommunityId, feed_id: FeedId, channel: Channel, rules: Rules) -> Trial:
        """Read a feed now, storing nothing."""
        async with self._office.read() as tx:
            feed = await subscribed(tx, community_id, feed_id)
            kept = await credentials_of(tx, feed)
            stored = [await tx.articles.get(each) for each in await tx.articles.recent(feed_id, LOOKED_AT)]
        request = replace(request_of(feed, self._access(feed), kept), validators=Validators())
        outcome = await self._source.poll(request)
        listed = articles_of(outcome.feed, feed.address, self._office.now()) if isinstance(outcome, Fetched) else []
        articles = _each_once([*listed, *(each for each in stored if each is not None)])
        trial = tried(articles[:LOOKED_AT], channel, rules)
        return replace(trial, failure=outcome.reason) if isinstance(outcome, Failed) else trial


async def known_at(tx: Tx, address: str, owner: CommunityId | None) -> Feed | None:
    """The feed of an owner at an address, however it is spelt, also one that moved away from there."""
    for spelling in spellings(address):
        feed = await tx.feeds.by_address(spelling, owner)
        if feed is not None:
            return feed
    return None


async def is_subscribed(tx: Tx, community_id: CommunityId, feed_id: FeedId) -> bool:
    """Whether a channel of a community gets a feed."""
    return any(each.channel.community_id == community_id for each in await tx.places.subscriptions(feed_id))


async def subscribed(tx: Tx, community_id: CommunityId, feed_id: FeedId) -> Feed:
    """A feed of a community. Raises RequestError where it is not subscribed there."""
    feed = await tx.feeds.get(feed_id)
    if feed is None or not await is_subscribed(tx, community_id, feed_id):
        raise RequestError(_NO_SUCH_FEED)
    return feed


def articles_of(parsed: ParsedFeed, address: str, now: datetime) -> list[Article]:
    """The articles that a document lists, as they would be stored, the newest first."""
    source = parsed.title or urlsplit(address).hostname or address
    return [_article(content, source, now) for content in contents(parsed, now)]


def _article(content: Content, source: str, now: datetime) -> Article:
    return Article(
        id=ArticleId(0),
        marker="",
        primary_feed=FeedId(0),
        source=source,
        content=content,
        revision=1,
        first_seen=now,
    )


def tried(articles: Sequence[Article], channel: Channel, rules: Rules) -> Trial:
    """What rules do with articles, the newest of them first. Raises Wrong."""
    chosen = filters.read(rules.filter)
    judged = [(each, chosen.judge(each.content)) for each in articles]
    newest = next((each for each, judgement in judged if judgement.passes), None)
    return Trial(
        card=card_of(newest, channel, rules) if newest is not None else None,
        judged=tuple(
            Judged(title=each.content.title, passes=judgement.passes, because=judgement.because)
            for each, judgement in judged
        ),
    )


def _each_once(articles: Iterable[Article]) -> list[Article]:
    """The first of those with one link, or one title where they have none."""
    once: dict[str, Article] = {}
    for each in articles:
        once.setdefault(each.content.link or each.content.title, each)
    return list(once.values())
