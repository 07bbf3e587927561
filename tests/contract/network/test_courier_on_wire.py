"""The courier with a real network that loses answers: what only some networks can do happens, and happens once."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.domain.model import Ref
from bot.domain.orders import OutboxState, TakeOff, Tell
from tests.servers.wire.process import Wire, running_wire
from tests.servers.wire_forum import WireForum
from tests.unit.courier.conftest import SECOND, Town, town_at
from tests.unit.courier.test_abilities import court_of

ONE, MODERATORS = Ref("wire:channel/one"), Ref("wire:channel/moderators")
FOLKS = ("ann", "bob", "cid", "dot", "hermit")


@pytest.fixture
async def wire() -> AsyncIterator[Wire]:
    async with running_wire(["one", "moderators"], seed=5) as running:
        yield running


@pytest.fixture
async def town(wire: Wire, tmp_path: Path) -> AsyncIterator[Town]:
    network = WireForum(wire.address, settles_after=timedelta(seconds=0.1))
    async with town_at(tmp_path, ONE, datetime.now(UTC)) as made:
        made.elsewhere = network
        yield made
    await network.close()


async def _deliver_all(town: Town) -> None:
    for _ in range(60):
        await town.deliver()
        if OutboxState.PENDING not in await town.counts():
            return
        town.clock.time += 30 * SECOND
    pytest.fail("something is never done")


async def test_all_of_it_happens_once_however_often_answers_are_lost(wire: Wire, town: Town) -> None:
    court = await court_of(town, MODERATORS)
    await wire.weather(lose=0.4)
    await court.publish()
    await _deliver_all(town)
    court.cards.text = "Never mind"
    await court.refresh()
    await town.revise("Another story")
    for name in FOLKS:
        tell = Tell(account=Ref(f"wire:account/@{name}"), html=f"<p>{name}</p>", language="en", marker=name)
        await town.put(tell, tell.account)
    await _deliver_all(town)

    there = await wire.dump()
    assert there["lost"] > 0
    assert [each["text"] for each in there["messages"] if each["place"] == "moderators"] == ["Never mind (open)"]
    assert sorted(each["text"] for each in there["messages"] if each["place"].startswith("@")) == [
        f"<p>{name}</p>" for name in FOLKS if name != "hermit"
    ]
    (thread,) = there["threads"]
    assert thread["name"] == (await town.post()).thread_name == "Another story"
    assert (await town.counts())[OutboxState.EXPIRED] == 1, "the hermit's"
    assert OutboxState.PARKED not in await town.counts()


async def test_a_reaction_is_taken_off_and_no_other(wire: Wire, town: Town) -> None:
    message = (await wire.call("POST", "/channels/one/messages", by="ann", text="Hello"))["id"]
    for name in ("bob", "cid"):
        await wire.call("PUT", f"/messages/{message}/reactions/🚩", by=name)
    await wire.weather(lose=0.5)
    for whose, emoji in (("bob", "🚩"), ("bob", "👍"), ("nobody", "🚩")):
        reaction = Ref(f"wire:reaction/{message}/{whose}/{emoji}")
        await town.put(TakeOff(reaction=reaction), reaction)
    gone = Ref("wire:reaction/m999/bob/🚩")
    await town.put(TakeOff(reaction=gone), gone)
    await _deliver_all(town)
    (left,) = (await wire.dump())["messages"]
    assert left["reactions"] == {"🚩": ["cid"]}
    assert await town.counts() == {OutboxState.DONE: 4}


async def test_a_channel_that_is_not_there_is_suspended(wire: Wire, tmp_path: Path) -> None:
    network = WireForum(wire.address, settles_after=timedelta(seconds=0.1))
    async with town_at(tmp_path, Ref("wire:channel/nowhere"), datetime.now(UTC)) as town:
        town.elsewhere = network
        await town.order(1)
        await town.deliver()
        async with town.store.read() as tx:
            (subscription,) = await tx.places.subscriptions()
        assert subscription.suspended is not None
        assert await town.counts() == {OutboxState.PARKED: 1}
    await network.close()
