"""What is told to one person, on a real homeserver."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from adapters.matrix import refs
from bot.domain.model import Ref
from bot.errors import AnswerLost, NetworkRefused
from bot.ports.network import Say
from tests.contract.matrix.test_posting import in_weather
from tests.contract.network.on_matrix import MatrixPeople, Town, a_town
from tests.servers.matrix.synapse import Synapse
from tests.servers.matrix.weather import Fault

SAY = Say(html="<p>Your report was right.</p>", marker="d1", language="en")


@pytest.fixture
async def town(synapse: Synapse) -> AsyncIterator[Town]:
    async with a_town(synapse) as made:
        yield made


async def tell(town: Town, key: str) -> Ref:
    return await town.network.tell(refs.account(town.ann.user), SAY, key)


def room_of(message: Ref) -> str:
    return refs.message_id(message).room


async def test_somebody_is_told_in_an_encrypted_room_of_the_two(town: Town) -> None:
    told = [await tell(town, "k1"), await tell(town, "k2")]
    assert await MatrixPeople(town.ann, town.bot.user).told() == [SAY.html] * 2
    assert len({room_of(each) for each in told}) == 1
    assert await town.ann.state(room_of(told[0]), "m.room.encryption")
    direct = await town.bot.ask("GET", "user", town.bot.user, "account_data", "m.direct")
    assert direct == {town.ann.user: [room_of(told[0])]}
    assert await town.network.find(refs.account(town.ann.user), SAY.marker, None) == told


async def test_nobody_was_told_anything_where_there_is_no_room(town: Town) -> None:
    assert await town.network.find(refs.account(town.ann.user), SAY.marker, None) == []


async def test_two_things_told_at_once_make_one_room(town: Town) -> None:
    told = await asyncio.gather(tell(town, "k1"), tell(town, "k2"))
    assert len({room_of(each) for each in told}) == 1


async def test_who_left_is_asked_in_again(town: Town) -> None:
    room = room_of(await tell(town, "k1"))
    await town.ann.join(room)
    await town.ann.leave(room)
    assert room_of(await tell(town, "k2")) == room
    assert await town.ann.invitations() == [room]


async def test_who_is_asked_in_again_can_read_what_they_are_told(town: Town) -> None:
    room = room_of(await tell(town, "k1"))
    await town.ann.join(room)
    await town.ann.leave(room)
    async with town.turns:
        await town.turns.wait_for(lambda: town.ann.user not in town.bot.client.rooms[room].users)
    told = await tell(town, "k2")
    await town.ann.join(room)
    assert (await town.ann.message(room, refs.message_id(told).event)).html == SAY.html


async def test_who_declined_is_left_alone(town: Town) -> None:
    room = room_of(await tell(town, "k1"))
    await town.ann.leave(room)
    with pytest.raises(NetworkRefused, match="does not want direct messages"):
        await tell(town, "k2")


async def test_a_room_that_the_bot_was_put_out_of_is_replaced(town: Town) -> None:
    room = room_of(await tell(town, "k1"))
    await town.bot.leave(room)
    assert room_of(await tell(town, "k2")) != room


async def test_a_room_whose_answer_was_lost_is_the_one(town: Town) -> None:
    async with in_weather(town) as weather:
        weather.faults[:] = [Fault(kind="cut", method="POST", path="*/createRoom", times=1)]
        with pytest.raises(AnswerLost):
            await tell(town, "k1")
        told = await tell(town, "k1")
    assert await MatrixPeople(town.ann, town.bot.user).told() == [SAY.html]
    assert room_of(told) in await town.ann.rooms_with(town.bot.user)
    assert sum(each != town.room for each in await town.ann.rooms_with(town.bot.user)) == 1


async def test_a_room_that_somebody_else_made_is_none_of_the_bots_for_letters(town: Town) -> None:
    """Whoever made it reads what is said in it."""
    content = {"creation_content": {"tribune.direct": town.ann.user}, "invite": [town.bot.user]}
    trap = str((await town.ann.ask("POST", "createRoom", body=content))["room_id"])
    await town.bot.join(trap)
    async with in_weather(town) as weather:
        weather.faults[:] = [Fault(kind="fail", status=500, method="POST", path="*/createRoom", times=1)]
        with pytest.raises(AnswerLost):
            await tell(town, "k1")
        assert room_of(await tell(town, "k1")) != trap


async def test_who_cannot_be_invited_is_not_told(town: Town) -> None:
    for _ in range(2):
        with pytest.raises(NetworkRefused, match="cannot be invited"):
            await town.network.tell(refs.account("@ann:elsewhere.test"), SAY, "k1")


async def test_nothing_is_sent_in_clear_where_sync_has_told_of_a_room_by_halves(synapse: Synapse) -> None:
    async with a_town(synapse, encrypted=True) as town:
        town.bot.client.rooms[town.room].encrypted = False
        saying = asyncio.create_task(town.network.say(town.channel, SAY, "k1"))
        async with town.turns:
            await town.turns.wait()
        town.bot.client.rooms[town.room].encrypted = True
        said = refs.message_id(await saying)
        found = await town.ann.ask("GET", "rooms", town.room, "event", said.event)
        assert found["type"] == "m.room.encrypted"
