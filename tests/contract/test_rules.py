"""What the rules of subscriptions make of documents: stopped, passed, held, deferred, gathered; on both engines."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest
from sqlalchemy import update

from bot.courier import Courier, CourierSettings
from bot.domain.delivery import RefillPolicy
from bot.domain.model import (
    CommunityId,
    Content,
    DigestTime,
    Entry,
    FeedId,
    HiddenBy,
    Passage,
    PostState,
    Quiet,
    Rules,
    Subject,
    SubjectKind,
    Subscription,
)
from bot.domain.orders import OutboxState
from bot.errors import NetworkUnavailable
from bot.newsroom.digests import Digests
from bot.newsroom.queue import Making, release
from bot.ports.stores import Tx
from bot.ports.stores.tracing import Trace
from bot.signals import Noticeboard
from storage.schema.places import discussions
from storage.store import SqlStore
from tests.contract.newspapers import HOUR, START, WEEK, Newspapers, entry
from tests.servers.square import Square

PLAZA, ARCADE, NEWS = "square:plaza", "square:arcade", "web:section/news"
NIGHT = Quiet(start=time(22), until=time(7))


@dataclass
class Scene:
    """A paper that a town reads, by rules of its own."""

    papers: Newspapers
    town: CommunityId
    feed: FeedId

    async def rule(self, channel: str, rules: Rules, due: datetime | None = None) -> Subscription:
        """Set the rules of a channel's subscription."""
        subscription = await self.subscription(channel)
        await self.papers.store.write(lambda tx: tx.places.set_rules(subscription.id, rules, digest_due=due))
        return replace(subscription, rules=rules, digest_due=due)

    async def subscription(self, channel: str) -> Subscription:
        async with self.papers.store.read() as tx:
            (found,) = [each for each in await tx.places.subscriptions(self.feed) if each.channel.ref == channel]
        return found

    async def file(self, *entries: Entry) -> None:
        """A document comes; what follows waits in the outbox."""
        await self.papers.file(self.feed, *entries)

    async def verdicts(self) -> list[tuple[str, Passage, str]]:
        """What was decided: title, passage, detail."""
        titles = {row.id: row.title for row in await self.papers.rows("articles")}
        rows = await self.papers.rows("verdicts")
        return sorted((titles[row.article_id], row.passage, row.detail) for row in rows)

    async def states(self) -> list[PostState]:
        return [row.state for row in sorted(await self.papers.rows("posts"), key=lambda row: int(row.id))]

    async def outbox(self) -> Sequence[Any]:
        return sorted(await self.papers.rows("outbox"), key=lambda row: int(row.id))

    async def at(self, *, hours: float = 0, minutes: float = 0) -> datetime:
        self.papers.clock.time += timedelta(hours=hours, minutes=minutes)
        return self.papers.clock.now()

    async def trace(self, title: str) -> Trace:
        (article,) = await self.papers.rows("articles", title=title)
        async with self.papers.store.read() as tx:
            return await tx.tracing.trace(self.town, article.id)


async def scene(store: SqlStore, *channels: str) -> Scene:
    papers = Newspapers(store=store)
    town = await papers.community("town")
    return Scene(papers, town, await papers.feed("herald", town, *(channels or (PLAZA,))))


def stories(*titles: str, first: int = 1) -> list[Entry]:
    """The later ones are the newer: they stand further up."""
    return [replace(entry(number, title=title), position=100 - number) for number, title in enumerate(titles, first)]


# --- filters ---


async def test_what_the_filter_stops_gets_no_post_and_is_noted(store: SqlStore) -> None:
    told = await scene(store, PLAZA, ARCADE)
    await told.rule(PLAZA, Rules(filter="bridge OR title:library"))
    await told.rule(ARCADE, Rules(filter="-bridge"))
    await told.file(*stories("The bridge", "The library", "The market"))
    assert await told.verdicts() == [
        ("The bridge", Passage.PASSED, "bridge"),
        ("The bridge", Passage.STOPPED, "-bridge"),
        ("The library", Passage.PASSED, "-bridge"),
        ("The library", Passage.PASSED, "title:library"),
        ("The market", Passage.PASSED, "-bridge"),
        ("The market", Passage.STOPPED, "bridge OR title:library"),
    ]
    assert len(await told.outbox()) == len(await told.states()) == 4


