"""The scene that examples are played in: two communities, two feeds, six people, one case, one parked row.

    town     the default: sections "news" (en) and "actualites" (fr), and the private chat channel "chat:square", in
             the server "chat:1"; the server "chat:2" waits to be admitted
    village  the section "village"
    feed 1   "Example News" with five entries, the newest three posted in "news": they are the articles 1, 2 and 3
    feed 2   "Second Wind" in "actualites", whose one post is held
    case 1   Bob commented on article 1, and Ann reported it

It is built once, on the real parts, and copied for each that plays in it; time stands still in it.
"""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from email.utils import format_datetime
from pathlib import Path
from threading import Thread

from adapters.web import refs
from adapters.web.settings import Limits, Rate
from adapters.web.tokens import Signer, token_hash
from adapters.web.visit import csrf_token, session_cookie, signed_purpose
from bot.domain.events import Flagged, Posted, Who
from bot.domain.intake import Policy
from bot.domain.model import (
    Account,
    Community,
    CommunityId,
    FeedId,
    Fetched,
    FetchRequest,
    FlagReason,
    ParsedFeed,
    PollRecord,
    Ref,
    Role,
    Server,
    ServerStanding,
    Visibility,
)
from bot.domain.orders import NewOrder, OutboxState, Speak
from bot.newsroom import Making
from bot.newsroom.filing import Filing, file_document
from bot.ports.commands import Caller
from bot.ports.moderation import Actor
from bot.ports.stores import Tx
from feeds.fetch import HttpFeedSource
from feeds.settings import FetchSettings
from storage.store import SqlStore
from tests.end_to_end.small import START, Town, small_town
from tests.servers.feed_server import FeedServer, Page

PEOPLE = {
    "Ada": Role.ADMIN,
    "Max": Role.MODERATOR,
    "Ann": Role.MEMBER,
    "Bob": Role.MEMBER,
    "Zoe": Role.READER,
    "Olga": Role.OPERATOR,
}
"""Who is there, and as what."""

NEWS = ("Market moved", "Library saved", "Bridge opened", "Harbour dredged", "Tower painted")  # the newest first
SECRET = b"s" * 32  # signs the page's cookies, in `small_town` too
_CHAT = Ref("chat:square")
_SERVER, _ASKING = Ref("chat:server/1"), Ref("chat:server/2")
_OFTEN = Limits(command=Rate(burst=10_000, per_minute=1), command_address=Rate(burst=10_000, per_minute=1))
_HOUR = timedelta(hours=1)

_SITE = """<!doctype html><html><head><title>Example</title>
<link rel="alternate" type="application/rss+xml" title="Example News" href="/news.xml">
<link rel="alternate" type="application/atom+xml" title="Example Sport" href="/sport.xml">
</head><body><p>Hello.</p></body></html>"""


def _rss(title: str, base: str, folder: str, titles: Sequence[str]) -> bytes:
    """A feed, its entries an hour apart."""
    items = "".join(
        f"<item><title>{each}</title><link>{base}/{folder}/{each.split()[0].lower()}</link>"
        f"<guid isPermaLink='false'>{folder}-{each.split()[0].lower()}</guid><category>{folder}</category>"
        f"<pubDate>{format_datetime(START - (1 + place) * _HOUR)}</pubDate>"
        f"<description>{each}: what is known so far.</description></item>"
        for place, each in enumerate(titles)
    )
    return f'<rss version="2.0"><channel><title>{title}</title><link>{base}/</link>{items}</channel></rss>'.encode()


def publish(server: FeedServer) -> None:
    """Put the scene's site and feeds on a server."""
    base = server.url("")
    server.put("/", Page(body=_SITE.encode(), content_type="text/html; charset=utf-8"))
    server.put("/news.xml", Page(body=_rss("Example News", base, "news", NEWS)))
    server.put("/sport.xml", Page(body=_rss("Example Sport", base, "sport", ("Match won", "Race lost"))))
    server.put("/wind.xml", Page(body=_rss("Second Wind", base, "wind", ("Vent contraire",))))


@contextmanager
def published() -> Iterator[str]:
    """The scene's feeds, served from a thread of their own for as long as tests need them; where they are."""
    server, loop = FeedServer(), asyncio.new_event_loop()
    thread = Thread(target=loop.run_forever, daemon=True)
    thread.start()
    try:
        asyncio.run_coroutine_threadsafe(server.__aenter__(), loop).result(10)
        publish(server)
        yield server.url("")
    finally:
        asyncio.run_coroutine_threadsafe(server.__aexit__(None, None, None), loop).result(10)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(10)
        loop.close()


