"""The messages by which moderators are shown cases."""

from __future__ import annotations

from bot.domain.merging import CasePlan
from bot.domain.model import CaseId, CasePost, DiscussionId, Post, Ref, Subject, SubjectKind
from bot.domain.orders import OutboxState, PublishCase, RefreshCase, TakeOff
from tests.contract.storage.world import NOW, World, add_channel, flag, later, order

SHOWN = Ref("square:message/1")


async def _case(world: World) -> tuple[CaseId, Post]:
    post = await world.post()
    subject = Subject(kind=SubjectKind.ARTICLE, id=post.discussion_id)
    return await flag(world, subject, await world.account("Ann")), post


async def _of(world: World, case_id: CaseId) -> list[CasePost]:
    async with world.store.read() as tx:
        return list(await tx.case_posts.of_case(case_id))


async def test_a_case_is_shown_once_in_each_channel(world: World) -> None:
    case_id, _ = await _case(world)
    mods = await add_channel(world, "square:mods")
    assert await world.write(lambda tx: tx.case_posts.add(case_id, mods.id, "m"))
    assert not await world.write(lambda tx: tx.case_posts.add(case_id, mods.id, "other"))
    assert await world.write(lambda tx: tx.case_posts.add(case_id, world.section.id, "n"))
    assert [(each.channel_id, each.marker, each.ref) for each in await _of(world, case_id)] == [
        (world.section.id, "n", None),
        (mods.id, "m", None),
    ]


async def test_a_message_is_known_by_what_it_shows_until_it_is_gone(world: World) -> None:
    case_id, _ = await _case(world)
    other, _ = await _case(world)
    mods = await add_channel(world, "square:mods")
    for each in (case_id, other):
        await world.write(lambda tx, each=each: tx.case_posts.add(each, mods.id, f"m{each}"))  # type: ignore[misc]
    await world.write(lambda tx: tx.case_posts.shown(case_id, mods.id, SHOWN))
    shown = CasePost(case_id=case_id, channel_id=mods.id, marker=f"m{case_id}", ref=SHOWN)
    async with world.store.read() as tx:
        assert await tx.case_posts.at(SHOWN) == shown
        assert await tx.case_posts.at(Ref("square:message/2")) is None
    assert [each.ref for each in await _of(world, other)] == [None]
    await world.write(lambda tx: tx.case_posts.shown(case_id, mods.id, None))
    async with world.store.read() as tx:
        assert await tx.case_posts.at(SHOWN) is None
    assert [each.ref for each in await _of(world, case_id)] == [None]


async def test_a_case_that_is_merged_keeps_its_message(world: World) -> None:
    first, kept = await _case(world)
    second, gone = await _case(world)
    await world.write(lambda tx: tx.case_posts.add(second, world.section.id, "m"))
    await world.write(lambda tx: tx.case_posts.shown(second, world.section.id, SHOWN))
    before = await _of(world, second)
    hosts = {DiscussionId(each.discussion_id): kept.discussion_id for each in (kept, gone)}
    fold = CasePlan(fold=((second, first),), unfold=(), move=())
    await world.write(lambda tx: tx.merging.place_cases(fold, hosts, NOW))
    assert await _of(world, second) == before
    async with world.store.read() as tx:
        at = await tx.case_posts.at(SHOWN)
    assert at is not None
    assert at.case_id == second, "who decides there is told that it is decided"


async def test_what_is_shown_outlives_old_orders_and_articles(world: World) -> None:
    case_id, _ = await _case(world)
    await world.write(lambda tx: tx.case_posts.add(case_id, world.section.id, "m"))
    await world.put(order(RefreshCase(case_id=case_id, channel_id=world.section.id)))
    (lease,) = await world.write(lambda tx: tx.outbox.claim("me", NOW, until=later(60), limit=1, networks=["web"]))
    async with world.store.read() as tx:
        item = await tx.outbox.head(lease)
    assert item is not None
    await world.write(lambda tx: tx.outbox.finish(lease, item.id, OutboxState.DONE, None, steps=(), now=NOW))
    await world.write(lambda tx: tx.outbox.release(lease))
    assert await world.store.prune(before=later(9), now=later(9)) == {"orders": 1, "lanes": 1}
    assert [each.marker for each in await _of(world, case_id)] == ["m"]


async def test_admins_see_orders_of_cases_and_reactions_in_their_channels(world: World) -> None:
    case_id, post = await _case(world)
    mods = await add_channel(world, "square:mods")
    await world.put(
        order(PublishCase(case_id=case_id, channel_id=mods.id), "a"),
        order(RefreshCase(case_id=case_id, channel_id=mods.id), "b"),
        order(TakeOff(reaction=Ref("square:reaction/1")), "c"),
    )
    async with world.store.read() as tx:
        ours = await tx.outbox.lines(world.community, OutboxState.PENDING, everything=False, page=1, size=9)
        every = await tx.outbox.lines(world.community, OutboxState.PENDING, everything=True, page=1, size=9)
    assert [(each.kind, each.place, each.article) for each in ours.items] == [
        ("publish-case", "square:mods", post.discussion_id),
        ("refresh-case", "square:mods", post.discussion_id),
    ]
    assert [each.kind for each in every.items][2:] == ["take-off"]
