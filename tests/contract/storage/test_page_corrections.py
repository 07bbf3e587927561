"""Corrections, credits, and what articles said before."""

from __future__ import annotations

import pytest

from bot.domain.corrections import Change
from bot.domain.model import Content, CorrectionState, FeedId
from bot.ports.pages import Viewer
from storage.schema.news import article_sources
from tests.contract.storage.disorder import Disorder, disorder, put
from tests.contract.storage.world import HOUR, NOW, World, build, later

OPEN = (CorrectionState.RECEIVED, CorrectionState.SENT_ON)


@pytest.fixture
async def town(world: World) -> Disorder:
    return await disorder(world)


async def test_those_that_a_revision_seems_to_have_corrected_come_first(town: Disorder) -> None:
    order, ann, bob = town.world.store.order, await town.world.account("Ann"), await town.world.account("Bob")
    old = await town.correction(ann, at=later(1), same_key="1")
    sent = await town.correction(at=later(2), state=CorrectionState.SENT_ON, same_key="2")
    offered = await town.correction(ann, bob, at=later(3), same_key="3", offered_revision=2, offered_text="the law")
    done = await town.correction(state=CorrectionState.CORRECTED, same_key="4", decided_by=ann.id, decided_at=later(9))
    found = await order.corrections(town.moderator, OPEN, page=1, size=2)
    assert ([each.correction.id for each in found.items], found.total) == ([offered, old], 3)
    line = found.items[0]
    assert (line.title, line.correction.excerpt, line.correction.offered_text) == ("A story", "teh law", "the law")
    assert [(each.name, each.remark) for each in line.reports] == [("Ann", "Ann"), ("Bob", "Bob")]
    assert line.change == [(Change.GONE, "teh"), (Change.NEW, "the"), (Change.SAME, "law")]
    assert list(found.items[1].change) == []
    assert [each.correction.id for each in (await order.corrections(town.moderator, OPEN, page=2, size=2)).items] == [
        sent
    ]
    decided = await order.corrections(town.moderator, [CorrectionState.CORRECTED], page=1, size=9)
    assert [(each.correction.id, each.correction.decided_by) for each in decided.items] == [(done, ann.id)]
    assert (await order.corrections(town.moderator, (), page=1, size=9)).total == 0
    assert await order.correction(town.moderator, offered) == line


async def test_corrections_belong_to_a_community(town: Disorder) -> None:
    village = await disorder(await build(town.world.store, "village"))
    ann = await town.world.account("Ann")
    there = await village.correction(ann, state=CorrectionState.CORRECTED)
    order = town.world.store.order
    assert (await order.corrections(town.moderator, list(CorrectionState), page=1, size=9)).total == 0
    assert await order.correction(town.moderator, there) is None
    assert await order.credits(town.moderator, village.discussion) == []
    assert await order.credits(village.moderator, village.discussion) == ["Ann"]


async def test_whoever_reported_what_was_corrected_is_credited_once(town: Disorder) -> None:
    ann, bob, cid = [await town.world.account(name) for name in ("Ann", "Bob", "Cid")]
    await town.correction(bob, ann, state=CorrectionState.CORRECTED, at=later(2), same_key="1")
    await town.correction(ann, state=CorrectionState.CORRECTED, at=later(1), same_key="2")
    await town.correction(cid, state=CorrectionState.REJECTED, same_key="3")
    visitor = Viewer(community_id=town.world.community)
    assert await town.world.store.order.credits(visitor, town.discussion) == ["Ann", "Bob"]


async def test_what_an_article_said_at_a_revision(town: Disorder) -> None:
    world, order = town.world, town.world.store.order
    for title in ("Second", "Third"):
        content = Content(title=title, link="https://news.example/1", lead="Lead.")
        await world.write(
            lambda tx, c=content: tx.articles.revise(  # type: ignore[misc]
                town.post.article_id, c, digest=c.title.encode(), replace_latest=False, now=later(9)
            )
        )
    visitor = Viewer(community_id=world.community)
    said = [await order.content_at(visitor, town.discussion, revision) for revision in (1, 2, 3, 4)]
    assert [each and each.title for each in said] == ["A story", "Second", "Third", None]
    village = await build(world.store, "village")
    assert await order.content_at(Viewer(community_id=village.community), town.discussion, 1) is None
    await town.discussion_is(hidden_at=NOW)
    assert await order.content_at(visitor, town.discussion, 1) is None
    assert await order.content_at(town.moderator, town.discussion, 1) is not None


async def test_the_sources_of_an_article_that_this_community_reads(town: Disorder) -> None:
    world, order = town.world, town.world.store.order
    village = await build(world.store, "village", feed="https://elsewhere.example/feed")
    second = await world.write(
        lambda tx: tx.feeds.add("https://second.example/feed", interval=HOUR, from_config=True, now=NOW)
    )
    await world.write(lambda tx: tx.places.subscribe(second, world.section.id, backlog=3))
    await put(world, article_sources, [_source(town, second), _source(town, village.feed)])
    found = await order.sources(town.moderator, town.discussion)
    assert [(each.feed_id, each.name, each.primary) for each in found] == [
        (world.feed, "news.example", True),
        (second, "second.example", False),
    ]
    assert (found[1].title, found[1].link, found[1].at) == ("As they have it", "https://x.example/1", later(5))
    assert await order.sources(Viewer(community_id=village.community, moderator=True), town.discussion) == []


def _source(town: Disorder, feed: FeedId) -> dict[str, object]:
    where = {"article_id": town.post.article_id, "feed_id": feed, "position": 1, "at": later(5)}
    return where | {"title": "As they have it", "link": "https://x.example/1"}