@dataclass(frozen=True, kw_only=True, slots=True)
class Template:
    """A scene that nobody has played in yet: its database, and where its feeds are."""

    file: Path
    base: str


@dataclass(slots=True)
class Scene:
    """A running Tribune in which examples are played."""

    town: Town
    file: Path
    base: str  # of the feeds' server

    @property
    def page(self) -> str:
        """The address of the page, without a slash."""
        return self.town.web.settings.base

    def line(self, line: str) -> str:
        """A line with the addresses of this scene."""
        return line.replace("{base}", self.base)

    async def account(self, name: str) -> Account:
        """Somebody's account in the town."""
        return await _account(self.town, (await self.community()).id, name)

    async def community(self) -> Community:
        """The town."""
        async with self.town.store.read() as tx:
            return next(each for each in await tx.places.communities() if each.default)

    async def caller(self, name: str, language: str = "en", zone: str = "UTC") -> Caller:
        """Somebody who asks."""
        community, account = await self.community(), await self.account(name)
        async with self.town.store.read() as tx:
            role = await tx.members.role(community.id, account.member_id)
        actor = Actor(community_id=community.id, account_id=account.id, member_id=account.member_id, role=role)
        return Caller(actor=actor, language=language, zone=zone)

    async def csrf(self, name: str) -> str:
        """What somebody's forms carry."""
        return csrf_token(Signer(SECRET), await self.community(), _session_of(name))

    async def cookies(self, name: str) -> dict[str, str]:
        """What a browser shows in which somebody has signed in."""
        community, account = await self.community(), await self.account(name)
        token, now = _session_of(name), self.town.clock.now()
        hashed, expires = token_hash(token), now + timedelta(days=30)

        async def work(tx: Tx) -> None:
            await tx.members.end_session(hashed)
            await tx.members.add_session(hashed, account.id, community_id=community.id, expires_at=expires, now=now)

        await self.town.store.write(work)
        return {session_cookie(community): Signer(SECRET).sign(signed_purpose("session", community), token)}


def _session_of(name: str) -> str:
    return f"session-of-{name}"


async def _account(town: Town, community_id: CommunityId, name: str) -> Account:
    async with town.store.read() as tx:
        found = await tx.members.registered(community_id, "web", name)
    assert found is not None, name
    return found


@asynccontextmanager
async def scene(template: Template, folder: Path) -> AsyncIterator[Scene]:
    """A scene of one's own, with its database in `folder`."""
    file = folder / "scene.db"
    for old in folder.glob("scene.db*"):
        old.unlink()
    shutil.copy(template.file, file)
    async with small_town(f"sqlite+aiosqlite:///{file}", _OFTEN) as town:
        for _ in range(1000):  # names that the template has not used
            next(town.numbers)
        yield Scene(town=town, file=file, base=template.base)


# --- how it is built ---


async def build(folder: Path, base: str) -> Template:
    """Build the scene once, to be copied."""
    file = folder / "built.db"
    async with small_town(f"sqlite+aiosqlite:///{file}") as town:
        community = await _places(town)
        await _people(town, community)
        await _first_feed(town, base)
        await _second_feed(town, base)
        await town.delivered()
        await _talk(town, community)
        await _parked(town)
        await town.delivered()
    return Template(file=file, base=base)


async def _places(town: Town) -> CommunityId:
    async def work(tx: Tx) -> CommunityId:
        made = await tx.places.put_community("town", "Town", default=True)
        village = await tx.places.put_community("village", "Village", default=False)
        for community_id, ref, name, language in (
            (made, refs.section("news"), "News", "en"),
            (made, refs.section("actualites"), "Actualités", "fr"),
            (made, _CHAT, "Square", "en"),
            (village, refs.section("village"), "Village", "en"),
        ):
            seen = Visibility.PRIVATE if ref == _CHAT else Visibility.PUBLIC
            await tx.places.put_channel(
                community_id, ref, name, language=language, zone="Europe/Paris", visibility=seen
            )
        await _servers(tx, made)
        return made

    return await town.store.write(work)


async def _servers(tx: Tx, community_id: CommunityId) -> None:
    square = next(each for each in await tx.places.channels() if each.ref == _CHAT)
    await tx.places.place_in(square.id, _SERVER)
    server = Server(
        ref=_SERVER, name="Townspeople", standing=ServerStanding.ADMITTED, community_id=community_id, at=START
    )
    asking = replace(server, ref=_ASKING, name="Strangers", standing=ServerStanding.ASKED, community_id=None)
    for each in (server, replace(asking, invited_by="Eve")):
        await tx.places.put_server(each)


