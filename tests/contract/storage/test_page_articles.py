"""Lists of articles, sections and feeds, as the page reads them."""

from __future__ import annotations

from datetime import datetime

import pytest

from bot.domain.model import (
    FailureKind,
    FeedState,
    Passage,
    PollRecord,
    PostState,
    Ref,
    Subject,
    SubjectKind,
    Totals,
    Visibility,
    Vote,
)
from bot.domain.votes import Cast
from bot.ports.pages import ArticleLine, ArticleSort, Fate, Viewer
from storage.schema.places import verdicts
from storage.store import SqlStore
from tests.contract.storage.disorder import put
from tests.contract.storage.world import NOW, World, add_channel, build, later, subscribe


def _visitor(world: World) -> Viewer:
    return Viewer(community_id=world.community)


async def _member(world: World, name: str = "Ann") -> Viewer:
    return Viewer(community_id=world.community, member_id=(await world.account(name)).member_id)


async def _ids(
    world: World,
    sort: ArticleSort,
    *,
    viewer: Viewer | None = None,
    section: Ref | None = None,
    since: datetime | None = None,
    page: int = 1,
    size: int = 10,
) -> tuple[list[int], int]:
    found = await world.store.pages.articles(
        viewer or _visitor(world), section=section, sort=sort, since=since, page=page, size=size
    )
    assert (found.number, found.size) == (page, size)
    return [line.id for line in found.items], found.total


async def test_the_orders_of_a_section(world: World) -> None:
    old = await world.post(await world.article(published=later(-3600)))
    new = await world.post(await world.article(published=later(-60)))
    mid = await world.post(await world.article(published=later(-600)))
    for post, totals, hot in ((old, Totals(up=5, down=2), 30.0), (new, Totals(up=3), 10.0), (mid, Totals(up=9), 20.0)):
        subject = Subject(kind=SubjectKind.ARTICLE, id=post.discussion_id)
        await world.write(lambda tx, s=subject, t=totals: tx.discussions.set_totals(s, t))  # type: ignore[misc]
        await world.write(lambda tx, p=post, h=hot: tx.discussions.set_activity(p.discussion_id, comments=0, hot=h))  # type: ignore[misc]
    in_order = {
        ArticleSort.HOT: [old, mid, new],
        ArticleSort.NEW: [new, mid, old],
        ArticleSort.TOP: [mid, old, new],
    }
    for sort, posts in in_order.items():
        assert await _ids(world, sort) == ([post.discussion_id for post in posts], 3)
    assert await _ids(world, ArticleSort.TOP, since=later(-1000)) == ([mid.discussion_id, new.discussion_id], 2)
    assert await _ids(world, ArticleSort.NEW, since=later(-1000)) == (
        [new.discussion_id, mid.discussion_id, old.discussion_id],
        3,
    ), "a period bounds the top only"
    assert await _ids(world, ArticleSort.NEW, page=2, size=2) == ([old.discussion_id], 3)
    assert await _ids(world, ArticleSort.NEW, page=3, size=2) == ([], 3)


async def test_what_a_line_says(world: World) -> None:
    post = await world.post(await world.article("Headline", published=later(-60)))
    viewer = await _member(world)
    subject = Subject(kind=SubjectKind.ARTICLE, id=post.discussion_id)
    down = Cast(vote=Vote.DOWN, at=NOW)
    await world.write(lambda tx: tx.discussions.set_vote(subject, viewer.member_id or 0, down, void=False))  # type: ignore[arg-type]
    await world.write(lambda tx: tx.discussions.set_totals(subject, Totals(down=1)))
    await world.write(lambda tx: tx.discussions.set_activity(post.discussion_id, comments=7, hot=1.0))
    async with world.store.read() as tx:
        article = await tx.articles.get(post.article_id)
    assert article is not None
    expected = ArticleLine(
        id=post.discussion_id,
        section=world.section.ref,
        source="news.example",
        content=article.content,
        dated=later(-60),
        revision=1,
        revised_at=None,
        totals=Totals(down=1),
        comments=7,
        message=post.ref or Ref(""),
        thread=post.thread or Ref(""),
        vote=Vote.DOWN,
    )
    assert await world.store.pages.article(viewer, post.discussion_id, NOW) == expected
    listed = await world.store.pages.articles(viewer, section=None, sort=ArticleSort.HOT, since=None, page=1, size=5)
    assert listed.items == [expected]
    stranger = await world.store.pages.article(_visitor(world), post.discussion_id, NOW)
    assert stranger is not None
    assert stranger.vote is None


