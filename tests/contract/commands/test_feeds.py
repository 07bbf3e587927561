"""Feeds by command: looked for, subscribed, changed, tried, ended; on both engines and with a real server of feeds."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta

import pytest
from aiohttp import web
from sqlalchemy import select, update

from bot.aftermath import Following
from bot.courier.noting import CLOSED
from bot.domain.model import ChannelId, CommunityId, Feed, FeedId, FeedState, PostState, Ref, Role, Spotted, Visibility
from bot.domain.orders import OutboxState, Publish
from bot.errors import RequestError
from bot.locale import translator
from bot.locale.answers import as_data, as_text
from bot.newsroom import Access, DeskSettings, FeedDesk, Making, Newsroom, NewsroomSettings
from bot.office import Office
from bot.ports.commands import Answer, Caller, Offers, Preview, Unconfirmed
from bot.ports.desk import Wanted
from bot.ports.moderation import Actor
from bot.signals import Noticeboard
from feeds.fetch import HttpFeedSource
from feeds.settings import FetchSettings
from storage.schema.columns import metadata
from storage.schema.work import outbox
from storage.tx import SqlTx
from tests.end_to_end.small import Town, small_town
from tests.servers.feed_server import FeedServer, Page
from tests.unit.feeds.documents import rss, story

PASSWORD = "hunter2-and-more"
T = translator("en")


@dataclass(slots=True)
class Square:
    """A town with two communities, and a server of feeds."""

    town: Town
    server: FeedServer
    here: CommunityId
    there: CommunityId
    source: HttpFeedSource

    def caller(self, community: CommunityId | None = None, role: Role = Role.ADMIN) -> Caller:
        actor = Actor(community_id=community or self.here, account_id=None, member_id=None, role=role)
        return Caller(actor=actor, zone="Europe/Paris")

    async def run(self, line: str, *, community: CommunityId | None = None, role: Role = Role.ADMIN) -> Answer:
        asked = self.town.commands.read_line(line.replace("{base}", self.server.url("")))
        caller = self.caller(community, role)
        return await self.town.commands.run(caller, asked.command.name, dict(asked.values), confirmed=asked.confirmed)

    async def say(self, line: str, *, community: CommunityId | None = None) -> str:
        return as_text(await self.run(line, community=community), T, "UTC")

    async def refused(self, line: str, *, role: Role = Role.ADMIN) -> str:
        with pytest.raises(RequestError) as refused:
            await self.run(line, role=role)
        return str(refused.value)

    async def poll(self) -> None:
        """Read everything that is due."""
        newsroom = Newsroom(
            store=self.town.store,
            source=self.source,
            signals=Noticeboard(),
            clock=self.town.clock,
            settings=NewsroomSettings(),
            access=lambda feed: Access(),
            lives_on_its_own=lambda post: True,
            on_orders=lambda: None,
            random=lambda: 0.0,
            new_key=lambda: f"poll{next(self.town.numbers)}",
        )
        running = asyncio.create_task(newsroom.run())
        async with asyncio.timeout(20):
            while True:
                await asyncio.sleep(0.02)
                if not await self._due():
                    break
        await newsroom.drain()
        await running

    async def _due(self) -> bool:
        now = self.town.clock.now()
        return any(each.state is FeedState.ACTIVE and each.next_at <= now for each in await self.subscribed())

    async def subscribed(self) -> list[Feed]:
        async with self.town.store.read() as tx:
            wanted = {each.feed_id for each in await tx.places.subscriptions()}
            return [each for each in await tx.feeds.all() if each.id in wanted]

    async def feeds(self) -> list[Feed]:
        async with self.town.store.read() as tx:
            return list(await tx.feeds.all())

    async def posted(self, channel: str) -> list[str]:
        """The titles that a channel got or is about to get, the oldest post first."""
        found: list[tuple[int, str]] = []
        async with self.town.store.read() as tx:
            for feed in await tx.feeds.all():
                for number in await tx.articles.recent(feed.id, 100):
                    article = await tx.articles.get(number)
                    for post in await tx.posts.of_article(number):
                        if (
                            article
                            and post.channel.ref == channel
                            and post.state in (PostState.PENDING, PostState.POSTED)
                        ):
                            found.append((post.id, article.content.title))
        return [title for _, title in sorted(set(found))]

    async def log(self) -> list[tuple[str, str | None, str | None]]:
        async with self.town.store.read() as tx:
            entries = await tx.journal.logged(self.here, 50)
        return [(each.action, each.before, each.after) for each in reversed(entries)]

    async def dump(self) -> str:
        """All that is in the database, but for what opens feeds."""
        async with self.town.store.read() as tx:
            tables = [table for table in metadata.sorted_tables if table.name != "feed_access"]
            return repr([[tuple(row) for row in await tx.sql.all(select(table))] for table in tables])


@pytest.fixture
async def square(database_url: str) -> AsyncIterator[Square]:
    async with FeedServer() as server, small_town(database_url) as town:
        here = await town.community("town", default=True)
        there = await town.community("village", default=False)
        server.put("/news.xml", Page(body=rss(*(story(number) for number in range(1, 6)))))
        source = HttpFeedSource(FetchSettings(allowed_hosts=("127.0.0.0/8",), workers=1))
        yield Square(town, server, here, there, source)
        await source.close()


def offered(answer: Answer) -> list[dict[str, str]]:
    return [dict(offer.values) for block in answer.blocks if isinstance(block, Offers) for offer in block.offers]


async def test_nothing_is_stored_before_the_backlog_is_known(square: Square) -> None:
    answer = await square.run('feed add {base}/news.xml --template "{{title}!" --mention readers'.replace("{{", "{"))
    (card,) = [block.card for block in answer.blocks if isinstance(block, Preview)]
    assert (card.title, card.words, card.mention, card.source) == ("Story 5", "Story 5!", "readers", "News")
    assert await square.feeds() == []
    offers = offered(answer)
    assert [(each.get("backlog"), each.get("since")) for each in offers] == [
        ("none", None), ("3", None), ("10", None), (None, "2026-01-05"),
    ]  # fmt: skip
    assert {(each["channel"], each["template"], each["mention"]) for each in offers} == {
        ("town", "{title}!", "readers")
    }
    asked = next(block for block in answer.blocks if isinstance(block, Offers)).offers[1]
    await square.town.commands.run(square.caller(), asked.command, dict(asked.values))
    (feed,) = await square.feeds()
    assert (feed.address, feed.owner, feed.interval) == (square.server.url("/news.xml"), None, timedelta(minutes=30))
    await square.poll()
    assert await square.posted("web:section/town") == ["Story 3", "Story 4", "Story 5"]


@pytest.mark.parametrize(
    ("options", "posted"),
    [
        ("--backlog none", []),
        ("--backlog 2", ["Story 4", "Story 5"]),
        ("--since 2026-01-12", ["Story 1", "Story 2", "Story 3", "Story 4", "Story 5"]),
        ('--backlog 2 --filter "NOT Story 5"', ["Story 3", "Story 4"]),
    ],
)
async def test_the_first_posts(square: Square, options: str, posted: list[str]) -> None:
    options = options.replace("NOT Story 5", "NOT text:5")
    assert "“News” from now on; it is feed 1" in await square.say(f"feed add {{base}}/news.xml town {options}")
    await square.poll()
    assert await square.posted("web:section/town") == posted


async def test_a_site_with_several_feeds_gives_a_choice(square: Square) -> None:
    link = '<link rel="alternate" type="application/rss+xml" title="{}" href="{}">'
    page = link.format("News", "/news.xml") + link.format("Sport", "sport.xml")
    square.server.put("/", Page(body=page.encode(), content_type="text/html"))
    offers = offered(await square.run("feed add {base}/ --cap 4"))
    assert [each["address"] for each in offers] == [square.server.url("/news.xml"), square.server.url("/sport.xml")]
    assert {(each["channel"], each["cap"]) for each in offers} == {("town", "4")}
    assert "secret" not in await square.say("feed add {base}/ --user me --password secret")
    assert offered(await square.run("feed add {base}/ --password secret")) == []


async def test_a_site_that_names_none_is_asked_at_the_usual_places(square: Square) -> None:
    square.server.put("/", Page(body=b"<html><p>Words", content_type="text/html"))
    square.server.put("/feed.xml", Page(body=rss(story(1))))
    address = square.server.url("").removeprefix("http://")
    assert "is feed 1" in await square.say(f"feed add {address} --backlog none")
    assert [each.address for each in await square.feeds()] == [square.server.url("/feed.xml")]


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("feed add {base}/none.xml", "There is no feed to be read at “{base}/none.xml”"),
        ("feed add {base}/news.xml --backlog many", "neither “none” nor a number"),
        ("feed add {base}/news.xml --backlog 1 --since 2026-01-01", "exclude each other"),
        ("feed add {base}/news.xml --since 2027-01-01", "still to come"),
        ("feed add {base}/news.xml --interval 10s --backlog none", "at most once a minute"),
        ('feed add {base}/news.xml --filter "(a"', "is not closed"),
        ("feed add {base}/news.xml --template {nothing}", "no field “nothing”"),
        ("feed add {base}/news.xml --language de", "no language that Tribune speaks"),
        ("feed add {base}/news.xml --quiet 25h", "are no hours"),
        ("feed add {base}/news.xml --digest never", "no time for a digest"),
        ("feed add {base}/news.xml --header nonsense-hunter2", "A header is written"),
        ("feed add {base}/news.xml nowhere", "There is no channel “nowhere” here."),
        ("feed edit 7 --cap 1", "There is no feed “7” here."),
    ],
)
async def test_what_is_refused(square: Square, line: str, said: str) -> None:
    refused = await square.refused(line)
    assert said.replace("{base}", square.server.url("")) in refused
    assert "hunter2" not in refused
    assert await square.feeds() == []


async def test_a_feed_that_is_there_is_named_however_it_is_spelt(square: Square) -> None:
    await square.run("feed add {base}/news.xml --backlog none")
    for spelling in ("{base}/news.xml", "{base}/news.xml/", "{base}/news.xml#top"):
        text = await square.say(f"feed add {spelling} --backlog none")
        assert "Town gets “" in text
        assert "feed edit --feed 1 --channel town" in text
    square.server.redirect("/old.xml", "/news.xml")
    assert "Town gets “" in await square.say("feed add {base}/old.xml")
    await second_channel(square)
    answer = await square.run("feed add {base}/news.xml hall")
    assert "as feed 1, in: Town." in as_text(answer, T, "UTC")
    assert offered(answer)[-1] == {"feed": "1"}
    await square.run("feed add {base}/news.xml hall --backlog 1")
    assert len(await square.feeds()) == 1
    assert (await square.log())[-1][0] == "feed.add"


async def second_channel(square: Square) -> ChannelId:
    return await square.town.store.write(
        lambda tx: tx.places.put_channel(
            square.here,
            Ref("web:section/hall"),
            "Hall",
            language="fr",
            zone="Europe/Paris",
            visibility=Visibility.PUBLIC,
        )
    )


async def test_where_there_are_several_channels_one_has_to_be_named(square: Square) -> None:
    await second_channel(square)
    assert await square.refused("feed add {base}/news.xml") == "Say which channel: Town, Hall."
    asked = square.town.commands.read_line(f"feed add {square.server.url('/news.xml')} --backlog none")
    caller = Caller(actor=square.caller().actor, channel=Ref("web:section/hall"))
    await square.town.commands.run(caller, asked.command.name, dict(asked.values))
    async with square.town.store.read() as tx:
        assert [each.channel.name for each in await tx.places.subscriptions()] == ["Hall"]


async def test_what_opens_a_feed_is_kept_and_never_shown(square: Square) -> None:
    square.server.put("/closed.xml", Page(body=rss(story(1), story(2)), user=("me", PASSWORD)))
    assert "There is no feed to be read" in await square.refused("feed add {base}/closed.xml")
    line = f"feed add {{base}}/closed.xml --user me --password {PASSWORD}"
    said = [await square.say(line)]
    assert "Say the same again" in said[0]
    said.append(await square.say(f"{line} --backlog none --header 'X-Key: {PASSWORD}'"))
    (feed,) = await square.feeds()
    assert feed.owner == square.here
    await square.poll()
    assert [each.last_read_at is not None for each in await square.feeds()] == [True]
    assert square.server.asked("/closed.xml")[-1].headers["x-key"] == PASSWORD
    for other in ("feed list", "feed show 1", "feed test 1", "feed health", "feed edit 1", "feed edit 1 --password x"):
        answer = await square.run(other)
        said += [as_text(answer, T, "UTC"), json.dumps(as_data(answer, T, "UTC"))]
    assert not [text for text in said if PASSWORD in text]
    assert PASSWORD not in await square.dump()
    assert PASSWORD not in repr(await square.log())
    async with square.town.store.read() as tx:
        assert (await tx.feeds.access(feed.id)).password == "x"
    await square.run("feed remove 1 --yes")
    async with square.town.store.read() as tx:
        assert not await tx.feeds.access(feed.id), "what opens a feed that nobody has is forgotten"


async def test_credentials_in_an_address_are_taken_out_of_it(square: Square) -> None:
    square.server.put("/closed.xml", Page(body=rss(story(1)), user=("me", PASSWORD)))
    address = square.server.url("/closed.xml").replace("http://", f"http://me:{PASSWORD}@")
    await square.run(f"feed add {address} --backlog none")
    (feed,) = await square.feeds()
    assert (feed.address, feed.owner) == (square.server.url("/closed.xml"), square.here)
    assert PASSWORD not in await square.dump()


async def test_an_owned_feed_gives_nothing_to_others(square: Square) -> None:
    """The same address is another feed without credentials, and in another community; its links identify nothing."""
    closed = rss(story(1, "<author>the closed one</author>"))

    async def by_key(request: web.Request) -> web.Response:
        opened = "X-Key" in request.headers
        return web.Response(body=closed if opened else rss(story(1)), content_type="application/xml")

    square.server.put("/news.xml", by_key)
    await square.run("feed add {base}/news.xml --backlog 3 --header 'X-Key: 1'")
    await square.poll()
    await square.run("feed add {base}/news.xml --backlog 3", community=square.there)
    await square.run("feed add {base}/news.xml --backlog 3 --header 'X-Key: 2'", community=square.there)
    await square.poll()
    feeds = await square.feeds()
    assert [each.owner for each in feeds] == [square.here, None, square.there]
    async with square.town.store.read() as tx:
        recent = [list(await tx.articles.recent(each.id, 9)) for each in feeds]
    assert [len(each) for each in recent] == [1, 1, 1]
    assert len({number for each in recent for number in each}) == 3
    assert await square.posted("web:section/town") == ["Story 1"]
    assert "No such" not in await square.say("feed list")


async def test_only_what_is_given_changes(square: Square) -> None:
    await square.run('feed add {base}/news.xml --backlog none --filter "text:1" --tags "a, #b" --cap 2')
    await square.run("feed edit 1 town --quiet 22h-7h --interval 1h --sensitive blood")
    await square.run('feed edit 1 --filter "" --cap 0')
    async with square.town.store.read() as tx:
        (subscription,) = await tx.places.subscriptions()
        feed = await tx.feeds.get(FeedId(1))
    rules = subscription.rules
    assert (rules.filter, rules.tags, rules.cap, str(rules.quiet and rules.quiet.start)) == (
        "",
        ("a", "b"),
        None,
        "22:00:00",
    )
    assert (subscription.sensitive, feed and feed.interval) == ("blood", timedelta(hours=1))
    edits = [
        (json.loads(before or "{}"), json.loads(after or "{}"))
        for action, before, after in await square.log()
        if action == "feed.edit"
    ]
    assert edits[1] == ({"interval": 1800}, {"interval": 3600})
    assert (edits[2][0]["filter"], "filter" in edits[2][1]) == ("text:1", False)
    assert "There is nothing to change" in await square.say("feed edit 1")
    assert "at most once a minute" in await square.refused("feed edit 1 --interval 2d")
    assert "without credentials" in await square.refused("feed edit 1 --user me")


async def test_a_digest_is_planned_and_a_last_one_when_it_ends(square: Square) -> None:
    await square.run("feed add {base}/news.xml --backlog none --digest 08:00")
    async with square.town.store.read() as tx:
        (subscription,) = await tx.places.subscriptions()
    assert subscription.digest_due is not None
    await square.run("feed edit 1 --tags a")
    await square.run('feed edit 1 --digest ""')
    async with square.town.store.read() as tx:
        (subscription,) = await tx.places.subscriptions()
    assert (subscription.rules.digest, subscription.digest_due) == (None, square.town.clock.now())


async def test_pausing_resuming_and_removing(square: Square) -> None:
    await second_channel(square)
    await square.run("feed add {base}/news.xml town --backlog 1")
    await square.run("feed add {base}/news.xml hall --backlog none")
    await square.poll()
    assert "paused in: Town." in await square.say("feed pause 1 town")
    square.server.put("/news.xml", Page(body=rss(*(story(number) for number in range(1, 7)))))
    square.town.clock.time += timedelta(hours=1)
    await square.poll()
    assert await square.posted("web:section/town") == ["Story 5"]
    assert await square.posted("web:section/hall") == ["Story 6"]
    assert "goes on in: Town, Hall." in await square.say("feed resume 1")
    with pytest.raises(Unconfirmed):
        await square.run("feed remove 1 hall")
    assert "removed from: Hall. Its articles stay." in await square.say("feed remove 1 hall --yes")
    assert "Hall does not get this feed. It goes to: Town." in await square.refused("feed pause 1 hall")
    await square.run("feed remove 1 --yes")
    assert "There is no feed yet." in await square.say("feed list")
    assert await square.posted("web:section/hall") == ["Story 6"]
    actions = [action for action, _, _ in await square.log()]
    assert actions == ["feed.add", "feed.add", "feed.pause", "feed.resume", "feed.remove", "feed.remove"]


async def parked(square: Square, *states: PostState, expired: int = 0) -> None:
    """Park what is ordered for the town, its posts in these states; the last ones' time is over."""
    now = square.town.clock.now()

    async def work(tx: SqlTx) -> None:
        (lease,) = await tx.outbox.claim("me", now, until=now + timedelta(hours=1), limit=1, networks=["web"])
        for number, state in enumerate(states):
            item = await tx.outbox.head(lease)
            assert item is not None
            assert isinstance(item.order, Publish)
            await tx.outbox.finish(lease, item.id, OutboxState.PARKED, "gone", steps=(), now=now)
            await tx.posts.set(item.order.post_id, state=state, now=now)
            if number >= len(states) - expired:
                await tx.sql.run(update(outbox).where(outbox.c.id == item.id).values(expires_at=now))
        await tx.outbox.release(lease)

    await square.town.store.write(work)


