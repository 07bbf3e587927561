"""The outbox: rows in their lanes, leases and their epochs."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta

import pytest

from bot.domain.model import PostId, Ref, Subject, SubjectKind
from bot.domain.orders import (
    Backlog,
    Hide,
    Lease,
    Leave,
    Lock,
    Order,
    OutboxItem,
    OutboxState,
    Progress,
    Publish,
    PublishCase,
    Refresh,
    RefreshCase,
    Remove,
    Rename,
    Speak,
    Step,
    TakeOff,
    Tell,
)
from storage.store import SqlStore
from tests.contract.storage.world import NOW, World, add_channel, flag, later, order, subscribe

STEPS = (Step(name="post", marked_at=NOW, ref=Ref("web:p1"), done=True), Step(name="thread", marked_at=later(1)))


def _speak(place: str = "web:t1") -> Speak:
    return Speak(place=Ref(place), html="<p>Hello</p>", language="fr", marker="mmmm")


async def _claim(
    store: SqlStore,
    *,
    owner: str = "me",
    now: datetime = NOW,
    networks: Sequence[str] = ("web",),
    limit: int = 10,
    lasting: float = 60,
) -> Sequence[Lease]:
    until = now + timedelta(seconds=lasting)
    return await store.write(lambda tx: tx.outbox.claim(owner, now, until=until, limit=limit, networks=networks))


async def _lease(store: SqlStore, *, owner: str = "me", now: datetime = NOW) -> Lease:
    (lease,) = await _claim(store, owner=owner, now=now)
    return lease


async def _head(store: SqlStore, lease: Lease) -> OutboxItem:
    async with store.read() as tx:
        item = await tx.outbox.head(lease)
    assert item is not None
    return item


async def _finish(store: SqlStore, lease: Lease, item: OutboxItem, state: OutboxState = OutboxState.DONE) -> bool:
    return await store.write(lambda tx: tx.outbox.finish(lease, item.id, state, "fine", steps=STEPS, now=NOW))


async def _put_off(store: SqlStore, lease: Lease, item: OutboxItem, next_at: datetime) -> bool:
    return await store.write(
        lambda tx: tx.outbox.put_off(lease, item.id, attempts=2, next_at=next_at, answer="busy", steps=())
    )


KINDS = (
    "publish",
    "refresh",
    "speak",
    "remove",
    "tell",
    "hide",
    "show",
    "lock",
    "unlock",
    "take off",
    "rename",
    "publish case",
    "refresh case",
    "leave",
)


@pytest.mark.parametrize("kind", KINDS)
async def test_every_order_comes_back_as_it_was(world: World, kind: str) -> None:
    post = await world.post(posted=False)
    subject = Subject(kind=SubjectKind.ARTICLE, id=post.discussion_id)
    case_id = await flag(world, subject, await world.account("Ann"))
    kinds: dict[str, Order] = {
        "publish": Publish(post_id=post.id),
        "refresh": Refresh(post_id=post.id),
        "speak": _speak(),
        "remove": Remove(message=Ref("web:m1")),
        "tell": Tell(account=Ref("web:u1"), html="<p>Hello</p>", language="fr", marker="mmmm"),
        "hide": Hide(message=Ref("web:m1"), hidden=True),
        "show": Hide(message=Ref("web:m1"), hidden=False),
        "lock": Lock(thread=Ref("web:t1"), locked=True),
        "unlock": Lock(thread=Ref("web:t1"), locked=False),
        "take off": TakeOff(reaction=Ref("web:r1")),
        "rename": Rename(post_id=post.id),
        "publish case": PublishCase(case_id=case_id, channel_id=world.section.id),
        "refresh case": RefreshCase(case_id=case_id, channel_id=world.section.id),
        "leave": Leave(server=Ref("web:server/1")),
    }
    what = kinds[kind]
    new = order(what, created_at=NOW, not_before=later(5))
    await world.put(new)
    (lease,) = await _claim(world.store, now=later(5))
    item = await _head(world.store, lease)
    assert item == OutboxItem(
        id=item.id,
        order=what,
        lane="lane",
        key=new.key,
        state=OutboxState.PENDING,
        created_at=NOW,
        due_at=later(5),
        next_at=later(5),
    )


async def test_a_lane_is_done_in_the_order_of_its_rows(world: World) -> None:
    await world.put(*(order(_speak(f"web:{n}")) for n in range(3)))
    lease = await _lease(world.store)
    places = []
    async with world.store.read() as tx:
        assert await tx.outbox.counts() == {OutboxState.PENDING: 3}
    for _ in range(3):
        item = await _head(world.store, lease)
        places.append(item.order)
        assert await _finish(world.store, lease, item)
    assert places == [_speak(f"web:{n}") for n in range(3)]
    async with world.store.read() as tx:
        assert await tx.outbox.head(lease) is None
        assert await tx.outbox.counts() == {OutboxState.DONE: 3}


async def test_a_lane_waits_for_its_head(world: World) -> None:
    await world.put(order(_speak(), not_before=later(60)), order(_speak()))
    assert await _claim(world.store) == []
    async with world.store.read() as tx:
        assert await tx.outbox.next_due(["web"]) == later(60)
    assert len(await _claim(world.store, now=later(60))) == 1


async def test_lanes_of_named_networks_the_longest_due_first(world: World) -> None:
    discord = await subscribe(world, await add_channel(world, "discord:chan"))
    article = await world.article()
    post = await world.write(lambda tx: tx.posts.order(article, discord, now=NOW))
    assert post is not None
    await world.put(
        order(Publish(post_id=post), "discord lane"),
        order(_speak("web:x"), "web late", not_before=later(-5)),
        order(_speak("web:y"), "web early", not_before=later(-9)),
        order(Remove(message=Ref("matrix:m")), "matrix lane", not_before=later(-20)),
    )
    assert await _claim(world.store, networks=[]) == []
    assert [each.lane for each in await _claim(world.store, networks=["web", "discord"], limit=2)] == [
        "web early",
        "web late",
    ]
    assert [each.lane for each in await _claim(world.store, networks=["web", "discord"])] == ["discord lane"]
    async with world.store.read() as tx:
        assert await tx.outbox.next_due(["web", "discord"]) == later(60), "when the leases end"
        assert await tx.outbox.next_due(["matrix"]) == later(-20)
        assert await tx.outbox.next_due([]) is None


async def test_many_couriers_share_the_lanes(world: World) -> None:
    await world.put(*(order(_speak(), f"lane {n}") for n in range(24)))
    shares = await asyncio.gather(*(_claim(world.store, owner=f"courier {n}", limit=5) for n in range(8)))
    lanes = [lease.lane for share in shares for lease in share]
    assert len(lanes) == len(set(lanes)) == 24


async def test_a_lease_runs_out_and_its_epoch_rises(world: World) -> None:
    await world.put(order(_speak()))
    first = await _lease(world.store)
    assert await _claim(world.store, owner="other", now=later(59)) == []
    second = await _lease(world.store, owner="other", now=later(60))
    assert second.epoch == first.epoch + 1
    assert (second.owner, second.until) == ("other", later(120))


async def test_a_write_of_an_outlived_owner_is_refused(world: World) -> None:
    store = world.store
    await world.put(order(_speak()), order(_speak()))
    old = await _lease(store)
    item = await _head(store, old)
    assert await store.write(lambda tx: tx.outbox.save(old, item.id, STEPS[:1]))
    new = await _lease(store, now=later(61))

    assert not await store.write(lambda tx: tx.outbox.save(old, item.id, ()))
    assert not await _finish(store, old, item)
    assert not await _put_off(store, old, item, later(100))
    assert not await store.write(lambda tx: tx.outbox.renew(old, later(999)))
    await store.write(lambda tx: tx.outbox.release(old))
    assert await store.write(lambda tx: tx.outbox.park_oldest(old, 0, "x", NOW)) == []
    await store.write(lambda tx: tx.outbox.spread(old, start=later(500), gap=timedelta(seconds=1)))
    async with store.read() as tx:
        assert await tx.outbox.head(old) is None
    untouched = await _head(store, new)
    assert (untouched.id, untouched.steps, untouched.attempts) == (item.id, STEPS[:1], 0)
    assert untouched.next_at == NOW


async def test_many_lanes_are_recorded_at_once_and_one_that_was_lost_is_not(world: World) -> None:
    store = world.store
    await world.put(*(order(_speak(), lane=f"discord:{lane}") for lane in range(4)), order(_speak(), lane="discord:1"))
    leases = {lease.lane: lease for lease in await _claim(store, limit=10)}
    async with store.read() as tx:
        heads = await tx.outbox.heads(list(leases.values()))
    assert heads == {lane: await _head(store, lease) for lane, lease in leases.items()}
    lost = leases["discord:2"]
    await store.write(lambda tx: tx.outbox.release(lost))
    progress = [
        Progress(lease=leases["discord:0"], item_id=heads["discord:0"].id, steps=STEPS),
        Progress(
            lease=leases["discord:1"],
            item_id=heads["discord:1"].id,
            steps=STEPS,
            state=OutboxState.DONE,
            answer="fine",
        ),
        Progress(lease=lost, item_id=heads["discord:2"].id, steps=STEPS),
    ]

    held = await store.write(lambda tx: tx.outbox.record(progress, NOW))

    assert held == {heads["discord:0"].id, heads["discord:1"].id}
    async with store.read() as tx:
        now = await tx.outbox.heads(list(leases.values()))
    assert now["discord:0"].steps == STEPS
    assert now["discord:1"].id > heads["discord:1"].id
    assert "discord:2" not in now
    assert now["discord:3"] == heads["discord:3"]
    again = (await _claim(store, limit=10))[0]
    async with store.read() as tx:
        assert (await tx.outbox.heads([again]))[lost.lane].steps == ()


async def test_progress_is_stored_and_read_back(world: World) -> None:
    await world.put(order(_speak()))
    lease = await _lease(world.store)
    item = await _head(world.store, lease)
    assert await world.write(lambda tx: tx.outbox.save(lease, item.id, STEPS))
    assert (await _head(world.store, lease)).steps == STEPS


async def test_what_is_put_off_is_tried_again_in_time(world: World) -> None:
    await world.put(order(_speak()), order(_speak("web:second")))
    lease = await _lease(world.store)
    item = await _head(world.store, lease)
    assert await _put_off(world.store, lease, item, later(30))
    again = await _head(world.store, lease)
    assert (again.id, again.attempts, again.next_at, again.last_answer) == (item.id, 2, later(30), "busy")
    await world.write(lambda tx: tx.outbox.release(lease))
    assert await _claim(world.store, now=later(29)) == []
    assert len(await _claim(world.store, now=later(30))) == 1


async def test_a_lease_is_renewed_released_and_taken_over(world: World) -> None:
    store = world.store
    await world.put(order(_speak()))
    lease = await _lease(store)
    assert await store.write(lambda tx: tx.outbox.renew(lease, later(600)))
    assert await _claim(store, now=later(599)) == []
    await store.write(lambda tx: tx.outbox.release(lease))
    second = await _lease(store)
    assert second.epoch == lease.epoch + 1
    await store.write(lambda tx: tx.outbox.take_over(NOW))
    assert (await _lease(store)).epoch == second.epoch + 1
    item_of_old = await store.write(lambda tx: tx.outbox.head(second))
    assert item_of_old is None


async def test_a_row_is_ended_once(world: World) -> None:
    await world.put(order(_speak()))
    lease = await _lease(world.store)
    item = await _head(world.store, lease)
    assert await _finish(world.store, lease, item, OutboxState.EXPIRED)
    assert not await _finish(world.store, lease, item)
    async with world.store.read() as tx:
        assert await tx.outbox.counts() == {OutboxState.EXPIRED: 1}


async def test_a_finished_lane_wakes_up_again(world: World) -> None:
    await world.put(order(_speak()))
    lease = await _lease(world.store)
    await _finish(world.store, lease, await _head(world.store, lease))
    await world.write(lambda tx: tx.outbox.release(lease))
    async with world.store.read() as tx:
        assert await tx.outbox.next_due(["web"]) is None
    await world.put(order(_speak(), not_before=later(9)))
    async with world.store.read() as tx:
        assert await tx.outbox.next_due(["web"]) == later(9)
    assert (await _lease(world.store, now=later(9))).epoch == lease.epoch + 1


async def test_lanes_never_fall_asleep_while_work_is_put_and_finished(world: World) -> None:
    """Putting and finishing run at once; whatever their order, the lane's head is known at the end."""
    store = world.store
    await world.put(order(_speak()))
    lease = await _lease(store)

    async def finish_one() -> None:
        async with store.read() as tx:
            item = await tx.outbox.head(lease)
        if item is not None:
            await _finish(store, lease, item)

    for _ in range(10):
        await asyncio.gather(*(world.put(order(_speak())) for _ in range(3)), finish_one(), finish_one())
    await store.write(lambda tx: tx.outbox.release(lease))
    while claimed := await _claim(store):
        await _finish(store, claimed[0], await _head(store, claimed[0]))
        await store.write(lambda tx, lease=claimed[0]: tx.outbox.release(lease))  # type: ignore[misc]
    async with store.read() as tx:
        assert await tx.outbox.counts() == {OutboxState.DONE: 31}