async def test_only_what_is_posted_in_a_section_is_there(world: World) -> None:
    await world.post(posted=False)
    discord = await subscribe(world, await add_channel(world, "discord:1", Visibility.PUBLIC))
    article = await world.article()
    ordered = await world.write(lambda tx: tx.posts.order(article, discord, now=NOW))
    assert ordered is not None
    await world.write(
        lambda tx: tx.posts.set(ordered, state=PostState.POSTED, ref=Ref("discord:m"), thread=Ref("discord:t"), now=NOW)
    )
    assert await _ids(world, ArticleSort.NEW) == ([], 0)


async def test_an_article_in_two_sections_is_one(world: World) -> None:
    second = await subscribe(world, await add_channel(world, "web:town/culture", Visibility.PUBLIC))
    post = await world.post()
    other = await world.write(lambda tx: tx.posts.order(post.article_id, second, now=NOW))
    assert other is not None
    ref, thread = Ref("web:town/culture/p"), Ref("web:town/culture/t")
    await world.write(lambda tx: tx.posts.set(other, state=PostState.POSTED, ref=ref, thread=thread, now=NOW))
    assert await _ids(world, ArticleSort.NEW) == ([post.discussion_id], 1)
    for section, message in ((world.section.ref, post.ref), (second.channel.ref, ref)):
        found = await world.store.pages.articles(
            _visitor(world), section=section, sort=ArticleSort.HOT, since=None, page=1, size=5
        )
        assert [(line.section, line.message) for line in found.items] == [(section, message)]
    assert [line.articles for line in await world.store.pages.sections(_visitor(world))] == [1, 1]


async def test_nothing_of_another_community_is_there(world: World) -> None:
    """Two communities read the same feed; the same article is in both."""
    village = await build(world.store, "village")
    here = await world.post()
    there = await village.post(here.article_id)
    pages, viewer = world.store.pages, await _member(world)
    assert await _ids(world, ArticleSort.HOT) == ([here.discussion_id], 1)
    assert await _ids(village, ArticleSort.HOT) == ([there.discussion_id], 1)
    assert await _ids(world, ArticleSort.HOT, section=village.section.ref) == ([], 0)
    for each in (_visitor(world), viewer):
        assert await pages.article(each, there.discussion_id, NOW) is None
        assert [line.ref for line in await pages.sections(each)] == [world.section.ref]


@pytest.mark.parametrize(
    ("visibility", "to_visitors"),
    [(Visibility.PUBLIC, True), (Visibility.COMMUNITY, False), (Visibility.PRIVATE, False)],
)
async def test_sections_that_only_members_see(store: SqlStore, visibility: Visibility, to_visitors: bool) -> None:
    world = await build(store)
    hidden = await add_channel(world, "web:town/inner", visibility)
    subscription = await subscribe(world, hidden)
    article = await world.article()
    made = await world.write(lambda tx: tx.posts.order(article, subscription, now=NOW))
    assert made is not None
    await world.write(
        lambda tx: tx.posts.set(made, state=PostState.POSTED, ref=Ref("web:i"), thread=Ref("web:it"), now=NOW)
    )
    for viewer, shown in ((_visitor(world), to_visitors), (await _member(world), True)):
        assert (await _ids(world, ArticleSort.HOT, viewer=viewer))[1] == int(shown)
        assert (await _ids(world, ArticleSort.HOT, viewer=viewer, section=hidden.ref))[1] == int(shown)
        assert len(await store.pages.sections(viewer)) == 1 + int(shown)