async def test_a_channel_that_could_not_be_posted_in_is_resumed(square: Square) -> None:
    await second_channel(square)
    await square.run("feed add {base}/news.xml town --backlog 3")
    await square.poll()
    await parked(square, PostState.LEFT_OUT, PostState.FAILED, PostState.FAILED, expired=1)
    await square.run("feed add {base}/news.xml hall --backlog none")
    assert "suspended" not in await square.say("feed show 1")
    async with square.town.store.read() as tx:
        here = next(each for each in await tx.places.channels() if each.ref == "web:section/town")
    await square.town.store.write(lambda tx: tx.places.suspend(here.id, CLOSED))
    square.server.put("/news.xml", Page(body=rss(*(story(number) for number in range(1, 7)))))
    square.town.clock.time += timedelta(hours=1)
    await square.poll()
    assert await square.posted("web:section/town") == []
    for line in ("feed list", "feed show 1"):
        assert CLOSED in await square.say(line), line
    assert await listed(square, "feed show 1") == [("Town", "suspended"), ("Hall", "active")]
    why = await square.say("feed why “Story 6”")
    assert "was suspended, so it was passed over." in why
    assert CLOSED in why

    assert "goes on in: Town, Hall." in await square.say("feed resume 1")
    assert await listed(square, "feed show 1") == [("Town", "active"), ("Hall", "active")]
    assert CLOSED not in await square.say("feed list")
    assert await square.posted("web:section/town") == ["Story 4"]
    async with square.town.store.read() as tx:
        assert (await tx.outbox.counts())[OutboxState.PARKED] == 2, "what a digest named, and what is old news"
    assert [action for action, _, _ in await square.log()][-1:] == ["feed.resume"]