async def test_a_decision_stays_when_the_words_change_and_when_it_comes_again(store: SqlStore) -> None:
    told = await scene(store)
    await told.rule(PLAZA, Rules(filter="bridge"))
    await told.file(*stories("The market"))
    await told.file(*stories("The market on the bridge"))
    await told.rule(PLAZA, Rules())
    await told.file(*stories("The market on the bridge again"))
    assert await told.states() == []
    assert await told.verdicts() == [("The market on the bridge again", Passage.STOPPED, "bridge")]


async def test_a_story_that_another_paper_brought_first_is_judged_by_what_it_says(store: SqlStore) -> None:
    told = await scene(store, PLAZA)
    gazette = await told.papers.feed("gazette", told.town, ARCADE)
    link = "https://news.example/same"
    await told.papers.file(gazette, entry(1, title="The bridge", link=link))
    await told.rule(PLAZA, Rules(filter="bridge"))
    await told.file(entry(7, title="Something else", link=link))
    assert await told.verdicts() == [("The bridge", Passage.PASSED, "bridge")], (
        "where there is no filter, the post says it"
    )


async def test_what_comes_while_a_subscription_is_paused_is_passed_over(store: SqlStore) -> None:
    told = await scene(store)
    subscription = await told.subscription(PLAZA)
    await store.write(lambda tx: tx.places.pause(subscription.id, paused=True))
    await told.file(*stories("The bridge"))
    await store.write(lambda tx: tx.places.pause(subscription.id, paused=False))
    await told.file(*stories("The bridge"))
    assert await told.verdicts() == [("The bridge", Passage.PAUSED, "")]
    assert await told.states() == []


async def test_what_comes_while_a_channel_cannot_be_posted_in_is_passed_over(store: SqlStore) -> None:
    told = await scene(store)
    subscription = await told.subscription(PLAZA)
    await store.write(lambda tx: tx.places.suspend(subscription.channel.id, "It is gone."))
    await told.file(*stories("The bridge"))
    await store.write(lambda tx: tx.places.suspend(subscription.channel.id, None))
    await told.file(*stories("The bridge", "The mill"))
    assert await told.verdicts() == [("The bridge", Passage.SUSPENDED, "It is gone.")]
    assert len(await told.states()) == 1, "the mill"


async def fresh(store: SqlStore, rules: Rules, *, backlog: int = 2, since: datetime | None = None) -> Scene:
    """A scene whose subscription waits for its first posts."""
    told = await scene(store, ARCADE)
    await told.papers.feed("other", told.town, PLAZA)
    channels = {row.ref: row.id for row in await told.papers.rows("channels")}
    await store.write(lambda tx: tx.places.subscribe(told.feed, channels[PLAZA], backlog=backlog, since=since))
    await told.rule(PLAZA, rules)
    return told


async def of_channel(told: Scene, channel: str) -> dict[str, tuple[Passage, str]]:
    subscription = await told.subscription(channel)
    titles = {row.id: row.title for row in await told.papers.rows("articles")}
    rows = await told.papers.rows("verdicts", subscription_id=subscription.id)
    return {titles[row.article_id]: (row.passage, row.detail) for row in rows}


async def test_the_first_posts_are_the_newest_that_pass(store: SqlStore) -> None:
    told = await fresh(store, Rules(filter="bridge"))
    await told.file(*stories("Market one", "Bridge two", "Market three", "Bridge four", "Bridge five", "Market six"))
    assert await of_channel(told, PLAZA) == {
        "Market one": (Passage.STOPPED, "bridge"),
        "Bridge two": (Passage.BACKLOG, ""),
        "Market three": (Passage.STOPPED, "bridge"),
        "Bridge four": (Passage.PASSED, "bridge"),
        "Bridge five": (Passage.PASSED, "bridge"),
        "Market six": (Passage.STOPPED, "bridge"),
    }


async def test_the_first_posts_can_be_all_since_a_day(store: SqlStore) -> None:
    told = await fresh(store, Rules(), since=START - 2 * HOUR, backlog=0)
    old = replace(entry(9, title="Old"), published=START - 3 * HOUR)
    await told.file(*stories("One", "Two", "Three"), old)
    assert await of_channel(told, PLAZA) == {
        "Old": (Passage.BACKLOG, ""),
    }, "where there is no filter, the posts say it"


# --- caps and quiet hours ---