async def test_the_backlog_is_the_posts_that_nobody_began(world: World) -> None:
    async with world.store.read() as tx:
        assert await tx.outbox.backlog("news", later(9)) == Backlog(waiting=0, oldest=None)
    for n in range(4):
        await world.publish("news", created_at=later(n))
    await world.publish("other")
    await world.put(order(_speak(), "news"))
    (lease,) = [each for each in await _claim(world.store) if each.lane == "news"]
    item = await _head(world.store, lease)
    await world.write(lambda tx: tx.outbox.save(lease, item.id, STEPS))
    async with world.store.read() as tx:
        assert await tx.outbox.backlog("news", later(9)) == Backlog(waiting=3, oldest=later(1))


async def test_the_oldest_beyond_a_limit_are_parked(world: World) -> None:
    posts = [await world.publish("news", created_at=later(n)) for n in range(5)]
    await world.put(order(_speak(), "news"))
    lease = await _lease(world.store)
    item = await _head(world.store, lease)
    await world.write(lambda tx: tx.outbox.save(lease, item.id, STEPS))
    parked = await world.write(lambda tx: tx.outbox.park_oldest(lease, 2, "left out", later(9)))
    assert parked == [posts[1], posts[2]]
    async with world.store.read() as tx:
        assert await tx.outbox.backlog("news", later(9)) == Backlog(waiting=2, oldest=later(3))
        assert await tx.outbox.counts() == {OutboxState.PENDING: 4, OutboxState.PARKED: 2}
        head = await tx.outbox.head(lease)
    assert head is not None
    assert head.order == Publish(post_id=posts[0]), "what was begun is finished"