async def listed(square: Square, line: str) -> list[tuple[str, str]]:
    """The channels of a feed, and how it goes there."""
    blocks = as_data(await square.run(line), T, "UTC")
    rows = next(each["rows"] for each in blocks if each.get("rows") and "channel" in each["rows"][0])
    return [(row["channel"], row["state"]) for row in rows]


async def test_a_broken_feed_with_held_posts_can_be_removed(square: Square) -> None:
    await square.run("feed add {base}/news.xml --backlog none")
    await square.poll()
    old = [story(number).replace("2026 10:", "2020 10:") for number in range(20, 40)]
    square.server.put("/news.xml", Page(body=rss(*old)))
    square.town.clock.time += timedelta(hours=1)
    await square.poll()
    assert "is held" in await square.say("feed show 1")
    square.server.put("/news.xml", Page(status=500))
    square.town.clock.time += timedelta(hours=1)
    await square.poll()
    assert "has a broken server" in await square.say("feed health")
    assert "cannot be read now" in await square.say("feed test 1")
    await square.run("feed remove 1 --yes")
    async with square.town.store.read() as tx:
        assert await tx.posts.held(FeedId(1), square.here) == []
        assert await tx.places.subscriptions() == []


@pytest.mark.parametrize(
    ("act", "said"), [("release", "20 held posts of “News” go out."), ("skip", "20 held posts of “News” are skipped.")]
)
async def test_what_is_held(square: Square, act: str, said: str) -> None:
    await square.run("feed add {base}/news.xml --backlog none")
    await square.poll()
    old = [story(number).replace("2026 10:", "2020 10:") for number in range(20, 40)]
    square.server.put("/news.xml", Page(body=rss(*old)))
    square.town.clock.time += timedelta(hours=1)
    await square.poll()
    assert said in await square.say(f"feed {act} 1")
    assert len(await square.posted("web:section/town")) == (20 if act == "release" else 0)


