"""What a document means, stored: articles, revisions, posts and their outbox rows in one transaction."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.domain import intake
from bot.domain.identity import marker_of
from bot.domain.intake import Candidate, NewArticle, NewSource, Plan, Policy
from bot.domain.model import ArticleId, CommunityId, Feed, ParsedFeed, Post, PostId, PostState, Subscription
from bot.domain.orders import NewOrder, Publish, Refresh
from bot.newsroom.mending import offer_corrections
from bot.ports.stores import Tx


@dataclass(frozen=True, kw_only=True, slots=True)
class Filed:
    """What filing a document came to."""

    articles: int = 0
    revised: int = 0
    posts: int = 0
    held: int = 0
    communities: frozenset[CommunityId] = frozenset()


@dataclass(frozen=True, kw_only=True, slots=True)
class Filing:
    """How documents are filed."""

    policy: Policy
    new_key: Callable[[], str]
    expires_after: timedelta  # a post that could not be made by then is old news
    lives_on_its_own: Callable[[Post], bool]  # the post shows what is stored: it needs no refresh


async def file_document(tx: Tx, filing: Filing, feed: Feed, parsed: ParsedFeed, now: datetime) -> Filed:
    """Compare a document with what is known and store all that follows. To do it twice adds nothing."""
    found = intake.candidates(parsed, feed, now)
    disowned = intake.disowned_of(parsed, feed)
    known = await tx.articles.known([alias.key for each in found for alias in each.aliases])
    plan = intake.decide(feed, found, known, disowned=disowned, total=parsed.total, policy=filing.policy)
    return await _Clerk(tx, filing, feed, now).file(plan)


async def prime_subscriptions(tx: Tx, filing: Filing, feed: Feed, now: datetime) -> Filed:
    """Give new subscriptions of an unchanged feed their first posts."""
    return await _Clerk(tx, filing, feed, now).file(Plan())


class _Clerk:
    """Stores one plan, in one transaction."""

    def __init__(self, tx: Tx, filing: Filing, feed: Feed, now: datetime) -> None:
        self._tx = tx
        self._filing = filing
        self._feed = feed
        self._now = now
        self._orders: list[NewOrder] = []
        self._communities: set[CommunityId] = set()
        self._held = 0

    async def file(self, plan: Plan) -> Filed:
        if plan.disowned:
            await self._tx.articles.disown(sorted(plan.disowned), self._now)
        arrived = [(await self._arrive(each), each.held) for each in plan.arrivals]
        for learned in plan.learned:
            await self._tx.articles.learn(learned.article_id, learned.aliases, self._feed.id, self._now)
        for revised in plan.revised:
            await self._revise(revised.article_id, revised.candidate, replace_latest=revised.replace_latest)
        if arrived or self._feed.unprimed:
            await self._post(arrived)
        if self._orders:
            await self._tx.outbox.put(self._orders)
        return Filed(
            articles=sum(isinstance(each, NewArticle) for each in plan.arrivals),
            revised=len(plan.revised),
            posts=sum(isinstance(order.order, Publish) for order in self._orders),
            held=self._held,
            communities=frozenset(self._communities),
        )

    async def _arrive(self, arrival: NewArticle | NewSource) -> ArticleId:
        if isinstance(arrival, NewSource):
            await self._tx.articles.add_source(
                arrival.article_id,
                self._feed.id,
                position=arrival.position,
                title=arrival.title,
                link=arrival.link,
                now=self._now,
            )
            return arrival.article_id
        candidate = arrival.candidate
        return await self._tx.articles.add(
            self._feed.id,
            candidate.content,
            arrival.aliases,
            marker=marker_of(candidate.aliases),
            digest=candidate.digest,
            position=candidate.position,
            now=self._now,
        )

    async def _revise(self, article_id: ArticleId, candidate: Candidate, *, replace_latest: bool) -> None:
        await self._tx.articles.revise(
            article_id, candidate.content, digest=candidate.digest, replace_latest=replace_latest, now=self._now
        )
        await offer_corrections(self._tx, article_id, self._now)
        for post in await self._tx.posts.of_article(article_id):
            self._communities.add(post.channel.community_id)
            if post.state in (PostState.PENDING, PostState.POSTED) and not self._filing.lives_on_its_own(post):
                self._order(Refresh(post_id=post.id), lane=f"{post.channel.ref}#{post.id}")

    async def _post(self, arrived: Sequence[tuple[ArticleId, bool]]) -> None:
        subscriptions = [each for each in await self._tx.places.subscriptions(self._feed.id) if not each.paused]
        for subscription in subscriptions:
            if subscription.primed:
                await self._post_arrivals(subscription, arrived)
            else:
                await self._post_first(subscription)
        unprimed = [each.id for each in subscriptions if not each.primed]
        if unprimed:
            await self._tx.places.primed(unprimed)

    async def _post_arrivals(self, subscription: Subscription, arrived: Sequence[tuple[ArticleId, bool]]) -> None:
        for article_id, held in arrived:
            state = PostState.HELD if held else PostState.PENDING
            post_id = await self._tx.posts.order(article_id, subscription, state=state, now=self._now)
            if post_id is not None and held:
                self._held += 1
            elif post_id is not None:
                self._publish(post_id, subscription)

    async def _post_first(self, subscription: Subscription) -> None:
        """The newest few, the oldest of them first; the rest counts as seen."""
        newest = await self._tx.articles.recent(self._feed.id, subscription.backlog)
        await self._post_arrivals(replace(subscription, primed=True), [(each, False) for each in reversed(newest)])

    def _publish(self, post_id: PostId, subscription: Subscription) -> None:
        self._communities.add(subscription.channel.community_id)
        self._order(
            Publish(post_id=post_id), lane=subscription.channel.ref, expires_at=self._now + self._filing.expires_after
        )

    def _order(self, order: Publish | Refresh, *, lane: str, expires_at: datetime | None = None) -> None:
        key = self._filing.new_key()
        self._orders.append(NewOrder(order=order, lane=lane, key=key, created_at=self._now, expires_at=expires_at))