async def test_feeds_failing_ones_first_then_by_title(world: World) -> None:
    await build(world.store, feed="https://b.example/feed")
    c = await build(world.store, feed="https://c.example/feed")
    village = await build(world.store, "village", feed="https://elsewhere.example/feed")
    failing = PollRecord(
        feed_id=c.feed,
        polled_at=NOW,
        next_at=later(60),
        succeeded=False,
        failures=3,
        failing_since=NOW,
        failure=FailureKind.REFUSED,
        reason="The server answered 404.",
    )
    titled = PollRecord(feed_id=world.feed, polled_at=NOW, next_at=later(60), succeeded=True, title="Anton")
    await world.write(lambda tx: tx.feeds.record([failing, titled]))
    await add_channel(world, "web:town/culture")
    held = await world.article()
    await world.write(lambda tx: tx.posts.order(held, world.subscription, state=PostState.HELD, now=NOW))
    await world.post()

    lines = await world.store.pages.feeds(world.community)
    assert [line.address for line in lines] == [
        "https://c.example/feed",
        "https://news.example/feed",
        "https://b.example/feed",
    ]
    first, second, _ = lines
    assert (first.failures, first.failing_since, first.failure, first.reason) == (
        3,
        NOW,
        FailureKind.REFUSED,
        "The server answered 404.",
    )
    assert (second.title, second.articles, second.held, second.last_read_at) == ("Anton", 2, 1, NOW)
    assert (second.sections, second.state, second.next_at) == (("News",), FeedState.ACTIVE, later(60))
    assert [line.id for line in await world.store.pages.feeds(village.community)] == [village.feed]


async def test_a_feed_counts_what_it_brought_to_this_community(world: World) -> None:
    village = await build(world.store, "village")
    await world.post()
    await world.article()
    assert [line.articles for line in await world.store.pages.feeds(world.community)] == [1]
    assert [line.articles for line in await world.store.pages.feeds(village.community)] == [0]


async def test_what_the_bot_said(world: World) -> None:
    board, place = world.store.board, Ref("web:town/t1")
    await board.put(Ref("web:m1"), place, "<p>One</p>", "aaa", later(2))
    await board.put(Ref("web:m2"), place, "<p>Two</p>", "bbb", later(1))
    await board.put(Ref("web:m2"), place, "<p>Again</p>", "bbb", later(3))
    await board.put(Ref("web:m3"), Ref("web:town/t2"), "<p>Elsewhere</p>", "aaa", NOW)
    said = await world.store.pages.said(place)
    assert [(each.ref, each.html, each.at) for each in said] == [
        ("web:m2", "<p>Two</p>", later(1)),
        ("web:m1", "<p>One</p>", later(2)),
    ]
    assert await board.find(place, "aaa") == ["web:m1"]
    assert await board.find(place, "ccc") == []
    await board.remove(Ref("web:m1"))
    await board.remove(Ref("web:m1"))
    assert await board.find(place, "aaa") == []


async def test_what_became_of_what_a_feed_brought(world: World) -> None:
    """A post tells more than what was decided before it; other communities' channels are none of ours."""
    village = await build(world.store, "village")
    stopped, posted = await world.article("Stopped"), await world.article("Posted")
    post = await world.post(posted)
    rows = [
        {"article_id": article, "subscription_id": world.subscription.id, "passage": passage, "detail": "", "at": NOW}
        for article, passage in ((stopped, Passage.STOPPED), (posted, Passage.PASSED))
    ]
    await put(world, verdicts, rows)
    lines = await world.store.pages.brought(world.community, world.feed, 5)
    assert [(line.title, line.discussion_id, line.fates) for line in lines] == [
        ("Stopped", None, (Fate(channel=world.section.name, became=Passage.STOPPED),)),
        ("Posted", post.discussion_id, (Fate(channel=world.section.name, became=PostState.POSTED),)),
    ]
    assert [line.named for line in lines] == [lines[0].link, str(post.discussion_id)]
    assert [line.fates for line in await world.store.pages.brought(village.community, world.feed, 1)] == [()]
    latest = await world.store.pages.latest(world.community)
    assert {feed: line.title for feed, line in latest.items()} == {world.feed: "Posted"}
