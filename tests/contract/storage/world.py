"""Small worlds for the tests of the store: a community with a section, a feed, articles, members."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from hashlib import blake2b
from itertools import count
from typing import TypeVar

from bot.domain.corrections import Excerpt, same_key
from bot.domain.model import (
    Account,
    Alias,
    AliasKind,
    ArticleId,
    CaseId,
    Channel,
    CommentId,
    CommunityId,
    Content,
    CorrectionId,
    CorrectionKind,
    DiscussionId,
    FeedId,
    FlagReason,
    Post,
    PostId,
    PostState,
    Ref,
    Subject,
    Subscription,
    Visibility,
    Vote,
)
from bot.domain.orders import NewOrder, Order, Publish
from bot.domain.votes import Cast
from bot.ports.stores import Tx
from storage.store import SqlStore

T = TypeVar("T")
NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


def later(seconds: float) -> datetime:
    """A moment after NOW."""
    return NOW + timedelta(seconds=seconds)


def key(name: str) -> bytes:
    """An alias key."""
    return blake2b(name.encode(), digest_size=16).digest()


def alias(name: str, kind: AliasKind = AliasKind.LINK) -> Alias:
    return Alias(kind=kind, key=key(name))


@dataclass(kw_only=True)
class World:
    """A community with one section and one feed that is subscribed there."""

    store: SqlStore
    community: CommunityId
    section: Channel
    feed: FeedId
    subscription: Subscription
    numbers: count[int] = field(default_factory=lambda: count(1))

    async def write(self, work: Callable[[Tx], Awaitable[T]]) -> T:
        return await self.store.write(work)

    async def article(self, title: str = "A story", *, published: datetime | None = None) -> ArticleId:
        """A new article, found by the key of its title and number."""
        number = next(self.numbers)
        return await self.store.write(
            lambda tx: tx.articles.add(
                self.feed,
                Content(title=title, link=f"https://news.example/{number}", published=published, lead="Lead."),
                [alias(f"{self.feed}/{title}/{number}")],
                marker=f"m{self.feed}x{number}",
                digest=b"first",
                position=number,
                now=NOW,
            )
        )

    async def post(self, article_id: ArticleId | None = None, *, posted: bool = True) -> Post:
        """An article in the section, posted or pending."""
        article = await self.article() if article_id is None else article_id

        async def work(tx: Tx) -> Post:
            post_id = await tx.posts.order(article, self.subscription, now=NOW)
            assert post_id is not None
            if posted:
                ref = Ref(f"{self.section.ref}/p{post_id}")
                await tx.posts.set(post_id, state=PostState.POSTED, ref=ref, thread=Ref(f"{ref}/t"), now=NOW)
            post = await tx.posts.get(post_id)
            assert post is not None
            return post

        return await self.store.write(work)

    async def account(self, name: str, *, network: str = "web", bot: bool = False) -> Account:
        ref = Ref(f"{network}:user/{name}")
        return await self.store.write(lambda tx: tx.members.seen(network, ref, name, bot=bot, now=NOW))

    async def comment(
        self,
        discussion_id: DiscussionId,
        account: Account,
        *,
        at: datetime = NOW,
        parent_id: CommentId | None = None,
        channel: Channel | None = None,
        html: str = "<p>Well.</p>",
    ) -> CommentId:
        ref = Ref(f"{account.network}:c{self.community}x{next(self.numbers)}")
        made = await self.store.write(
            lambda tx: tx.discussions.add_comment(
                discussion_id=discussion_id,
                channel_id=(channel or self.section).id,
                account_id=account.id,
                ref=ref,
                parent_id=parent_id,
                html=html,
                at=at,
            )
        )
        assert made is not None
        return made

    async def put(self, *orders: NewOrder) -> None:
        await self.store.write(lambda tx: tx.outbox.put(orders))

    async def publish(self, lane: str, *, created_at: datetime = NOW) -> PostId:
        """An article's post and the order for it."""
        post = await self.post(posted=False)
        await self.put(order(Publish(post_id=post.id), lane, created_at=created_at))
        return post.id


