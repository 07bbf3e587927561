"""The network of the tests does what it is for: it loses answers, and says so; and what people do there comes out."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest

from bot.domain.events import Deleted, Echoed, Edited, Event, Outcome, Posted, Reacted, Unreacted
from bot.domain.model import Ref
from bot.errors import AnswerLost, NetworkRefused, NetworkUnavailable
from tests.contract.network.test_network import CARD, SAY
from tests.servers.wire.process import Wire, running_wire
from tests.servers.wire_network import WireNetwork

ONE = Ref("wire:channel/one")


@pytest.fixture
async def wire() -> AsyncIterator[Wire]:
    async with running_wire(["one"], seed=7) as running:
        yield running


@pytest.fixture
async def network(wire: Wire) -> AsyncIterator[WireNetwork]:
    made = WireNetwork(wire.address, settles_after=timedelta(seconds=0.1))
    yield made
    await made.close()


async def test_a_lost_answer_is_said_to_be_lost_and_the_deed_is_done(wire: Wire, network: WireNetwork) -> None:
    await wire.weather(lose=1.0, late=0.05)
    for _ in range(20):
        with pytest.raises(AnswerLost):
            await network.post(ONE, CARD, "k")
    await asyncio.sleep(0.1)
    assert len(await network.find(ONE, CARD.marker, None)) == 20


async def test_about_a_tenth_is_lost_where_that_is_asked_for(wire: Wire, network: WireNetwork) -> None:
    await wire.weather(lose=0.1)
    for _ in range(200):
        try:
            await network.post(ONE, CARD, "k")
        except AnswerLost:
            continue
    assert 8 <= (await wire.dump())["lost"] <= 40


async def test_an_outage_is_one_to_wait_for(wire: Wire, network: WireNetwork) -> None:
    await wire.weather(away=True)
    with pytest.raises(NetworkUnavailable) as caught:
        await network.post(ONE, CARD, "k")
    assert caught.value.retry_after == timedelta(seconds=1)
    with pytest.raises(NetworkUnavailable):
        await network.find(ONE, CARD.marker, None)


async def test_nobody_there_is_unavailable() -> None:
    network = WireNetwork("http://127.0.0.1:1")
    with pytest.raises(NetworkUnavailable):
        await network.post(ONE, CARD, "k")
    await network.close()


async def test_an_unknown_channel_is_gone(network: WireNetwork) -> None:
    with pytest.raises(NetworkRefused) as caught:
        await network.post(Ref("wire:channel/none"), CARD, "k")
    assert caught.value.gone


async def test_nothing_keeps_a_message_from_having_two_threads(wire: Wire) -> None:
    message = (await wire.call("POST", "/channels/one/messages", text="hello"))["id"]
    opened = [await wire.call("POST", f"/messages/{message}/threads", name="talk") for _ in range(2)]
    assert opened[0] != opened[1]


async def test_what_people_do_comes_out_as_events(wire: Wire, network: WireNetwork) -> None:
    post = await network.post(ONE, CARD, "k")
    thread = await network.open_thread(post, CARD.title, "k")
    await network.say(thread, SAY, "k")
    place, message = f"/threads/{thread.rpartition('/')[2]}", f"/messages/{post.rpartition('/')[2]}"
    said = (await wire.call("POST", f"{place}/messages", by="ann", text="Good."))["id"]
    await wire.call("PATCH", f"/messages/{said}", by="ann", text="Very good.")
    await wire.call("PUT", f"{message}/reactions/👍", by="ben")
    await wire.call("DELETE", f"{message}/reactions/👍", by="ben")
    await wire.call("DELETE", f"/messages/{said}", by="ann")
    seen = await heard(network, 7)
    assert Counter(type(each) for each in seen) == {
        Echoed: 2, Posted: 1, Edited: 1, Reacted: 1, Unreacted: 1, Deleted: 1,
    }  # fmt: skip
    posted = next(each for each in seen if isinstance(each, Posted))
    assert (posted.who.name, posted.html, posted.thread) == ("ann", "Good.", thread)
    echoed = next(each for each in seen if isinstance(each, Echoed))
    assert (echoed.message, echoed.place, echoed.marker) == (post, ONE, CARD.marker)
    reacted, unreacted = (next(each for each in seen if isinstance(each, kind)) for kind in (Reacted, Unreacted))
    assert reacted.reaction == unreacted.reaction


async def heard(network: WireNetwork, number: int) -> list[Event]:
    seen: list[Event] = []
    enough = asyncio.Event()

    async def emit(event: Event) -> Outcome:
        seen.append(event)
        if len(seen) == number:
            enough.set()
        return Outcome()

    listening: asyncio.Task[Any] = asyncio.create_task(network.run(emit))
    await asyncio.wait_for(enough.wait(), 5)
    listening.cancel()
    await asyncio.gather(listening, return_exceptions=True)
    return seen
