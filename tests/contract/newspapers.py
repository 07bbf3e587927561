"""Newspapers whose documents are really filed, and what members do about their stories; on one store."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

from sqlalchemy import select, update

from bot.aftermath import Following
from bot.discussion import Discussion, DiscussionSettings
from bot.domain.corrections import find, same_key
from bot.domain.events import Event, Flagged, Outcome, Posted, Reacted, Who
from bot.domain.intake import Policy
from bot.domain.model import (
    CommentId,
    CommunityId,
    CorrectionKind,
    DiscussionId,
    Entry,
    FeedId,
    FlagReason,
    ParsedFeed,
    PollRecord,
    Post,
    PostState,
    Ref,
    Role,
    Visibility,
    network_of,
)
from bot.domain.orders import OutboxState
from bot.domain.votes import Ballot
from bot.moderation.articles import Articles, ArticlesSettings
from bot.moderation.desk import ModerationDesk
from bot.newsroom.filing import Filed, Filing, file_document
from bot.newsroom.queue import Making
from bot.office import Office
from bot.ports.moderation import Actor
from bot.ports.stores import Tx
from bot.signals import Noticeboard
from storage.schema import metadata
from storage.schema.work import outbox
from storage.store import SqlStore
from tests.servers.clock import SetClock

START = datetime(2026, 3, 1, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
WEEK = timedelta(days=7)

# What a merge and a split may leave behind: how often a row was touched, and when.
_TOUCHED = {"posts": {"changed_at"}, "cases": {"version"}}
_NEWS_OF_IT = frozenset({"outbox", "lanes", "audit_log", "feeds", "feed_forms", "recounts", "settings"})


def entry(number: int, *, title: str = "", link: str | None = None, text: str = "", by_id: bool = True) -> Entry:
    """An item of a feed, known by its number."""
    words = text or f"These are the words of story number {number}, and there are enough of them to tell it by."
    return Entry(
        position=number,
        id=f"item-{number}" if by_id else None,
        link=link or f"https://news.example/{number}",
        title=title or f"Story {number}",
        published=START - HOUR,
        content=f"<p>{words}</p>",
    )


@dataclass(kw_only=True)
class Newspapers:
    """A store with communities, channels and feeds; the page shows what is stored, `wire` does not."""

    store: SqlStore
    clock: SetClock = field(default_factory=lambda: SetClock(START))
    numbers: count[int] = field(default_factory=lambda: count(1))
    due: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.signals = Noticeboard()
        self.following = Following(
            new_key=self.new_key, reads_store=self.reads_store, refresh_every=timedelta(minutes=1)
        )
        self.office = Office(
            store=self.store,
            signals=self.signals,
            clock=self.clock,
            following=self.following,
            on_orders=lambda: self.due.append("orders"),
        )
        self.articles = Articles(
            self.office,
            ArticlesSettings(ballot=Ballot(), expires_after=WEEK),
            reads_store=self.reads_store,
            on_due=lambda: self.due.append("feeds"),
        )
        self.moderation = ModerationDesk(self.office, stale_after=WEEK)
        self.discussion = Discussion(
            store=self.store,
            following=self.following,
            signals=self.signals,
            clock=self.clock,
            settings=DiscussionSettings(),
            on_orders=lambda: None,
        )
        self.making = Making(new_key=self.new_key, expires_after=WEEK)
        self.filing = Filing(
            policy=Policy(),
            making=self.making,
            lives_on_its_own=lambda post: self.reads_store(post.channel.ref),
        )

    def new_key(self) -> str:
        return f"key{next(self.numbers):010}"

    def reads_store(self, ref: Ref) -> bool:
        return network_of(ref) == "web"

    # --- making it ---

    async def community(self, slug: str) -> CommunityId:
        return await self.store.write(lambda tx: tx.places.put_community(slug, slug.title(), default=slug == "town"))

    async def feed(self, name: str, community: CommunityId, *channels: str) -> FeedId:
        """A feed that is subscribed in channels, which are made where they are missing."""

        async def work(tx: Tx) -> FeedId:
            feed = await tx.feeds.add(f"https://{name}.example/feed", interval=HOUR, from_config=False, now=START)
            for ref in channels:
                channel = await tx.places.put_channel(
                    community, Ref(ref), ref, language="en", zone="UTC", visibility=Visibility.PUBLIC
                )
                made = await tx.places.subscribe(feed, channel, backlog=3)
                await tx.places.primed([made])
            return feed

        return await self.store.write(work)

    async def read(self, feed_id: FeedId, *entries: Entry) -> Filed:
        """File a document and make its posts."""
        filed = await self.file(feed_id, *entries)
        await self.deliver()
        return filed

    async def established(self, feed_id: FeedId) -> None:
        """The feed was read before."""
        now = self.clock.now()
        record = PollRecord(feed_id=feed_id, polled_at=now, next_at=now + HOUR, succeeded=True)
        await self.store.write(lambda tx: tx.feeds.record([record]))

    async def file(self, feed_id: FeedId, *entries: Entry) -> Filed:
        """File a document; its posts wait in the outbox."""

        async def work(tx: Tx) -> Filed:
            feed = await tx.feeds.get(feed_id)
            assert feed is not None
            parsed = ParsedFeed(
                title="News", link=None, language="en", ttl=None, entries=entries, total=len(entries), seen=b""
            )
            return await file_document(tx, self.filing, feed, parsed, self.clock.now())

        self.clock.time += timedelta(minutes=1)
        return await self.store.write(work)

    async def deliver(self) -> None:
        """Every pending post is posted."""

        async def work(tx: Tx) -> None:
            for post in [post for article in await _articles(tx) for post in await tx.posts.of_article(article)]:
                if post.state is PostState.PENDING:
                    ref = Ref(f"{network_of(post.channel.ref)}:post/{next(self.numbers)}")
                    await tx.posts.set(
                        post.id, state=PostState.POSTED, ref=ref, thread=Ref(f"{ref}/thread"), now=self.clock.now()
                    )

        await self.store.write(work)

    async def carry_out(self, state: OutboxState = OutboxState.DONE) -> None:
        """What waits in the outbox ends like this."""
        done = update(outbox).where(outbox.c.state == OutboxState.PENDING).values(state=state)

        async def work(tx: Any) -> None:
            await tx.sql.run(done)

        await self.store.write(work)

    # --- asking ---

    async def discussion_of(self, title: str, community: CommunityId) -> DiscussionId:
        """The discussion of the article that has this title and was merged into no other."""
        articles, discussions = metadata.tables["articles"], metadata.tables["discussions"]
        query = (
            select(discussions.c.id)
            .join(articles, articles.c.id == discussions.c.article_id)
            .where(articles.c.title == title, discussions.c.community_id == community)
            .where(articles.c.merged_into.is_(None), discussions.c.merged_into.is_(None))
        )
        async with self.store.read() as tx:
            (row,) = await tx.sql.all(query)
        return DiscussionId(row.id)

    async def posts(self, discussion: DiscussionId) -> list[Post]:
        """What is shown of a discussion's article."""
        async with self.store.read() as tx:
            return [post for post in await tx.posts.of_discussion(discussion) if post.state is not PostState.DELETED]

    async def post(self, discussion: DiscussionId, channel: str) -> Post:
        (post,) = [post for post in await self.posts(discussion) if post.channel.ref == channel]
        return post

    async def rows(self, table: str, **wanted: object) -> Sequence[Any]:
        """The rows of a table that hold these values."""
        query = select(metadata.tables[table]).filter_by(**wanted)
        async with self.store.read() as tx:
            return await tx.sql.all(query)

    async def everything(self) -> dict[str, list[tuple[tuple[str, object], ...]]]:
        """All tables, but for what says that something was done to them."""
        found = {}
        for table in metadata.sorted_tables:
            if table.name not in _NEWS_OF_IT:
                rows = [row._asdict() for row in await self.rows(table.name)]
                found[table.name] = sorted((_plain(row, _TOUCHED.get(table.name, set())) for row in rows), key=repr)
        return found

    # --- doing ---

    async def take(self, event: Event) -> Outcome:
        self.clock.time += timedelta(seconds=1)
        return await self.discussion.take(event)

    async def comment(
        self, discussion: DiscussionId, channel: str, name: str, reply_to: Ref | None = None
    ) -> tuple[CommentId, Ref]:
        post = await self.post(discussion, channel)
        message = Ref(f"{network_of(post.channel.ref)}:comment/{next(self.numbers):016}")
        assert post.thread is not None
        outcome = await self.take(
            Posted(
                message=message,
                thread=post.thread,
                who=_who(name),
                html=f"<p>{name}</p>",
                at=self.clock.now(),
                reply_to=reply_to,
            )
        )
        assert outcome.comment is not None
        return outcome.comment, message

    async def vote(self, discussion: DiscussionId, channel: str, name: str, emoji: str = "👍") -> None:
        post = await self.post(discussion, channel)
        assert post.ref is not None
        reaction = Ref(f"{network_of(post.ref)}:reaction/{name}/{emoji}/{post.ref}")
        at = self.clock.now()
        await self.take(Reacted(reaction=reaction, message=post.ref, who=_who(name), emoji=emoji, at=at))

    async def flag(self, message: Ref, name: str) -> None:
        at = self.clock.now()
        flag = Flagged(message=message, who=_who(name), reason=FlagReason.SPAM, text="", at=at)
        assert (await self.take(flag)).refused is None

    async def flag_article(self, discussion: DiscussionId, channel: str, name: str) -> None:
        post = await self.post(discussion, channel)
        assert post.ref is not None
        await self.flag(post.ref, name)

    async def correction(self, discussion: DiscussionId, name: str, excerpt: str) -> None:
        async def work(tx: Tx) -> None:
            who = await tx.members.seen("web", _who(name).ref, name, bot=False, now=START)
            found = await tx.merging.at(discussion)
            article = await tx.articles.get(found[1]) if found else None
            assert article is not None
            await tx.corrections.report(
                discussion,
                CorrectionKind.TYPO,
                find(article.content, excerpt),
                same_key=same_key(CorrectionKind.TYPO, excerpt),
                revision=1,
                account_id=who.id,
                member_id=who.member_id,
                remark="",
                now=START,
            )

        await self.store.write(work)


def admin(community: CommunityId, role: Role = Role.ADMIN) -> Actor:
    """Somebody who may merge and split."""
    return Actor(community_id=community, account_id=None, member_id=None, role=role)


def _who(name: str) -> Who:
    return Who(ref=Ref(f"web:account/{name}"), name=name)


async def _articles(tx: Any) -> list[Any]:
    return [row.id for row in await tx.sql.all(select(metadata.tables["articles"].c.id).order_by("id"))]


def _plain(row: dict[str, object], touched: set[str]) -> tuple[tuple[str, object], ...]:
    kept = {name: value for name, value in row.items() if name not in touched}
    return tuple((name, round(value, 6) if isinstance(value, float) else value) for name, value in kept.items())