async def test_trying_a_feed_stores_nothing(square: Square) -> None:
    await square.run("feed add {base}/news.xml --backlog none")
    await square.poll()
    square.server.put("/news.xml", Page(body=rss(*(story(number) for number in range(3, 8)))))
    before = await square.dump()
    answer = await square.run('feed test 1 --filter "NOT text:7" --template "{source}: {title}"')
    (card,) = [block.card for block in answer.blocks if isinstance(block, Preview)]
    assert card.words == "News: Story 6"
    (listing,) = [each for each in as_data(answer, T, "UTC") if each["kind"] == "list"]
    titles = [row["title"] for row in listing["rows"]]
    assert titles == ["Story 7", "Story 6", "Story 5", "Story 4", "Story 3", "Story 2", "Story 1"]
    assert [row["passes"] for row in listing["rows"]] == ["no", *["yes"] * 6]
    assert await square.dump() == before


async def test_health_tells_of_late_failing_and_stale_feeds(square: Square) -> None:
    assert "All is well" in await square.say("feed health")
    for name in ("news", "second", "third"):
        square.server.put(f"/{name}.xml", Page(body=rss(story(1), head=f"<title>{name.title()}</title>")))
        await square.run(f"feed add {{base}}/{name}.xml --backlog none")
    await square.poll()
    assert "All is well: 3 feeds are read on time." in await square.say("feed health")
    square.server.put("/second.xml", Page(status=404))
    square.town.clock.time += timedelta(days=31)
    await square.poll()
    text = await square.say("feed health")
    assert "refuses to be read" in text
    assert text.count("is stale: it has brought nothing") == 2
    square.town.clock.time += timedelta(days=2)
    assert (await square.say("feed health")).count("is late: it was to be read") == 2


