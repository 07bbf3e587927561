"""Reported errors in articles."""

from __future__ import annotations

import asyncio

import pytest

from bot.domain.corrections import same_key
from bot.domain.model import (
    Correction,
    CorrectionId,
    CorrectionKind,
    CorrectionReport,
    CorrectionState,
)
from tests.contract.storage.world import NOW, World, build, later, report


async def _get(world: World, correction_id: CorrectionId) -> Correction:
    async with world.store.read() as tx:
        correction = await tx.corrections.get(correction_id)
    assert correction is not None
    return correction


async def _set(world: World, correction_id: CorrectionId, state: CorrectionState, at: float = 5) -> bool:
    admin = await world.account("Admin")
    return await world.write(lambda tx: tx.corrections.set_state(correction_id, state, by=admin.id, now=later(at)))


async def test_the_same_excerpt_is_the_same_correction(world: World) -> None:
    post, ann, bob = await world.post(), await world.account("Ann"), await world.account("Bob")
    first, new = await report(world, post.discussion_id, ann)
    assert new
    assert await report(world, post.discussion_id, bob, "Teh", at=later(1)) == (first, True)
    assert await report(world, post.discussion_id, ann, at=later(2)) == (first, False)
    other, _ = await report(world, post.discussion_id, ann, "hte")
    elsewhere, _ = await report(world, (await world.post()).discussion_id, ann)
    assert len({first, other, elsewhere}) == 3
    assert await _get(world, first) == Correction(
        id=first,
        community_id=world.community,
        discussion_id=post.discussion_id,
        article_id=post.article_id,
        kind=CorrectionKind.TYPO,
        excerpt="teh",
        before="saw",
        after="cat",
        revision=1,
        state=CorrectionState.RECEIVED,
        at=NOW,
    )
    async with world.store.read() as tx:
        assert await tx.corrections.reports(first) == [
            CorrectionReport(account_id=ann.id, member_id=ann.member_id, name="Ann", remark="the", at=NOW),
            CorrectionReport(account_id=bob.id, member_id=bob.member_id, name="Bob", remark="the", at=later(1)),
        ]
        assert await tx.corrections.get(CorrectionId(999)) is None


async def test_a_kind_that_needs_no_excerpt(world: World) -> None:
    post, ann = await world.post(), await world.account("Ann")
    made, _ = await world.write(
        lambda tx: tx.corrections.report(
            post.discussion_id,
            CorrectionKind.DEAD_LINK,
            None,
            same_key=same_key(CorrectionKind.DEAD_LINK, ""),
            revision=1,
            account_id=ann.id,
            member_id=ann.member_id,
            remark="",
            now=NOW,
        )
    )
    correction = await _get(world, made)
    assert (correction.excerpt, correction.before, correction.after) == ("", "", "")
    assert correction.kind is CorrectionKind.DEAD_LINK


async def test_all_who_report_at_once_join_one_correction(world: World) -> None:
    post, reporters = await world.post(), [await world.account(f"R{n}") for n in range(6)]
    made = await asyncio.gather(*(report(world, post.discussion_id, who) for who in reporters * 2))
    assert len({correction for correction, _ in made}) == 1
    assert sum(joined for _, joined in made) == len(reporters)
    async with world.store.read() as tx:
        assert len(await tx.corrections.reports(made[0][0])) == len(reporters)


async def test_how_far_a_correction_has_come(world: World) -> None:
    post, ann, admin = await world.post(), await world.account("Ann"), await world.account("Admin")
    made, _ = await report(world, post.discussion_id, ann)
    assert await _set(world, made, CorrectionState.SENT_ON)
    sent = await _get(world, made)
    assert (sent.state, sent.decided_at, sent.decided_by) == (CorrectionState.SENT_ON, None, None)
    assert (await report(world, post.discussion_id, await world.account("Bob")))[0] == made, "it is still open"
    assert await _set(world, made, CorrectionState.CORRECTED, 7)
    assert not await _set(world, made, CorrectionState.REJECTED, 8)
    done = await _get(world, made)
    assert (done.state, done.decided_at, done.decided_by) == (CorrectionState.CORRECTED, later(7), admin.id)


@pytest.mark.parametrize("end", [CorrectionState.CORRECTED, CorrectionState.REJECTED])
async def test_one_that_is_over_makes_room_for_another(world: World, end: CorrectionState) -> None:
    post, ann = await world.post(), await world.account("Ann")
    first, _ = await report(world, post.discussion_id, ann)
    await _set(world, first, end)
    second, new = await report(world, post.discussion_id, ann)
    assert second != first
    assert new
    async with world.store.read() as tx:
        assert [each.id for each in await tx.corrections.open_of(post.article_id)] == [second]


async def test_open_corrections_of_an_article_in_all_communities(world: World) -> None:
    village = await build(world.store, "village")
    here = await world.post()
    there = await village.post(here.article_id)
    ann = await world.account("Ann")
    made = [(await report(world, each, ann))[0] for each in (here.discussion_id, there.discussion_id)]
    await report(world, (await world.post()).discussion_id, ann)
    async with world.store.read() as tx:
        found = await tx.corrections.open_of(here.article_id)
    assert [each.id for each in found] == made
    assert [each.community_id for each in found] == [world.community, village.community]


async def test_a_later_revision_is_offered_while_it_is_open(world: World) -> None:
    post, ann = await world.post(), await world.account("Ann")
    made, _ = await report(world, post.discussion_id, ann)
    await world.write(lambda tx: tx.corrections.offer(made, 3, "the"))
    offered = await _get(world, made)
    assert (offered.offered_revision, offered.offered_text) == (3, "the")
    await _set(world, made, CorrectionState.CORRECTED)
    await world.write(lambda tx: tx.corrections.offer(made, 4, "thee"))
    assert (await _get(world, made)).offered_revision == 3
