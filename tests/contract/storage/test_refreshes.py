"""Orders that say the same are one, and orders in doubt are marked."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from bot.domain.model import CaseId, Ref, Subject, SubjectKind
from bot.domain.orders import Lease, OutboxItem, OutboxState, Refresh, RefreshCase, Rename, Speak, Step
from tests.contract.storage.world import NOW, World, add_channel, flag, later, order


async def _pending(world: World) -> int:
    async with world.store.read() as tx:
        return (await tx.outbox.counts()).get(OutboxState.PENDING, 0)


async def _head(world: World, *, now: datetime = NOW) -> tuple[Lease, OutboxItem]:
    (lease,) = await world.write(
        lambda tx: tx.outbox.claim("me", now, until=now + timedelta(hours=1), limit=1, networks=["web"])
    )
    async with world.store.read() as tx:
        item = await tx.outbox.head(lease)
    assert item is not None
    return lease, item


async def test_pending_refreshes_of_a_post_are_one(world: World) -> None:
    first, second = await world.post(), await world.post()
    await world.put(order(Refresh(post_id=first.id)), order(Refresh(post_id=second.id), "other"))
    await world.put(order(Refresh(post_id=first.id)), order(Refresh(post_id=first.id), "elsewhere"))
    assert await _pending(world) == 2


@pytest.mark.parametrize("together", [True, False], ids=["put together", "one after the other"])
@pytest.mark.parametrize(("first", "second"), [(10, 60), (60, 10)], ids=["sooner first", "later first"])
async def test_the_earlier_time_stays(world: World, first: int, second: int, together: bool) -> None:
    post = await world.post()
    refreshes = [order(Refresh(post_id=post.id), not_before=later(at)) for at in (first, second)]
    if together:
        await world.put(*refreshes)
    else:
        await world.put(refreshes[0])
        await world.put(refreshes[1])
    async with world.store.read() as tx:
        assert await tx.outbox.next_due(["web"]) == later(10)
    assert await _pending(world) == 1


async def test_one_that_was_begun_does_not_stand_for_what_came_after(world: World) -> None:
    post = await world.post()
    await world.put(order(Refresh(post_id=post.id)))
    lease, item = await _head(world)
    await world.write(lambda tx: tx.outbox.save(lease, item.id, (Step(name="edit", marked_at=NOW),)))
    await world.put(order(Refresh(post_id=post.id)))
    assert await _pending(world) == 2


async def test_one_that_is_done_neither(world: World) -> None:
    post = await world.post()
    await world.put(order(Refresh(post_id=post.id)))
    lease, item = await _head(world)
    await world.write(lambda tx: tx.outbox.finish(lease, item.id, OutboxState.DONE, None, steps=(), now=NOW))
    await world.put(order(Refresh(post_id=post.id)))
    assert await _pending(world) == 1


async def test_one_that_the_network_put_off_keeps_its_time(world: World) -> None:
    post = await world.post()
    await world.put(order(Refresh(post_id=post.id)))
    lease, item = await _head(world)
    await world.write(
        lambda tx: tx.outbox.put_off(lease, item.id, attempts=1, next_at=later(300), answer="busy", steps=())
    )
    await world.write(lambda tx: tx.outbox.release(lease))
    await world.put(order(Refresh(post_id=post.id)))
    assert await _pending(world) == 1
    async with world.store.read() as tx:
        assert await tx.outbox.next_due(["web"]) == later(300)


async def test_other_orders_are_never_dropped(world: World) -> None:
    say = Speak(place=Ref("web:t"), html="", language="en", marker="m")
    await world.put(order(say), order(say))
    assert await _pending(world) == 2


@pytest.mark.parametrize(("until", "in_doubt"), [(60, True), (0, False), (-60, False)])
async def test_orders_made_while_in_doubt_are_in_doubt(world: World, until: int, in_doubt: bool) -> None:
    await world.write(lambda tx: tx.settings.put("doubt_until", later(until).isoformat()))
    await world.put(order(Speak(place=Ref("web:t"), html="", language="en", marker="m")))
    _, item = await _head(world)
    assert item.in_doubt is in_doubt


async def test_without_a_restore_nothing_is_in_doubt(world: World) -> None:
    await world.put(order(Speak(place=Ref("web:t"), html="", language="en", marker="m")))
    assert not (await _head(world))[1].in_doubt


async def _case(world: World) -> CaseId:
    post = await world.post()
    subject = Subject(kind=SubjectKind.ARTICLE, id=post.discussion_id)
    return await flag(world, subject, await world.account("Ann"))


@pytest.mark.parametrize("together", [True, False], ids=["put together", "one after the other"])
async def test_a_case_is_brought_up_to_date_once_in_each_channel(world: World, together: bool) -> None:
    one, two, other = await _case(world), await _case(world), await add_channel(world, "web:mods")
    wanted = [(one, world.section.id), (one, other.id), (two, world.section.id), (one, world.section.id)]
    orders = [order(RefreshCase(case_id=case, channel_id=channel)) for case, channel in wanted]
    if together:
        await world.put(*orders)
    else:
        for each in orders:
            await world.put(each)
    assert await _pending(world) == 3


async def test_a_case_that_is_being_brought_up_to_date_is_once_more_afterwards(world: World) -> None:
    refresh = RefreshCase(case_id=await _case(world), channel_id=world.section.id)
    await world.put(order(refresh))
    lease, item = await _head(world)
    await world.write(lambda tx: tx.outbox.save(lease, item.id, (Step(name="edit-case", marked_at=NOW),)))
    await world.put(order(refresh))
    await world.put(order(refresh))
    assert await _pending(world) == 2


async def test_a_thread_is_renamed_once_and_apart_from_what_its_post_shows(world: World) -> None:
    post = await world.post()
    await world.put(order(Rename(post_id=post.id)), order(Refresh(post_id=post.id)))
    await world.put(order(Rename(post_id=post.id)), order(Refresh(post_id=post.id)))
    assert await _pending(world) == 2


async def test_a_lane_of_a_case_is_of_its_channels_network(world: World) -> None:
    channel = await add_channel(world, "square:mods")
    await world.put(order(RefreshCase(case_id=await _case(world), channel_id=channel.id), "anything"))
    async with world.store.read() as tx:
        assert await tx.outbox.next_due(["square"]) == NOW
        assert await tx.outbox.next_due(["web"]) is None