async def test_feeds_are_shown_with_their_channels_and_articles(square: Square) -> None:
    await square.run('feed add {base}/news.xml --backlog 1 --filter "Story" --mention readers')
    await square.poll()
    await square.town.delivered()
    (listing,) = as_data(await square.run("feed list"), T, "UTC")
    (row,) = listing["rows"]
    assert (row["feed"], row["title"], row["channels"], row["state"], row["articles"]) == (
        1,
        "News",
        "Town",
        "active",
        1,
    )
    facts, rules, fates = as_data(await square.run("feed show News"), T, "UTC")
    assert (facts["facts"]["address"], facts["facts"]["interval"]) == (square.server.url("/news.xml"), 1800)
    assert (rules["rows"][0]["filter"], rules["rows"][0]["mention"]) == ("Story", "readers")
    assert [each["state"] for each in fates["rows"]] == ["is posted", *["is not posted here"] * 4]


async def test_who_may(square: Square) -> None:
    await square.run("feed add {base}/news.xml --backlog none")
    for line in ("feed list", "feed show 1", "feed remove 1 --yes", "feed test 1", "feed add {base}/x", "feed health"):
        assert "This is for admins." in await square.refused(line, role=Role.MODERATOR)
    assert "There is no feed yet." in await square.say("feed list", community=square.there)
    with pytest.raises(RequestError, match="There is no feed"):
        await square.run("feed remove 1 --yes", community=square.there)


