"""How members stand, what it follows from, and votes made void."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest
from sqlalchemy import select

from bot.domain.cases import decide, reopen
from bot.domain.model import (
    Account,
    CommentId,
    CorrectionState,
    Decision,
    DiscussionId,
    HiddenBy,
    Measure,
    Ref,
    Role,
    Ruling,
    Standing,
    Subject,
    SubjectKind,
    Totals,
    Vote,
)
from bot.domain.reputation import Facts, Figures, Got, Written
from bot.domain.votes import Cast
from bot.ports.stores import Tx
from storage.schema.people import standings
from storage.schema.talk import comments
from storage.store import SqlStore
from tests.contract.storage.world import NOW, World, build, flag, later, report, vote

SOME = Figures(points=21, upvoters=4, title="member", trust=1)
NONE = Figures(points=0, upvoters=0, title="newcomer", trust=0)


async def _standing(world: World, who: Account) -> Standing:
    async with world.store.read() as tx:
        return await tx.standings.get(world.community, who.member_id)


async def _put(world: World, who: Account, figures: Figures) -> bool:
    return await world.write(lambda tx: tx.standings.put_figures(world.community, who.member_id, figures))


async def _facts(world: World, who: Account) -> Facts:
    async with world.store.read() as tx:
        return await tx.standings.facts(world.community, who.member_id)


def _comment(comment_id: int) -> Subject:
    return Subject(kind=SubjectKind.COMMENT, id=comment_id)


def _article(discussion_id: int) -> Subject:
    return Subject(kind=SubjectKind.ARTICLE, id=discussion_id)


async def test_everybody_is_a_newcomer_at_first(world: World) -> None:
    assert await _standing(world, await world.account("Ann")) == Standing()


async def test_a_role_is_no_standing_that_was_earned(world: World) -> None:
    ann = await world.account("Ann")
    await world.write(lambda tx: tx.members.grant(world.community, ann.member_id, Role.MODERATOR))
    assert await _standing(world, ann) == Standing(role=Role.MODERATOR, role_set=True)


async def test_a_sanction_leaves_the_rest_as_it_is(world: World) -> None:
    ann, village = await world.account("Ann"), await build(world.store, "village")
    await _put(world, ann, SOME)
    await world.write(
        lambda tx: tx.standings.sanction(
            world.community, ann.member_id, muted_until=later(60), banned_at=NOW, votes_void=True
        )
    )
    earned = Standing(points=21, upvoters=4, title="member", trust=1)
    assert await _standing(world, ann) == replace(earned, muted_until=later(60), banned_at=NOW, votes_void=True)
    assert await _standing(village, ann) == Standing()
    await world.write(
        lambda tx: tx.standings.sanction(
            world.community, ann.member_id, muted_until=None, banned_at=None, votes_void=False
        )
    )
    assert await _standing(world, ann) == earned


async def test_figures_say_whether_they_changed(world: World) -> None:
    ann = await world.account("Ann")
    assert not await _put(world, ann, NONE)
    async with world.store.read() as tx:
        assert await tx.sql.all(select(standings)) == [], "nothing was earned, so nothing is kept"
    assert await _put(world, ann, SOME)
    assert not await _put(world, ann, SOME)
    for changed in (replace(SOME, points=-3), replace(SOME, upvoters=5), replace(SOME, title="regular"), NONE):
        assert await _put(world, ann, changed)
    assert not await _put(world, ann, NONE)


async def test_a_locked_trust_stays(world: World) -> None:
    ann = await world.account("Ann")
    await world.write(lambda tx: tx.standings.lock_trust(world.community, ann.member_id, 3))
    assert await _put(world, ann, SOME)
    assert not await _put(world, ann, replace(SOME, trust=0)), "nothing that can change has changed"
    await _put(world, ann, NONE)
    assert await _standing(world, ann) == Standing(trust=3, trust_locked=True)
    await world.write(lambda tx: tx.standings.lock_trust(world.community, ann.member_id, None))
    assert await _standing(world, ann) == Standing(trust=3)
    assert await _put(world, ann, NONE)


async def test_who_has_been_marked_is_recomputed_in_turn(world: World) -> None:
    ann, bob, village = await world.account("Ann"), await world.account("Bob"), await build(world.store, "village")
    here, there = world.community, village.community
    await world.write(lambda tx: tx.standings.mark_stale(here, [bob.member_id], later(5)))
    await world.write(lambda tx: tx.standings.mark_stale(here, [bob.member_id, ann.member_id, bob.member_id], later(7)))
    await world.write(lambda tx: tx.standings.mark_stale(there, [bob.member_id], NOW))
    await world.write(lambda tx: tx.standings.mark_stale(here, [], NOW))
    async with world.store.read() as tx:
        assert await tx.standings.stale(9) == [(there, bob.member_id), (here, bob.member_id), (here, ann.member_id)]
        assert await tx.standings.stale(1) == [(there, bob.member_id)]
    await world.write(lambda tx: tx.standings.fresh(here, bob.member_id))
    async with world.store.read() as tx:
        assert await tx.standings.stale(9) == [(there, bob.member_id), (here, ann.member_id)]


async def test_a_mark_that_is_made_while_figures_are_recomputed_survives(postgres_store: SqlStore) -> None:
    world = await build(postgres_store)
    ann, reading, marked = await world.account("Ann"), asyncio.Event(), asyncio.Event()

    async def recount(tx: Tx) -> None:
        await tx.standings.fresh(world.community, ann.member_id)
        reading.set()
        await asyncio.wait([marking], timeout=0.3)

    async def mark(tx: Tx) -> None:
        await tx.standings.mark_stale(world.community, [ann.member_id], later(1))
        marked.set()

    async def after() -> None:
        await reading.wait()
        await world.write(mark)

    await world.write(lambda tx: tx.standings.mark_stale(world.community, [ann.member_id], NOW))
    marking = asyncio.create_task(after())
    await world.write(recount)
    await marking
    async with world.store.read() as tx:
        assert await tx.standings.stale(9) == [(world.community, ann.member_id)]


async def test_a_recount_waits_for_the_fact_behind_a_mark(postgres_store: SqlStore) -> None:
    world = await build(postgres_store)
    ann, post = await world.account("Ann"), await world.post()
    marked, found = asyncio.Event(), list[Facts]()

    async def fact(tx: Tx) -> None:
        await tx.discussions.add_comment(
            discussion_id=post.discussion_id,
            channel_id=world.section.id,
            account_id=ann.id,
            ref=Ref("web:c"),
            parent_id=None,
            html="",
            at=NOW,
        )
        await tx.standings.mark_stale(world.community, [ann.member_id], NOW)
        marked.set()
        await asyncio.sleep(0.3)

    async def recount(tx: Tx) -> None:
        await tx.standings.fresh(world.community, ann.member_id)
        found.append(await tx.standings.facts(world.community, ann.member_id))

    await world.write(lambda tx: tx.standings.mark_stale(world.community, [ann.member_id], NOW))
    writing = asyncio.create_task(world.write(fact))
    await marked.wait()
    await world.write(recount)
    await writing
    assert [len(facts.comments) for facts in found] == [1]


async def test_facts_are_what_counts_in_one_community(world: World) -> None:
    village = await build(world.store, "village")
    post, elsewhere = await world.post(), await village.post()
    ann, bob, cid = [await world.account(name) for name in ("Ann", "Bob", "Cid")]
    live = await world.comment(post.discussion_id, ann, at=later(1))
    hidden, deleted = [await world.comment(post.discussion_id, ann, at=later(2)) for _ in range(2)]
    there = await village.comment(elsewhere.discussion_id, ann)
    bobs = await world.comment(post.discussion_id, bob)
    for comment in (live, hidden, deleted, there):
        await vote(world, _comment(comment), bob, at=later(5))
    await vote(world, _comment(live), cid, Vote.DOWN, at=later(4))
    await vote(world, _comment(bobs), ann)
    await vote(world, _article(post.discussion_id), ann)
    dan = await world.account("Dan")
    await vote(world, _comment(live), dan)
    await world.write(lambda tx: tx.standings.void_votes(world.community, dan.member_id, void=True, now=NOW))
    await world.write(lambda tx: tx.cases.hide(_comment(hidden), HiddenBy.FLAGS, NOW))
    await world.write(lambda tx: tx.discussions.delete_comment(deleted, NOW))
    assert await _facts(world, ann) == Facts(
        comments=(Written(id=live, at=later(1)),),
        votes=(
            Got(comment=live, by=cid.member_id, vote=Vote.DOWN, at=later(4)),
            Got(comment=live, by=bob.member_id, vote=Vote.UP, at=later(5)),
        ),
    )
    assert [each.id for each in (await _facts(village, ann)).comments] == [there]


async def _decide(world: World, comment: CommentId, reporter: Account, ruling: Ruling, at: float) -> None:
    case_id = await flag(world, _comment(comment), reporter)
    async with world.store.read() as tx:
        case = await tx.cases.get(case_id)
    assert case is not None
    done = decide(case, Decision(ruling=ruling, measure=Measure.KEEP), by=reporter.id, now=later(at))
    assert await world.write(lambda tx: tx.cases.put(done, read_version=case.version))


async def test_upheld_flags_count_once_for_each_case(world: World) -> None:
    post, village = await world.post(), await build(world.store, "village")
    ann, bob, cid = [await world.account(name) for name in ("Ann", "Bob", "Cid")]
    comments = [await world.comment(post.discussion_id, ann) for _ in range(4)]
    for comment, ruling, at in zip(comments, (Ruling.AGREE, Ruling.DISAGREE, Ruling.IGNORE), (1, 2, 3), strict=False):
        await flag(world, _comment(comment), cid)
        await _decide(world, comment, bob, ruling, at)
    await flag(world, _comment(comments[3]), bob)
    there = await village.comment((await village.post()).discussion_id, ann)
    await _decide(village, there, bob, Ruling.AGREE, 9)
    assert (await _facts(world, ann)).upheld == (later(1),)
    assert (await _facts(village, ann)).upheld == (later(9),)
    assert (await _facts(world, bob)).upheld == ()
    async with world.store.read() as tx:
        case = await tx.cases.latest(_comment(comments[0]))
    assert case is not None
    assert await world.write(lambda tx: tx.cases.put(reopen(case, later(20)), read_version=case.version))
    assert (await _facts(world, ann)).upheld == (later(1),), "it stands until it is decided again"


async def test_corrections_count_for_all_who_reported_them(world: World) -> None:
    post = await world.post()
    ann, bob, cid = [await world.account(name) for name in ("Ann", "Bob", "Cid")]
    first, _ = await report(world, post.discussion_id, ann)
    await report(world, post.discussion_id, bob)
    other, _ = await report(world, post.discussion_id, cid, "hte")
    corrected, rejected = CorrectionState.CORRECTED, CorrectionState.REJECTED
    await world.write(lambda tx: tx.corrections.set_state(first, corrected, by=cid.id, now=later(3)))
    await world.write(lambda tx: tx.corrections.set_state(other, rejected, by=cid.id, now=later(4)))
    assert [(await _facts(world, who)).corrections for who in (ann, bob, cid)] == [(later(3),), (later(3),), ()]


async def test_who_has_figures_and_where_their_trust_counts(world: World) -> None:
    village = await build(world.store, "village")
    posts, elsewhere = [await world.post() for _ in range(3)], await village.post()
    ann, bob, cid, dan = [await world.account(name) for name in ("Ann", "Bob", "Cid", "Dan")]
    comment = await world.comment(posts[1].discussion_id, ann)
    await world.comment(posts[1].discussion_id, ann)
    await vote(world, _article(posts[0].discussion_id), ann)
    await vote(world, _comment(comment), bob)
    await village.comment(elsewhere.discussion_id, dan)
    await world.write(lambda tx: tx.members.grant(world.community, bob.member_id, Role.ADMIN))
    correction, _ = await report(world, posts[2].discussion_id, cid)
    async with world.store.read() as tx:
        assert await tx.standings.members(world.community) == [ann.member_id, bob.member_id]
        assert await tx.standings.touched(world.community, ann.member_id) == [each.discussion_id for each in posts[:2]]
        assert await tx.standings.touched(world.community, bob.member_id) == []
        assert await tx.standings.touched(village.community, dan.member_id) == [elsewhere.discussion_id]
        assert await tx.standings.touched(world.community, dan.member_id) == []
    await world.write(
        lambda tx: tx.corrections.set_state(correction, CorrectionState.CORRECTED, by=bob.id, now=later(3))
    )
    async with world.store.read() as tx:
        assert await tx.standings.members(world.community) == [ann.member_id, bob.member_id, cid.member_id]


async def _totals(world: World, comment: CommentId) -> tuple[int, int, int]:
    async with world.store.read() as tx:
        row = await tx.sql.first(
            select(comments.c.up, comments.c.down, comments.c.score).where(comments.c.id == comment)
        )
    assert row is not None
    return tuple(row)


async def _of_article(world: World, discussion_id: DiscussionId) -> Totals:
    async with world.store.read() as tx:
        return (await tx.posts.counts(discussion_id))[0]


@pytest.mark.parametrize("many", [1, 30])
async def test_all_votes_of_a_member_are_void_and_come_back(world: World, many: int) -> None:
    village = await build(world.store, "village")
    posts, elsewhere = [await world.post() for _ in range(2)], await village.post()
    ann, bob, troll = [await world.account(name) for name in ("Ann", "Bob", "Troll")]
    mine = [await world.comment(posts[0].discussion_id, ann) for _ in range(many)]
    there = await village.comment(elsewhere.discussion_id, bob)
    for comment in (*mine, there):
        await vote(world, _comment(comment), troll, Vote.DOWN)
        await vote(world, _comment(comment), bob)
    for post in (*posts, elsewhere):
        await vote(world, _article(post.discussion_id), troll)
        await vote(world, _article(post.discussion_id), ann, Vote.DOWN)

    async def void(*, void: bool) -> list[DiscussionId]:
        return list(
            await world.write(
                lambda tx: tx.standings.void_votes(world.community, troll.member_id, void=void, now=later(9))
            )
        )

    assert await void(void=True) == [post.discussion_id for post in posts]
    assert {await _totals(world, comment) for comment in mine} == {(1, 0, 1)}
    assert await _of_article(world, posts[1].discussion_id) == Totals(down=1)
    assert await _totals(world, there) == (1, 1, 0), "what is counted in another community is untouched"
    assert await _of_article(world, elsewhere.discussion_id) == Totals(up=1, down=1)
    async with world.store.read() as tx:
        assert await tx.standings.stale(99) == [(world.community, ann.member_id)]
        assert await tx.discussions.count_votes(_comment(there)) == Totals(up=1, down=1)
    assert await void(void=True) == []

    assert await void(void=False) == [post.discussion_id for post in posts]
    assert {await _totals(world, comment) for comment in mine} == {(1, 1, 0)}
    assert await _of_article(world, posts[0].discussion_id) == Totals(up=1, down=1)
    assert await void(void=False) == []


async def test_voiding_waits_for_who_counts_at_the_same_time(postgres_store: SqlStore) -> None:
    world = await build(postgres_store)
    post, ann, troll = await world.post(), await world.account("Ann"), await world.account("Troll")
    article, counted = _article(post.discussion_id), asyncio.Event()
    await vote(world, article, troll)

    async def count(tx: Tx) -> None:
        await tx.discussions.alone_with(post.discussion_id)
        await tx.discussions.set_vote(article, ann.member_id, Cast(vote=Vote.UP, at=NOW), void=False)
        totals = await tx.discussions.count_votes(article)
        counted.set()
        await asyncio.sleep(0.3)
        await tx.discussions.set_totals(article, totals)

    counting = asyncio.create_task(world.write(count))
    await counted.wait()
    await world.write(lambda tx: tx.standings.void_votes(world.community, troll.member_id, void=True, now=NOW))
    await counting
    assert await _of_article(world, post.discussion_id) == Totals(up=1)