_keys = count(1)


def order(
    what: Order, lane: str = "lane", *, created_at: datetime = NOW, not_before: datetime | None = None
) -> NewOrder:
    """A row to be, with a key of its own."""
    return NewOrder(order=what, lane=lane, key=f"key{next(_keys)}", created_at=created_at, not_before=not_before)


async def build(store: SqlStore, slug: str = "town", *, feed: str = "https://news.example/feed") -> World:
    """A world; a second one with the same feed has another community and section."""

    async def work(tx: Tx) -> World:
        community = await tx.places.put_community(slug, slug.title(), default=slug == "town")
        await tx.places.put_channel(
            community, Ref(f"web:{slug}"), "News", language="en", zone="UTC", visibility=Visibility.PUBLIC
        )
        section = next(each for each in await tx.places.channels() if each.ref == f"web:{slug}")
        feed_id = await tx.feeds.add(feed, interval=HOUR, from_config=True, now=NOW)
        await tx.places.subscribe(feed_id, section.id, backlog=3)
        mine = [each for each in await tx.places.subscriptions(feed_id) if each.channel.id == section.id]
        return World(store=store, community=community, section=section, feed=feed_id, subscription=mine[0])

    return await store.write(work)


async def flag(world: World, subject: Subject, who: Account, *, at: datetime = NOW, weight: float = 1.0) -> CaseId:
    """A flag, and the case that it makes or joins."""

    async def work(tx: Tx) -> CaseId:
        facts = await tx.cases.subject(subject)
        assert facts is not None
        case_id = await tx.cases.open(
            subject,
            community_id=facts.community_id,
            discussion_id=facts.discussion_id,
            author=facts.account.member_id if facts.account else None,
            now=at,
        )
        await tx.cases.add_flag(
            case_id,
            subject,
            community_id=facts.community_id,
            account_id=who.id,
            member_id=who.member_id,
            reason=FlagReason.OTHER,
            text="See the second sentence.",
            trust=1,
            weight=weight,
            subject_text=facts.text,
            subject_revision=facts.revision,
            at=at,
        )
        return case_id

    return await world.store.write(work)


async def report(
    world: World, discussion_id: DiscussionId, who: Account, text: str = "teh", *, at: datetime = NOW
) -> tuple[CorrectionId, bool]:
    """A reported typo; whether the member had not reported it before."""
    return await world.store.write(
        lambda tx: tx.corrections.report(
            discussion_id,
            CorrectionKind.TYPO,
            Excerpt(text=text, before="saw", after="cat"),
            same_key=same_key(CorrectionKind.TYPO, text),
            revision=1,
            account_id=who.id,
            member_id=who.member_id,
            remark="the",
            now=at,
        )
    )


async def vote(world: World, subject: Subject, who: Account, vote: Vote = Vote.UP, *, at: datetime = NOW) -> None:
    """A vote, with the subject's totals counted again."""

    async def work(tx: Tx) -> None:
        await tx.discussions.set_vote(subject, who.member_id, Cast(vote=vote, at=at), void=False)
        await tx.discussions.set_totals(subject, await tx.discussions.count_votes(subject))

    await world.store.write(work)


async def add_channel(world: World, ref: str, visibility: Visibility = Visibility.PRIVATE) -> Channel:
    """Another channel of the community."""

    async def work(tx: Tx) -> Channel:
        await tx.places.put_channel(
            world.community, Ref(ref), ref, language="fr", zone="Europe/Paris", visibility=visibility
        )
        return next(each for each in await tx.places.channels() if each.ref == ref)

    return await world.store.write(work)


async def subscribe(world: World, channel: Channel) -> Subscription:
    """The feed's articles go to another channel too."""

    async def work(tx: Tx) -> Subscription:
        made = await tx.places.subscribe(world.feed, channel.id, backlog=3)
        return next(each for each in await tx.places.subscriptions(world.feed) if each.id == made)

    return await world.store.write(work)
