"""Tribune's real parts in the test's own process: the store, the discussion, the page; time is set by hand."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import count

import aiohttp
from prometheus_client import CollectorRegistry

from adapters.web import PageInvitations, PageLinks, WebNetwork, WebSettings
from adapters.web.refs import section
from adapters.web.settings import Limits
from bot.aftermath import Following
from bot.commands.everything import COMMANDS
from bot.commands.house import House
from bot.commands.registry import Registry
from bot.courier import Courier, CourierSettings
from bot.discussion import Discussion, DiscussionSettings
from bot.domain.events import Posted, Reacted, Who
from bot.domain.model import (
    Alias,
    AliasKind,
    CommentId,
    CommunityId,
    Content,
    DiscussionId,
    Ref,
    Visibility,
    network_of,
)
from bot.domain.orders import NewOrder, Publish
from bot.domain.votes import Ballot
from bot.governing import ChannelDesk, CommunityDesk, ParkedDesk, RoleDesk, ServerDesk, Unknown, Whereabouts
from bot.health import StoreHealth
from bot.moderation import Articles, ArticlesSettings, CaseShowing, Corrections, ModerationDesk
from bot.newsroom import Access, DeskSettings, FeedDesk, Making, OpmlImports
from bot.office import Office
from bot.people import MembersDesk, PeopleSettings, Watch
from bot.ports.network import Network
from bot.ports.pages import Viewer
from bot.ports.stores import Tx
from bot.reading import ReadingDesk
from bot.reputation import Ledger
from bot.signals import Noticeboard
from feeds.fetch import HttpFeedSource
from feeds.opml import OpmlDocuments
from feeds.settings import FetchSettings
from storage import SqlStore, migrate, open_store
from tests.servers.clock import SetClock

START = datetime(2026, 1, 12, 12, tzinfo=UTC)


@dataclass(slots=True)
class Town:
    """One Tribune with communities, each with a section named like itself."""

    store: SqlStore
    clock: SetClock
    web: WebNetwork
    courier: Courier
    discussion: Discussion
    commands: Registry
    desk: FeedDesk
    moderation: ModerationDesk
    corrections: Corrections
    articles: Articles
    ledger: Ledger
    watch: Watch
    session: aiohttp.ClientSession
    numbers: count[int]
    networks: dict[str, Network]
    servers: ServerDesk

    async def community(self, slug: str, *, default: bool) -> CommunityId:
        async def work(tx: Tx) -> CommunityId:
            made = await tx.places.put_community(slug, slug.title(), default=default)
            await tx.places.put_channel(
                made, section(slug), slug.title(), language="en", zone="Europe/Paris", visibility=Visibility.PUBLIC
            )
            return made

        return await self.store.write(work)

    async def article(self, title: str, *slugs: str) -> DiscussionId:
        """An article posted in sections; its discussion in the first one's community."""
        key = next(self.numbers).to_bytes(16, "big")
        content = Content(title=title, link=f"https://news.example/{key.hex()}", lead="A lead.", published=START)

        async def work(tx: Tx) -> DiscussionId:
            feed = await tx.feeds.add(
                "https://news.example/feed", interval=timedelta(hours=1), from_config=False, now=START
            )
            channels = {each.ref: each for each in await tx.places.channels()}
            for slug in slugs:
                await tx.places.subscribe(feed, channels[section(slug)].id, backlog=3)
            aliases = [Alias(kind=AliasKind.LINK, key=key)]
            article = await tx.articles.add(
                feed, content, aliases, marker=key.hex()[-10:], digest=b"d", position=0, now=START
            )
            subscriptions = {each.channel.ref: each for each in await tx.places.subscriptions(feed)}
            discussions = []
            for slug in slugs:
                post_id = await tx.posts.order(article, subscriptions[section(slug)], now=START)
                assert post_id is not None
                await tx.outbox.put([self._publish(post_id, section(slug))])
                post = await tx.posts.get(post_id)
                assert post is not None
                discussions.append(post.discussion_id)
            return discussions[0]

        made = await self.store.write(work)
        await self.delivered()
        return made

    def _publish(self, post_id: object, lane: str) -> NewOrder:
        order = Publish(post_id=post_id)  # type: ignore[arg-type]
        return NewOrder(order=order, lane=lane, key=f"key{next(self.numbers)}", created_at=self.clock.now())

    async def delivered(self, network: str = "web") -> None:
        """Wait until nothing is left to deliver on a network."""
        self.courier.wake()
        async with asyncio.timeout(20):
            while True:
                await asyncio.sleep(0.01)
                async with self.store.read() as tx:
                    if self.courier.idle and await tx.outbox.next_due([network]) is None:
                        return

    async def thread(self, discussion: DiscussionId) -> Ref:
        async with self.store.read() as tx:
            (post, *_) = await tx.posts.of_discussion(discussion)
        assert post.thread is not None
        return post.thread

    async def comment(
        self, discussion: DiscussionId, who: str, html: str = "<p>Words.</p>", at: datetime | None = None
    ) -> CommentId:
        """A comment of somebody, named by who wrote it; returns its number."""
        event = Posted(
            message=Ref(f"web:comment/{next(self.numbers):016}"),
            thread=await self.thread(discussion),
            who=_who(who),
            html=html,
            at=at or self.clock.now(),
        )
        outcome = await self.discussion.take(event)
        assert outcome.comment is not None
        return outcome.comment

    async def vote(self, comment: CommentId, who: str, emoji: str, community: CommunityId) -> None:
        found = await self.store.pages.comment(Viewer(community_id=community), comment)
        assert found is not None
        message = found[1].message
        reaction = Ref(f"web:reaction/{who}/{emoji}/{message}")
        await self.discussion.take(
            Reacted(reaction=reaction, message=message, who=_who(who), emoji=emoji, at=self.clock.now())
        )

    async def json(self, path: str, status: int = 200) -> dict[str, object]:
        """What the page answers to a program."""
        async with self.session.get(f"{self.web.settings.base}{path}") as answer:
            assert answer.status == status, (path, answer.status, await answer.text())
            found = await answer.json()
        assert isinstance(found, dict)
        return found

    async def text(self, path: str, status: int = 200) -> str:
        """What the page answers to a browser."""
        async with self.session.get(f"{self.web.settings.base}{path}") as answer:
            assert answer.status == status, (path, answer.status)
            return await answer.text()