async def test_what_is_over_the_cap_is_deferred_in_order_and_not_dropped(store: SqlStore) -> None:
    told = await scene(store, PLAZA, ARCADE)
    subscription = await told.rule(PLAZA, Rules(cap=2))
    await told.file(*stories("One", "Two", "Three", "Four", "Five"))
    now = told.papers.clock.now()
    rows = [row for row in await told.outbox() if row.lane == f"{PLAZA}~{subscription.id}"]
    assert [row.due_at - now for row in rows] == [HOUR * 0, HOUR * 0, HOUR, HOUR, 2 * HOUR]
    assert [row.expires_at - row.due_at for row in rows] == [WEEK] * 5
    assert {row.due_at for row in await told.outbox() if row.lane == ARCADE} == {now}, "others do not wait"
    await told.at(minutes=30)
    await told.file(*stories("Six", first=6))
    (six,) = [row for row in await told.outbox() if row.lane == f"{PLAZA}~{subscription.id}"][5:]
    assert six.due_at == now + 2 * HOUR
    found = await of_channel(told, PLAZA)
    assert found == {
        "Three": (Passage.DEFERRED, (now + HOUR).isoformat()),
        "Four": (Passage.DEFERRED, (now + HOUR).isoformat()),
        "Five": (Passage.DEFERRED, (now + 2 * HOUR).isoformat()),
        "Six": (Passage.DEFERRED, (now + 2 * HOUR).isoformat()),
    }


async def test_nothing_goes_out_in_quiet_hours(store: SqlStore) -> None:
    told = await scene(store)
    await told.rule(PLAZA, Rules(quiet=NIGHT, cap=1))
    await told.at(hours=11)  # 23:00
    await told.file(*stories("One", "Two"))
    assert [row.next_at for row in await told.outbox()] == [
        datetime(2026, 3, 2, 7, tzinfo=UTC),
        datetime(2026, 3, 2, 8, tzinfo=UTC),
    ]


async def flood(told: Scene) -> None:
    """An established feed brings a dozen old strangers."""
    await told.papers.established(told.feed)
    old = [replace(entry(n, title=f"Old {n}"), published=START - timedelta(days=n)) for n in range(20, 32)]
    await told.file(*old)


@pytest.mark.parametrize("digest", [False, True], ids=["paced", "digest"])
async def test_what_was_held_goes_out_by_the_rules_when_it_is_released(store: SqlStore, digest: bool) -> None:
    told = await scene(store)
    rules = Rules(digest=DigestTime(at=time(8))) if digest else Rules(cap=5)
    await told.rule(PLAZA, rules, START + 20 * HOUR if digest else None)
    await flood(told)
    assert await told.states() == [PostState.HELD] * 12
    assert {passage for _, passage, _ in await told.verdicts()} == {Passage.HELD}
    now = told.papers.clock.now()

    async def work(tx: Tx) -> None:
        held = await tx.posts.held(told.feed, told.town)
        await tx.outbox.put(await release(tx, told.papers.making, held, now))

    await store.write(work)
    waits = [row.due_at - now for row in await told.outbox()]
    assert await told.states() == [PostState.GATHERED if digest else PostState.PENDING] * 12
    assert waits == ([] if digest else [HOUR * 0] * 5 + [HOUR] * 5 + [2 * HOUR] * 2)


async def test_members_only_goes_with_the_post(store: SqlStore) -> None:
    told = await scene(store, PLAZA, ARCADE)
    await told.rule(PLAZA, Rules(members_only=True))
    await told.file(*stories("One"))
    assert sorted(bool(row.members_only) for row in await told.papers.rows("posts")) == [False, True]


# --- at the moment of posting ---


async def deliver(told: Scene, square: Square, refill: RefillPolicy | None = None) -> None:
    """Let a courier work until nothing is due."""
    courier = Courier(
        store=told.papers.store,
        networks={"square": square},
        signals=Noticeboard(),
        clock=told.papers.clock,
        settings=CourierSettings(refill=refill or RefillPolicy(keep=3, per_minute=2), seeds=()),
        owner="test",
        random=lambda: 0.0,
        new_key=told.papers.new_key,
    )
    running = asyncio.create_task(courier.run())
    async with asyncio.timeout(20):
        while not running.done():
            await asyncio.sleep(0.005)
            async with told.papers.store.read() as tx:
                due = await tx.outbox.next_due(["square"])
            if courier.idle and (due is None or due > told.papers.clock.now()):
                break
    await courier.drain()
    await running


