"""Spaces, power levels, and what is known of rooms before anything is posted there, on a real homeserver."""

from __future__ import annotations

import pytest

from adapters.matrix import refs
from bot.domain.events import Joined, Left
from bot.domain.model import Role
from bot.errors import NetworkRefused
from tests.contract.matrix.house import scene
from tests.servers.matrix.synapse import Synapse

VERSIONS = pytest.mark.parametrize("version", ["11", "12"])


async def test_a_space_is_the_server_of_its_rooms(synapse: Synapse) -> None:
    async with scene(synapse) as town:
        anna = await town.people.comes("Anna")
        room = await town.room(anna)
        space = await town.room(anna, "Town", space=True)
        assert await town.house.spaces.server_of(room) == refs.server(room)
        await anna.hold(space, room)
        (joined,) = await town.house.hears(Joined)
        assert (joined.server, joined.name, joined.channel) == (refs.server(space), "Town", refs.channel(room))
        await anna.set_state(space, "m.space.child", {}, room)
        (joined,) = await town.house.hears(Joined)
        assert (joined.server, joined.channel) == (refs.server(room), refs.channel(room))


async def test_a_space_that_the_bot_comes_into_later_has_its_rooms_told_again(synapse: Synapse) -> None:
    async with scene(synapse) as town:
        anna = await town.people.comes("Anna")
        room = await town.room(anna)
        space = await anna.room("Town", space=True)
        await anna.hold(space, room)
        await town.house.settles()
        await anna.invite(space, town.bot.user)
        joined = await town.house.hears(Joined, 2)
        assert [(each.server, each.channel) for each in joined] == [
            (refs.server(space), refs.channel(space)),
            (refs.server(space), refs.channel(room)),
        ]


async def test_rooms_without_their_space_are_servers_of_their_own(synapse: Synapse) -> None:
    async with scene(synapse) as town:
        anna = await town.people.comes("Anna")
        room, space = await town.room(anna), await town.room(anna, "Town", space=True)
        await anna.hold(space, room)
        await town.house.hears(Joined)
        await anna.kick(space, town.bot.user)
        await town.house.until("it was told", lambda: len(town.house.told) >= 3)
        joined, *left = town.house.told
        assert isinstance(joined, Joined)
        assert (joined.server, joined.channel) == (refs.server(room), refs.channel(room))
        assert [each.place for each in left if isinstance(each, Left)] == [refs.server(space), refs.channel(space)]


@VERSIONS
async def test_nobody_puts_a_room_of_others_into_a_space(synapse: Synapse, version: str) -> None:
    async with scene(synapse) as town:
        anna, eve = await town.people.comes("Anna"), await town.people.comes("Eve")
        room = await town.room(anna, public=True, version=version)
        await eve.join(room)
        trap = await town.room(eve, "Trap", space=True, version=version)
        await eve.hold(trap, room)
        assert [each for each in await town.house.settles() if isinstance(each, Joined)] == []
        assert await town.house.spaces.server_of(room) == refs.server(room)
        await anna.set_state(room, "m.space.parent", {"via": [synapse.name]}, trap)
        (joined,) = await town.house.hears(Joined)
        assert joined.server == refs.server(trap), "who may say it of the room has said so"


async def test_the_bot_leaves_a_space_with_all_that_is_in_it(synapse: Synapse) -> None:
    async with scene(synapse) as town:
        anna = await town.people.comes("Anna")
        room, other = await town.room(anna), await town.room(anna, "Other")
        space = await town.room(anna, "Town", space=True)
        await anna.hold(space, room)
        await town.house.hears(Joined)
        for _ in range(2):
            await town.house.leaving.leave(refs.server(space))
        there = [town.bot.user in await anna.members(each) for each in (space, room, other)]
        assert there == [False, False, True]
        await town.house.leaving.leave(refs.server("!nowhere:tribune.test"))


@VERSIONS
async def test_roles_come_from_the_rooms_power_levels(synapse: Synapse, version: str) -> None:
    async with scene(synapse) as town:
        anna, ben = await town.people.comes("Anna"), await town.people.comes("Ben")
        room = await town.room(anna, version=version, public=True)
        await ben.join(room)
        powers = town.house.powers
        assert await powers.role(room, anna.user) is Role.ADMIN, "by creation or by level"
        for level, role in ((50, Role.MODERATOR), (0, Role.MEMBER), (100, Role.ADMIN)):
            await anna.grant(room, ben.user, level)
            await town.house.settles()
            assert await powers.role(room, ben.user) is role


async def test_creators_beside_the_first_one_are_admins(synapse: Synapse) -> None:
    async with scene(synapse) as town:
        anna, ben = await town.people.comes("Anna"), await town.people.comes("Ben")
        made = {"room_version": "12", "creation_content": {"additional_creators": [ben.user]}}
        room = str((await anna.ask("POST", "createRoom", body={**made, "invite": [town.bot.user]}))["room_id"])
        await town.comes(room)
        assert [await town.house.powers.role(room, each) for each in (anna.user, ben.user, town.bot.user)] == [
            Role.ADMIN,
            Role.ADMIN,
            Role.MEMBER,
        ]


async def test_what_the_bot_lacks_in_a_room_is_said(synapse: Synapse) -> None:
    async with scene(synapse) as town:
        anna = await town.people.comes("Anna")
        room = await town.room(anna, "News")
        inspect = town.house.inspecting.inspect
        found = await inspect(refs.channel(room))
        assert (found.server, found.name, found.lacks) == (
            refs.server(room),
            "News",
            ("Remove messages sent by others",),
        )
        await anna.grant(room, town.bot.user, 50)
        await town.house.settles()
        assert (await inspect(refs.channel(room))).lacks == ()


async def test_rooms_without_a_name_are_called_by_their_address_or_their_people(synapse: Synapse) -> None:
    async with scene(synapse) as town:
        anna = await town.people.comes("Anna")
        made = {"invite": [town.bot.user], "room_version": "11"}
        room = str((await anna.ask("POST", "createRoom", body=made))["room_id"])
        await town.comes(room)
        assert (await town.house.inspecting.inspect(refs.channel(room))).name == "Anna"
        alias = f"#{anna.user[1:].partition(':')[0]}:{synapse.name}"
        await anna.ask("PUT", "directory", "room", alias, body={"room_id": room})
        await anna.set_state(room, "m.room.canonical_alias", {"alias": alias})
        assert (await town.house.inspecting.inspect(refs.channel(room))).name == alias


async def test_only_rooms_that_the_bot_is_in_can_be_looked_at(synapse: Synapse) -> None:
    async with scene(synapse) as town:
        anna = await town.people.comes("Anna")
        left, space = await town.room(anna, "Left"), await town.room(anna, "Space", space=True)
        await town.bot.leave(left)
        never = await anna.room("Never")
        for room in (left, never, space, "!nowhere:tribune.test"):
            with pytest.raises(NetworkRefused):
                await town.house.inspecting.inspect(refs.channel(room))