def _who(name: str) -> Who:
    return Who(ref=Ref(f"web:account/{name}"), name=name)


@asynccontextmanager
async def small_town(
    url: str, limits: Limits | None = None, unknown: Mapping[str, Unknown] | None = None
) -> AsyncIterator[Town]:
    """A Tribune without a newsroom on the database at `url`, its page on a free port."""
    await migrate(url)
    store, clock, signals, numbers = await open_store(url), SetClock(START), Noticeboard(), count(1)
    networks: dict[str, Network] = {}

    def new_key() -> str:
        return f"key{next(numbers)}"

    following = Following(
        new_key=new_key,
        reads_store=lambda ref: network_of(ref) == "web",  # as beside a network that is not there
        refresh_every=timedelta(minutes=1),
    )
    office = Office(store=store, signals=signals, clock=clock, following=following, on_orders=lambda: courier.wake())
    courier = Courier(
        store=store, networks=networks, signals=signals, clock=clock, settings=CourierSettings(), owner="small",
        random=lambda: 0.0, new_key=new_key,
        cases=CaseShowing(office, store.order, page=lambda: web.settings.base),
    )  # fmt: skip
    discussion = Discussion(
        store=store, following=following, signals=signals, clock=clock, settings=DiscussionSettings(),
        on_orders=courier.wake,
    )  # fmt: skip
    source = HttpFeedSource(FetchSettings(allowed_hosts=("127.0.0.0/8",), workers=1))
    making = Making(new_key=new_key, expires_after=timedelta(days=7))
    desk = FeedDesk(
        office, source=source, access=lambda feed: Access(), settings=DeskSettings(making=making), on_due=lambda: None
    )
    moderation, corrections = ModerationDesk(office, stale_after=timedelta(days=30)), Corrections(office)
    articles = Articles(
        office, ArticlesSettings(ballot=Ballot(), expires_after=timedelta(days=7)),
        reads_store=following.reads_store, on_due=lambda: None,
    )  # fmt: skip
    health = StoreHealth(store, clock)
    links = PageLinks(store, lambda: web.settings, clock)
    people = MembersDesk(office, links=links, new_name=new_key, settings=PeopleSettings())
    servers = ServerDesk(office, unknown or {}, Whereabouts(office, networks))
    house = House(
        store=store, clock=clock, pages=store.pages, order=store.order, health=health,
        moderation=moderation, corrections=corrections, feeds=desk, people=people,
        opml=OpmlImports(office, OpmlDocuments(), opened=desk.opened, interval=timedelta(minutes=30)),
        news=ReadingDesk(office, store.news, page=lambda: web.settings.base, expires_after=timedelta(days=7)),
        roles=RoleDesk(office, PageInvitations(store, lambda: web.settings)), channels=ChannelDesk(office),
        communities=CommunityDesk(office, articles.place), outbox=ParkedDesk(office),
        servers=servers, networks=networks,
    )  # fmt: skip
    commands = Registry(house, COMMANDS)
    web = WebNetwork(
        settings=WebSettings(port=0, limits=limits or Limits()),
        reader=store.pages, board=store.board, store=store, signals=signals,
        commands=commands,
        moderation=moderation, corrections=corrections, articles=articles, order=store.order, inbox=store.inbox,
        health=health, clock=clock, secret=b"s" * 32, registry=CollectorRegistry(),
    )  # fmt: skip
    ledger = Ledger(store=store, signals=signals, clock=clock, following=following)
    networks["web"] = web
    await web.start()
    serving = asyncio.create_task(web.run(discussion.take))
    delivering = asyncio.create_task(courier.run())
    try:
        async with aiohttp.ClientSession() as session:
            yield Town(
                store,
                clock,
                web,
                courier,
                discussion,
                commands,
                desk,
                moderation,
                corrections,
                articles,
                ledger,
                Watch(office),
                session,
                numbers,
                networks,
                servers,
            )
    finally:
        await courier.drain()
        await delivering
        serving.cancel()
        await asyncio.gather(serving, return_exceptions=True)
        await source.close()
        await store.close()