def said_in(square: Square, place: str) -> list[str]:
    return [each.text for each in square.messages.values() if each.place == place]


async def test_what_waits_for_its_hour_holds_up_nobody_and_is_not_taken_for_an_outage(store: SqlStore) -> None:
    told, square = await scene(store), Square()
    other = await told.papers.feed("gazette", told.town, PLAZA)
    await told.rule(PLAZA, Rules(cap=1))
    await told.file(*stories(*(f"Story {n}" for n in range(1, 9))))
    await told.papers.file(other, entry(50, title="News of others"))
    await deliver(told, square)
    assert said_in(square, PLAZA)[:2] in (["Story 1", "News of others"], ["News of others", "Story 1"])
    for n in range(2, 9):
        await told.at(hours=1)
        await deliver(told, square)
        assert said_in(square, PLAZA)[-1] == f"Story {n}"
    assert len(said_in(square, PLAZA)) == 9


async def test_caps_and_quiet_hours_hold_after_an_outage(store: SqlStore) -> None:
    told, square = await scene(store), Square()
    await told.rule(PLAZA, Rules(cap=2, quiet=NIGHT))
    await told.file(*stories("One", "Two", "Three", "Four"))
    square.failures = [NetworkUnavailable("away", retry_after=9 * HOUR + timedelta(minutes=30))]
    await deliver(told, square)
    await told.at(hours=9, minutes=30)  # 21:31
    await deliver(told, square, RefillPolicy())
    assert said_in(square, PLAZA) == ["One", "Two"]
    await told.at(minutes=45)
    await deliver(told, square, RefillPolicy())
    assert said_in(square, PLAZA) == ["One", "Two"], "it is past ten"
    await told.at(hours=9)
    await deliver(told, square, RefillPolicy())
    assert said_in(square, PLAZA) == ["One", "Two", "Three", "Four"]


async def test_a_post_is_made_by_its_subscriptions_rules(store: SqlStore) -> None:
    told, square = await scene(store), Square()
    await told.rule(
        PLAZA, Rules(template="{title}[ – {author}]", mention="readers", tags=("local", "news"), language="fr")
    )
    await told.file(*stories("One"))
    await deliver(told, square)
    (card,) = square.cards
    assert (card.words, card.mention, card.tags, card.language) == ("One", "readers", ("local", "news"), "fr")
    assert "<p>Bienvenue</p>" in [each.text for each in square.messages.values()]


# --- digests ---

DAILY = Rules(digest=DigestTime(at=time(8)))
EIGHT = datetime(2026, 3, 2, 8, tzinfo=UTC)


def digests(told: Scene, making: Making | None = None) -> Digests:
    papers = told.papers
    return Digests(
        store=papers.store, clock=papers.clock, making=making or papers.making, on_orders=lambda: papers.due.append("x")
    )


async def vote(told: Scene, title: str, up: int, down: int, comments: int = 0) -> None:
    """Votes and comments, as they are counted."""
    (article,) = await told.papers.rows("articles", title=title)
    statement = (
        update(discussions).where(discussions.c.article_id == article.id).values(up=up, down=down, comments=comments)
    )
    await told.papers.store.write(lambda tx: tx.sql.run(statement))


async def test_a_digest_names_the_best_and_is_made_once(store: SqlStore) -> None:
    told = await scene(store)
    await told.rule(PLAZA, replace(DAILY, language="fr"), EIGHT)
    await told.file(*stories(*(f"Story {n}" for n in range(1, 13))))
    assert await told.states() == [PostState.GATHERED] * 12
    assert await told.outbox() == []
    await vote(told, "Story 3", up=20, down=1, comments=1)
    await vote(told, "Story 5", up=2, down=0)
    await vote(told, "Story 7", up=30, down=20)
    await vote(told, "Story 9", up=0, down=0, comments=4)
    await vote(told, "Story 11", up=0, down=9)
    assert await digests(told).look_after() == 0, "it is not time yet"
    await told.at(hours=20, minutes=5)
    assert await digests(told).look_after() == 1
    assert await digests(told).look_after() == 0
    (row,) = await told.outbox()
    assert (row.place, row.lane, row.language) == (PLAZA, PLAZA, "fr")
    named = [part.partition("</a>")[0].rpartition(">")[2] for part in row.html.split("<li>")[1:]]
    assert named[:4] == ["Story 3", "Story 5", "Story 7", "Story 9"]
    assert len(named) == 10
    assert "Story 11" not in named
    assert '<a href="https://news.example/3">Story 3</a> · ▲20 ▼1 · 1 commentaire</li>' in row.html
    assert "Et 2 autres." in row.html
    assert await told.states() == [PostState.DIGESTED] * 12
    assert (await told.subscription(PLAZA)).digest_due == EIGHT + timedelta(days=1)