async def test_an_admin_of_a_channel_sees_and_changes_what_it_gets(square: Square) -> None:
    hall = await second_channel(square)
    await square.run("feed add {base}/news.xml town --backlog none")
    square.server.put("/second.xml", Page(body=rss(story(1), head="<title>Second</title>")))
    now, town = square.town.clock.now(), square.town
    account = await town.store.write(
        lambda tx: tx.members.register(square.here, "web", Ref("web:account/ann"), "Ann", now=now)
    )
    assert account is not None
    await town.store.write(lambda tx: tx.standings.set_channel_role(hall, account.member_id, Role.ADMIN))
    actor = Actor(community_id=square.here, account_id=account.id, member_id=account.member_id, role=Role.MEMBER)

    async def say(line: str) -> str:
        asked = town.commands.read_line(line.replace("{base}", square.server.url("")))
        try:
            answer = await town.commands.run(
                Caller(actor=actor), asked.command.name, dict(asked.values), confirmed=True
            )
        except RequestError as refused:
            return str(refused)
        return as_text(answer, T, "UTC")

    assert "There is no feed yet." in await say("feed list")
    assert "Hall gets “Second” from now on" in await say("feed add {base}/second.xml hall --backlog none")
    assert "Second" not in await say("feed list"), "its title is known when it has been read"
    assert "/second.xml" in await say("feed list")
    assert "/news.xml" not in await say("feed list")
    for line in ("feed pause 1", "feed edit 1 --cap 1", "feed show 1", "feed release 1", "feed add {base}/x town"):
        assert "You do not have the role for this in the channel Town." in await say(line)
    assert "removed from: Hall." in await say("feed remove 2")


async def test_what_opens_a_configured_feed_is_not_for_other_communities(square: Square) -> None:
    await square.run("feed add {base}/news.xml --backlog none")
    town = square.town
    following = Following(new_key=lambda: "key", reads_store=lambda ref: True, refresh_every=timedelta(minutes=1))
    office = Office(
        store=town.store, signals=Noticeboard(), clock=town.clock, following=following, on_orders=lambda: None
    )
    making = Making(new_key=lambda: "key", expires_after=timedelta(days=7))
    desk = FeedDesk(
        office,
        source=square.source,
        access=lambda feed: Access(user="me", password=PASSWORD),
        settings=DeskSettings(making=making),
        on_due=lambda: None,
    )
    async with town.store.read() as tx:
        channels = {each.community_id: each for each in await tx.places.channels()}
    found = Spotted(address=square.server.url("/news.xml"), title="News")
    wanted = Wanted(feed=found, channel=channels[square.there], backlog=0)
    with pytest.raises(RequestError, match="operator's configuration") as refused:
        await desk.add(square.caller(square.there).actor, wanted)
    assert PASSWORD not in str(refused.value)
    assert PASSWORD not in repr(Access(user="me", password=PASSWORD))