async def test_a_lane_is_spread_in_its_order(world: World) -> None:
    for n in range(3):
        await world.publish("news", created_at=later(n))
    lease = await _lease(world.store)
    await world.write(lambda tx: tx.outbox.spread(lease, start=later(100), gap=timedelta(seconds=10)))
    for n in range(3):
        item = await _head(world.store, lease)
        assert (item.next_at, item.spread) == (later(100 + 10 * n), True)
        await _finish(world.store, lease, item)
    await world.write(lambda tx: tx.outbox.release(lease))


async def test_a_spread_lane_is_due_with_its_head(world: World) -> None:
    await world.publish("news")
    lease = await _lease(world.store)
    await world.write(lambda tx: tx.outbox.spread(lease, start=later(100), gap=timedelta(seconds=10)))
    await world.write(lambda tx: tx.outbox.release(lease))
    async with world.store.read() as tx:
        assert await tx.outbox.next_due(["web"]) == later(100)


async def test_an_order_for_a_post_goes_with_it(world: World) -> None:
    assert await world.publish("news") == PostId(1)
    await world.put()
    async with world.store.read() as tx:
        assert await tx.outbox.counts() == {OutboxState.PENDING: 1}


async def test_what_a_failure_put_off_is_hurried_and_what_was_put_off_for_its_time_is_not(store: SqlStore) -> None:
    failed, planned = (
        order(_speak("web:t1"), lane="web:t1"),
        order(_speak("web:t2"), lane="web:t2", not_before=later(500)),
    )
    await store.write(lambda tx: tx.outbox.put([failed, planned]))
    lease = await _lease(store)
    await _put_off(store, lease, await _head(store, lease), later(500))
    await store.write(lambda tx: tx.outbox.release(lease))
    assert not await store.write(lambda tx: tx.outbox.hurry("discord", later(10)))
    assert await _claim(store, now=later(10)) == []
    assert await store.write(lambda tx: tx.outbox.hurry("web", later(10)))
    assert [each.lane for each in await _claim(store, now=later(10))] == ["web:t1"]


async def test_a_lane_that_is_worked_on_is_not_hurried(store: SqlStore) -> None:
    await store.write(lambda tx: tx.outbox.put([order(_speak("web:t1"), lane="web:t1")]))
    lease = await _lease(store)
    await _put_off(store, lease, await _head(store, lease), later(500))
    assert not await store.write(lambda tx: tx.outbox.hurry("web", later(10)))
