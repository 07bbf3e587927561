"""What a document means, stored: articles, revisions, posts and their outbox rows in one transaction.

Each subscription of the feed judges a story once, when the feed brings it first. What it decided stays, also where the
story is revised: a channel is not given as news what it did not want, nor does a post go because a word was changed.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.domain import intake
from bot.domain.identity import marker_of
from bot.domain.intake import Candidate, NewArticle, NewSource, Plan, Policy
from bot.domain.model import (
    ArticleId,
    CommunityId,
    Feed,
    ParsedFeed,
    Passage,
    Post,
    PostId,
    PostState,
    Subscription,
    SubscriptionId,
    Verdict,
)
from bot.domain.orders import NewOrder, Publish, Refresh
from bot.newsroom.judging import Judging
from bot.newsroom.mending import offer_corrections
from bot.newsroom.queue import Making, Queue
from bot.ports.stores import Tx

FIRST_AT_MOST = 500  # articles that a new subscription's filter and "since" look through
JUDGED_AT_ONCE = 50


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
    making: Making
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


@dataclass(frozen=True, kw_only=True, slots=True)
class _Arrived:
    """A story that this feed has brought for the first time."""

    article_id: ArticleId
    held: bool


class _Clerk:
    """Stores one plan, in one transaction."""

    def __init__(self, tx: Tx, filing: Filing, feed: Feed, now: datetime) -> None:
        self._tx = tx
        self._filing = filing
        self._feed = feed
        self._now = now
        self._judging = Judging(tx)
        self._queues: dict[SubscriptionId, Queue] = {}
        self._orders: list[NewOrder] = []
        self._verdicts: dict[tuple[ArticleId, SubscriptionId], Verdict] = {}
        self._plain: set[tuple[ArticleId, SubscriptionId]] = set()
        self._communities: set[CommunityId] = set()
        self._held = 0

    async def file(self, plan: Plan) -> Filed:
        if plan.disowned:
            await self._tx.articles.disown(sorted(plan.disowned), self._now)
        arrived = [_Arrived(article_id=await self._arrive(each), held=each.held) for each in plan.arrivals]
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
        article_id = await self._tx.articles.add(
            self._feed.id,
            candidate.content,
            arrival.aliases,
            marker=marker_of(candidate.aliases),
            digest=candidate.digest,
            position=candidate.position,
            now=self._now,
        )
        self._judging.know(article_id, candidate.content)
        return article_id

    async def _revise(self, article_id: ArticleId, candidate: Candidate, *, replace_latest: bool) -> None:
        await self._tx.articles.revise(
            article_id, candidate.content, digest=candidate.digest, replace_latest=replace_latest, now=self._now
        )
        await offer_corrections(self._tx, article_id, self._now)
        for post in await self._tx.posts.of_article(article_id):
            self._communities.add(post.channel.community_id)
            if post.state in (PostState.PENDING, PostState.POSTED) and not self._filing.lives_on_its_own(post):
                self._order(Refresh(post_id=post.id), lane=f"{post.channel.ref}#{post.id}")

    async def _post(self, arrived: Sequence[_Arrived]) -> None:
        subscriptions = await self._tx.places.subscriptions(self._feed.id)
        for subscription in subscriptions:
            if not subscription.primed:
                if subscription.takes_articles:
                    await self._post_first(subscription, arrived)
            elif not subscription.takes_articles:
                self._pass_over(subscription, [each.article_id for each in arrived])
            else:
                await self._post_passing(subscription, arrived)
        unprimed = [each.id for each in subscriptions if not each.primed and each.takes_articles]
        if unprimed:
            await self._tx.places.primed(unprimed)
        noted = [verdict for pair, verdict in self._verdicts.items() if pair not in self._plain]
        if noted:
            await self._tx.verdicts.put(noted)

    def _pass_over(self, subscription: Subscription, articles: Sequence[ArticleId]) -> None:
        if subscription.paused:
            self._note(subscription, articles, Passage.PAUSED)
        else:
            self._note(subscription, articles, Passage.SUSPENDED, subscription.suspended or "")

    async def _post_first(self, subscription: Subscription, arrived: Sequence[_Arrived]) -> None:
        """The newest few that pass, or all since a day, the oldest of them first; the rest counts as seen."""
        bounded = subscription.since is None
        at_most = FIRST_AT_MOST if subscription.rules.filter or not bounded else subscription.backlog
        newest = list(await self._tx.articles.recent(self._feed.id, at_most, subscription.since))
        wanted = subscription.backlog if bounded else at_most
        first: list[tuple[ArticleId, str]] = []
        while newest and len(first) < wanted:
            part, newest = newest[:JUDGED_AT_ONCE], newest[JUDGED_AT_ONCE:]
            first.extend(await self._passing(subscription, part))
        for article_id, because in reversed(first[:wanted]):
            await self._enter(subscription, article_id, because)
        self._note(subscription, [each.article_id for each in arrived], Passage.BACKLOG)

    async def _post_passing(self, subscription: Subscription, arrived: Sequence[_Arrived]) -> None:
        held = {each.article_id for each in arrived if each.held}
        for article_id, because in await self._passing(subscription, [each.article_id for each in arrived]):
            await self._enter(subscription, article_id, because, held=article_id in held)

    async def _passing(
        self, subscription: Subscription, articles: Sequence[ArticleId]
    ) -> Sequence[tuple[ArticleId, str]]:
        """Those that its filter lets pass, each with the part of it that decided."""
        judgements = await self._judging.judge(subscription, articles)
        judged = list(zip(articles, judgements, strict=True))
        for article_id, judgement in judged:
            if not judgement.passes:
                self._note(subscription, [article_id], Passage.STOPPED, judgement.because)
        return [(article_id, judgement.because) for article_id, judgement in judged if judgement.passes]

    async def _enter(
        self, subscription: Subscription, article_id: ArticleId, because: str, *, held: bool = False
    ) -> None:
        """Make the post of an article that passed, unless the channel has one already, and what goes with it."""
        gathered = subscription.rules.digest is not None
        state = PostState.HELD if held else PostState.GATHERED if gathered else PostState.PENDING
        post_id = await self._tx.posts.order(article_id, subscription, state=state, now=self._now)
        if post_id is None:
            self._note(subscription, [article_id], Passage.PASSED, because)
        elif held:
            self._held += 1
            self._note(subscription, [article_id], Passage.HELD, because)
        elif gathered:
            self._note(subscription, [article_id], Passage.GATHERED, because)
        else:
            await self._publish(subscription, article_id, post_id, because)

    async def _publish(self, subscription: Subscription, article_id: ArticleId, post_id: PostId, because: str) -> None:
        self._communities.add(subscription.channel.community_id)
        queue = self._queues.setdefault(subscription.id, Queue(self._tx, self._filing.making, subscription, self._now))
        order = await queue.publish(post_id)
        self._orders.append(order)
        if order.not_before is not None:
            self._note(subscription, [article_id], Passage.DEFERRED, order.not_before.isoformat())
        elif because:
            self._note(subscription, [article_id], Passage.PASSED, because)
        else:
            self._plain.add((article_id, subscription.id))  # the post says it all

    def _note(
        self, subscription: Subscription, articles: Sequence[ArticleId], passage: Passage, detail: str = ""
    ) -> None:
        """What is noted of an article first stays."""
        for article_id in articles:
            verdict = Verdict(
                article_id=article_id, subscription_id=subscription.id, passage=passage, detail=detail, at=self._now
            )
            self._verdicts.setdefault((article_id, subscription.id), verdict)

    def _order(self, order: Refresh, *, lane: str) -> None:
        key = self._filing.making.new_key()
        self._orders.append(NewOrder(order=order, lane=lane, key=key, created_at=self._now))
