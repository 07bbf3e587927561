"""Rooms and spaces that are replaced by others, on a real homeserver."""

from __future__ import annotations

import nio
import pytest

from adapters.matrix import refs
from adapters.matrix.news import News, RoomNews
from bot.domain.events import Event, Joined, Left, Moved
from bot.domain.model import Ref
from tests.contract.matrix.house import House, Scene, scene
from tests.servers.matrix.people import Person, Refused
from tests.servers.matrix.synapse import Synapse
from tests.unit.matrix.rooms import raw

UPGRADES = pytest.mark.parametrize(("before", "after"), [("10", "11"), ("11", "12"), ("12", "12")])


def moves(told: list[Event]) -> list[tuple[Ref, Ref]]:
    return [(each.place, each.to) for each in told if isinstance(each, Moved)]


def follows(old: str, new: str) -> list[tuple[Ref, Ref]]:
    """The room has moved, and so has what it is a server of."""
    return [(refs.server(old), refs.server(new)), (refs.channel(old), refs.channel(new))]


async def following(owner: Person, old: str) -> str:
    """A room that says of itself that it replaces another one."""
    made = {"preset": "private_chat", "creation_content": {"predecessor": {"room_id": old, "event_id": "$last"}}}
    return str((await owner.ask("POST", "createRoom", body=made))["room_id"])


async def comes_into(house: House, room: str) -> list[Event]:
    """What is told until the bot is told to be in a room."""

    def is_told() -> bool:
        return any(isinstance(each, Joined) and each.server == refs.server(room) for each in house.told)

    await house.until(f"the bot is in {room}", is_told)
    found, house.told = house.told, []
    return found


@UPGRADES
async def test_the_bot_follows_a_room_that_anybody_may_join(synapse: Synapse, before: str, after: str) -> None:
    async with scene(synapse) as town:
        anna = await town.people.comes("Anna")
        old = await town.room(anna, version=before, public=True)
        new = await anna.upgrade(old, after)
        told = await comes_into(town.house, new)
        assert moves(told) == follows(old, new)
        kinds = [type(each) for each in told]
        assert kinds.index(Moved) < kinds.index(Joined), "what has moved is not taken for something new"
        house = await town.restarted()
        await house.hear()
        assert {each.server for each in house.told if isinstance(each, Joined)} == {refs.server(new)}
        assert set(moves(house.told)) == set(follows(old, new)), "to be told again changes nothing"


async def test_the_bot_waits_for_an_invitation_into_a_room_that_wants_one(synapse: Synapse) -> None:
    async with scene(synapse, invited_by=()) as town:
        anna = await town.people.comes("Anna")
        old = await town.room(anna)
        new = await anna.upgrade(old, "12")
        assert moves(await town.house.settles()) == []
        await anna.invite(new, town.bot.user)
        assert moves(await comes_into(town.house, new)) == follows(old, new)


async def test_it_does_not_matter_what_the_bot_is_in_first(synapse: Synapse) -> None:
    async with scene(synapse) as town:
        anna = await town.people.comes("Anna")
        old = await town.room(anna)
        new = await following(anna, old)
        await anna.invite(new, town.bot.user)
        told = await comes_into(town.house, new)
        assert moves(told) == [], "the old room says nothing of it"
        await anna.set_state(old, "m.room.tombstone", {"body": "Gone", "replacement_room": new})
        moved = await town.house.hears(Moved, 2)
        assert [(each.place, each.to) for each in moved] == follows(old, new)


async def test_nobody_has_a_room_moved_who_may_not_end_it(synapse: Synapse) -> None:
    async with scene(synapse) as town:
        anna, eve = await town.people.comes("Anna"), await town.people.comes("Eve")
        old = await town.room(anna, public=True)
        await eve.join(old)
        new = await following(eve, old)
        await eve.invite(new, town.bot.user)
        told = await comes_into(town.house, new)
        with pytest.raises(Refused):
            await eve.set_state(old, "m.room.tombstone", {"body": "Gone", "replacement_room": new})
        for more in ({}, {"state_key": ""}, {"state_key": eve.user}):
            # Some homeserver may hand on what another one should not have taken.
            source = raw("m.room.tombstone", {"body": "Gone", "replacement_room": new}, eve.user, **more)
            end = nio.UnknownEvent(source, "m.room.tombstone")
            town.bot.client.rooms[old].replacement_room = new
            await town.house.listening.take(News(joined=[RoomNews(room_id=old, events=[end])], invited={}, left={}))
        assert moves([*told, *await town.house.settles()]) == []


async def test_a_room_that_does_not_point_back_is_left(synapse: Synapse) -> None:
    async with scene(synapse) as town:
        anna, ben = await town.people.comes("Anna"), await town.people.comes("Ben")
        old = await town.room(anna)
        other = await ben.room("Of others", public=True)
        await anna.set_state(old, "m.room.tombstone", {"body": "Gone", "replacement_room": other})
        await _was_in_and_out(town, other)
        assert moves(town.house.told) == []
        assert not [each for each in town.house.told if isinstance(each, Joined | Left)]


async def _was_in_and_out(town: Scene, room: str) -> None:
    """The bot came, and went."""
    await town.house.until("the bot was there", lambda: room in town.bot.client.rooms)
    await town.house.until("the bot has left", lambda: room not in town.bot.client.rooms)


async def test_a_space_takes_its_rooms_along(synapse: Synapse) -> None:
    async with scene(synapse) as town:
        anna = await town.people.comes("Anna")
        old = await town.room(anna, "Space", space=True, public=True)
        room = await town.room(anna)
        await anna.hold(old, room)
        (joined,) = await town.house.hears(Joined)
        assert (joined.server, joined.channel) == (refs.server(old), refs.channel(room))
        new = await anna.upgrade(old, "12")
        told = await comes_into(town.house, new)
        assert moves(told) == follows(old, new)
        house = await town.restarted()
        await house.hear()
        servers = {each.server for each in house.told if isinstance(each, Joined)}
        assert servers == {refs.server(new)}, "the old space is no server any more"