async def test_nothing_is_said_where_nothing_was_gathered(store: SqlStore) -> None:
    told = await scene(store)
    await told.rule(PLAZA, DAILY, EIGHT)
    await told.at(hours=50)
    assert await digests(told).look_after() == 0
    assert await told.outbox() == []
    assert (await told.subscription(PLAZA)).digest_due == EIGHT + timedelta(days=2)


async def test_a_digest_that_broke_off_is_made_at_the_next_look(store: SqlStore) -> None:
    told = await scene(store)
    await told.rule(PLAZA, DAILY, EIGHT)
    await told.file(*stories("One"))
    await told.at(hours=20)

    def broken() -> str:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await digests(told, Making(new_key=broken, expires_after=WEEK)).look_after()
    assert await told.states() == [PostState.GATHERED]
    assert await digests(told).look_after() == 1
    assert await told.states() == [PostState.DIGESTED]


async def test_two_that_look_at_once_make_one_digest(store: SqlStore) -> None:
    told = await scene(store)
    await told.rule(PLAZA, DAILY, EIGHT)
    await told.file(*stories("One"))
    await told.at(hours=20)
    assert sum(await asyncio.gather(*(digests(told).look_after() for _ in range(4)))) == 1
    assert len(await told.outbox()) == 1


async def test_what_moderators_hid_is_not_named(store: SqlStore) -> None:
    told = await scene(store)
    await told.rule(PLAZA, DAILY, EIGHT)
    await told.file(*stories("One", "Two"))
    (article,) = await told.papers.rows("articles", title="One")
    (discussion,) = await told.papers.rows("discussions", article_id=article.id)
    subject = Subject(kind=SubjectKind.ARTICLE, id=discussion.id)
    await store.write(lambda tx: tx.cases.hide(subject, HiddenBy.MODERATOR, told.papers.clock.now()))
    await told.at(hours=20)
    await digests(told).look_after()
    (row,) = await told.outbox()
    assert "Two" in row.html
    assert "One" not in row.html


async def test_the_last_digest_empties_what_was_gathered(store: SqlStore) -> None:
    told = await scene(store)
    await told.rule(PLAZA, DAILY, EIGHT)
    await told.file(*stories("One"))
    await told.rule(PLAZA, Rules(), told.papers.clock.now())
    assert await digests(told).look_after() == 1
    assert (await told.subscription(PLAZA)).digest_due is None


# --- what is told of it ---


async def test_a_trace_tells_what_happened_here_and_nothing_of_others(store: SqlStore) -> None:
    told, square = await scene(store, PLAZA, ARCADE), Square()
    village = await told.papers.community("village")
    gazette = await told.papers.feed("gazette", village, "square:green")
    link = "https://news.example/same"
    await told.papers.file(gazette, entry(1, title="The bridge", link=link))
    await told.rule(ARCADE, Rules(filter="market"))
    await told.file(entry(7, title="The bridge", link=link))
    await deliver(told, square)
    trace = await told.trace("The bridge")
    assert [(each.feed, each.here, each.first) for each in trace.brought] == [
        ("gazette.example", False, True),
        ("herald.example", True, False),
    ]
    assert [(each.channel, each.verdict and each.verdict.passage) for each in trace.considered] == [
        (PLAZA, Passage.PASSED),
        (ARCADE, Passage.STOPPED),
    ]
    (made,) = trace.made
    (sending,) = made.sending
    assert (made.channel, made.state, sending.state) == (PLAZA, PostState.POSTED, OutboxState.DONE)


async def test_an_article_is_what_it_says(store: SqlStore) -> None:
    told = await scene(store)
    await told.file(*stories("One"))
    (row,) = await told.papers.rows("articles")
    async with store.read() as tx:
        contents = await tx.articles.contents([row.id])
    assert isinstance(contents[row.id], Content)
    assert contents[row.id].title == "One"