async def _people(town: Town, community_id: CommunityId) -> None:
    async def work(tx: Tx) -> None:
        for name, role in PEOPLE.items():
            account = await tx.members.register(community_id, "web", refs.account(name), name, now=START)
            assert account is not None
            if role is not Role.MEMBER:
                await tx.members.grant(community_id, account.member_id, role)

    await town.store.write(work)


async def _first_feed(town: Town, base: str) -> None:
    address = f"{base}/news.xml"
    await _subscribed(town, address, "news", backlog=3)
    await _read(town, address, await _fetched(address), Policy())


async def _second_feed(town: Town, base: str) -> None:
    """It was empty at first; what came then was older, and waits for an admin."""
    address = f"{base}/wind.xml"
    await _subscribed(town, address, "actualites", backlog=0)
    parsed = await _fetched(address)
    await _read(town, address, replace(parsed, entries=(), total=0), Policy())
    await _read(town, address, parsed, Policy(hold_at_least=1, hold_share=0.1))


async def _subscribed(town: Town, address: str, section: str, *, backlog: int) -> None:
    async def work(tx: Tx) -> None:
        feed_id = await tx.feeds.add(address, interval=_HOUR / 2, from_config=False, now=START)
        channel = next(each for each in await tx.places.channels() if each.ref == refs.section(section))
        await tx.places.subscribe(feed_id, channel.id, backlog=backlog)

    await town.store.write(work)


async def _read(town: Town, address: str, parsed: ParsedFeed, policy: Policy) -> None:
    """What the newsroom does when a feed has been fetched."""
    making = Making(new_key=lambda: f"post{next(town.numbers):010}", expires_after=timedelta(days=7))
    filing = Filing(policy=policy, making=making, lives_on_its_own=lambda post: True)

    async def work(tx: Tx) -> None:
        feed = await tx.feeds.by_address(address)
        assert feed is not None
        await file_document(tx, filing, feed, parsed, START)
        due = START + _HOUR / 2
        polled = PollRecord(feed_id=feed.id, polled_at=START, next_at=due, succeeded=True, title=parsed.title)
        await tx.feeds.record([polled])

    await town.store.write(work)


async def _fetched(address: str) -> ParsedFeed:
    source = HttpFeedSource(FetchSettings(allowed_hosts=("127.0.0.1",), workers=1))
    try:
        outcome = await source.poll(FetchRequest(feed_id=FeedId(1), address=address))
    finally:
        await source.close()
    assert isinstance(outcome, Fetched), outcome
    return outcome.feed


async def _talk(town: Town, community_id: CommunityId) -> None:
    """Bob comments on the first article, and Ann reports it."""
    async with town.store.read() as tx:
        posts = await tx.posts.of_article(next(iter(await tx.articles.titled(community_id, NEWS[2], 5))).id)
    (post,) = posts
    assert (post.discussion_id, post.thread is not None) == (1, True)
    message = refs.comment("bob-has-something-to-say")
    assert post.thread is not None
    written = Posted(
        message=message, thread=post.thread, who=_who("Bob"), html="<p>I never liked that bridge.</p>", at=START
    )
    assert (await town.discussion.take(written)).comment is not None
    report = Flagged(message=message, who=_who("Ann"), reason=FlagReason.UNKIND, text="It is a fine bridge.", at=START)
    assert (await town.discussion.take(report)).refused is None


def _who(name: str) -> Who:
    return Who(ref=refs.account(name), name=name)


async def _parked(town: Town) -> None:
    """Something that the chat refused to say."""
    order = Speak(place=_CHAT, html="<p>Good morning.</p>", language="en", marker="morning")
    now = town.clock.now()
    await town.store.write(lambda tx: tx.outbox.put([NewOrder(order=order, lane=_CHAT, key="morning", created_at=now)]))

    async def work(tx: Tx) -> None:
        (lease,) = await tx.outbox.claim("scene", now, until=now + _HOUR, limit=1, networks=["chat"])
        item = await tx.outbox.head(lease)
        assert item is not None
        answer = "the bot may not write in this room"
        assert await tx.outbox.finish(lease, item.id, OutboxState.PARKED, answer, steps=(), now=now)
        await tx.outbox.release(lease)

    await town.store.write(work)


async def counted(store: SqlStore) -> dict[str, int]:
    """What the scene holds, to be looked at by its own test."""
    async with store.read() as tx:
        (first, *_) = await tx.places.communities()
        return {
            "feeds": len(await tx.feeds.all()),
            "cases": len(await tx.cases.waiting(first.id, 10)),
            "parked": (await tx.outbox.counts()).get(OutboxState.PARKED, 0),
            "held": sum([len(await tx.posts.held(each.id, first.id)) for each in await tx.feeds.all()]),
        }
