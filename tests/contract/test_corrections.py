"""Errors in articles, reported and followed up, on the real parts."""

from __future__ import annotations

import pytest

from bot.domain.model import CorrectionId, CorrectionKind, CorrectionState, Role
from bot.errors import RequestError
from bot.ports.pages import Viewer
from tests.contract.order_scene import Order, order
from tests.end_to_end.small import small_town


async def report(
    scene: Order, name: str, excerpt: str = "A lead.", kind: CorrectionKind = CorrectionKind.TYPO
) -> CorrectionId:
    by = await scene.actor(name, Role.MEMBER)
    return await scene.town.corrections.report(by, scene.discussion, kind, excerpt=excerpt, remark="Look", revision=1)


async def test_the_same_excerpt_joins_the_same_correction(database_url: str) -> None:
    async with small_town(database_url) as town:
        scene = await order(town)
        first = await report(scene, "ann")
        assert await report(scene, "bob", "A  lead.") == first
        assert await report(scene, "bob", "story") != first
        with pytest.raises(RequestError, match="already"):
            await report(scene, "ann")
        async with town.store.read() as tx:
            assert [each.name for each in await tx.corrections.reports(first)] == ["ann", "bob"]


@pytest.mark.parametrize(
    ("excerpt", "kind", "message"),
    [
        ("not there", CorrectionKind.TYPO, "not in the article"),
        ("", CorrectionKind.FACT, "copy the words"),
        ("x" * 501, CorrectionKind.TYPO, "at most 500"),
    ],
)
async def test_an_excerpt_stands_in_the_article(
    database_url: str, excerpt: str, kind: CorrectionKind, message: str
) -> None:
    async with small_town(database_url) as town:
        scene = await order(town)
        with pytest.raises(RequestError, match=message):
            await report(scene, "ann", excerpt, kind)
        assert await report(scene, "ann", "", CorrectionKind.DEAD_LINK)


async def test_who_reported_it_is_told_credited_and_gets_points(database_url: str) -> None:
    async with small_town(database_url) as town:
        scene = await order(town)
        admin, mod = await scene.actor("root", Role.ADMIN), await scene.actor("mod")
        found = await report(scene, "ann")
        await report(scene, "bob")
        with pytest.raises(RequestError, match="admins"):
            await town.corrections.set_state(mod, found, CorrectionState.CORRECTED)
        await town.corrections.set_state(admin, found, CorrectionState.SENT_ON, "To their desk.")
        await town.corrections.set_state(admin, found, CorrectionState.CORRECTED)
        with pytest.raises(RequestError, match="already"):
            await town.corrections.set_state(admin, found, CorrectionState.REJECTED)
        latest, before = await scene.letters("ann")
        assert "is corrected" in latest
        assert "To their desk." in before
        assert len(await scene.letters("bob")) == 2
        viewer = Viewer(community_id=scene.community)
        assert list(await town.store.order.credits(viewer, scene.discussion)) == ["ann", "bob"]
        await town.ledger.catch_up()
        assert (await scene.standing("ann")).points == 3


async def test_muted_members_report_nothing(database_url: str) -> None:
    async with small_town(database_url) as town:
        scene = await order(town)
        admin = await scene.actor("root", Role.ADMIN)
        await scene.say("ann")
        ann = await scene.actor("ann", Role.MEMBER)
        assert ann.member_id is not None
        await town.moderation.ban(admin, ann.member_id, void_votes=False)
        with pytest.raises(RequestError, match="no longer"):
            await report(scene, "ann")
