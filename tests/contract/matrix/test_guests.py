"""Invitations, removals and restarts on a real homeserver."""

from __future__ import annotations

import pytest

from adapters.matrix import refs
from bot.domain.events import Joined, Left, Posted, Who
from tests.contract.matrix.house import scene
from tests.servers.matrix.people import Person, crowd
from tests.servers.matrix.synapse import Synapse

VERSIONS = pytest.mark.parametrize("version", ["11", "12"])
NOT_ALLOWED = "The operator of this Tribune has not allowed you to invite the bot."


async def membership(person: Person, room: str, user: str) -> tuple[str, str]:
    """What somebody is to a room, and why."""
    told = await person.state(room, "m.room.member", user)
    return told["membership"], told.get("reason", "")


@VERSIONS
async def test_who_may_invite_the_bot_has_it_come(synapse: Synapse, version: str) -> None:
    async with scene(synapse) as town:
        anna = await town.people.comes("Anna")
        room = await anna.room("News", version=version, invite=[town.bot.user])
        joined = await town.comes(room)
        assert (joined.server, joined.name, joined.channel) == (refs.server(room), "News", refs.channel(room))
        assert joined.by == Who(ref=refs.account(anna.user), name="Anna")
        assert await town.bot.members(room) == {anna.user, town.bot.user}


async def test_one_person_may_be_allowed_to_invite(synapse: Synapse) -> None:
    async with crowd(synapse) as people:
        anna, ben = await people.comes("Anna"), await people.comes("Ben")
    async with scene(synapse, invited_by=(anna.user,)) as town:
        anna, ben = [await town.people.logs_in(each.name, each.account) for each in (anna, ben)]
        room = await anna.room("News", invite=[town.bot.user])
        await town.comes(room)
        other = await ben.room("Other", invite=[town.bot.user])
        await town.house.settles()
        assert (await membership(ben, other, town.bot.user))[0] == "leave"


async def test_who_may_not_invite_the_bot_is_told_why(synapse: Synapse) -> None:
    async with scene(synapse, invited_by=("other.example",)) as town:
        eve = await town.people.comes("Eve")
        room = await eve.room("Trap", invite=[town.bot.user])
        assert await town.house.settles() == []
        left, why = await membership(eve, room, town.bot.user)
        assert (left, why.startswith(NOT_ALLOWED)) == ("leave", True)
        await town.house.settles()
        answers = [each for each in await eve.timeline(room) if each["sender"] == town.bot.user]
        assert [each["type"] for each in answers] == ["m.room.member"], "it is declined once, and nothing else said"


@pytest.mark.parametrize("known", ["channel", "server"])
async def test_a_room_that_the_operator_knows_may_be_joined_whoever_invites(synapse: Synapse, known: str) -> None:
    async with scene(synapse, invited_by=()) as town:
        anna = await town.people.comes("Anna")
        room = await anna.room("News")
        town.house.desk.known.add(refs.channel(room) if known == "channel" else refs.server(room))
        await anna.invite(room, town.bot.user)
        assert (await town.comes(room)).server == refs.server(room)


async def test_an_invitation_that_is_withdrawn_is_forgotten(synapse: Synapse) -> None:
    async with scene(synapse) as town:
        anna = await town.people.comes("Anna")
        room = await anna.room("News", invite=[town.bot.user])
        await anna.kick(room, town.bot.user)
        assert await town.house.settles() == []
        await anna.invite(room, town.bot.user)
        await town.comes(room)


async def test_where_the_bot_is_not_wanted_it_says_so_and_leaves(synapse: Synapse) -> None:
    async with scene(synapse) as town:
        anna = await town.people.comes("Anna")
        room = await anna.room("News", invite=[town.bot.user])
        with town.house.refusing(refs.server(room)):
            await town.comes(room)
            await town.house.settles()
        assert (await membership(anna, room, town.bot.user))[0] == "leave"
        (said,) = [each for each in await anna.read(room) if each.sender == town.bot.user]
        assert (said.body, said.kind) == ("This is for moderators.", "m.notice")
        await anna.invite(room, town.bot.user)
        await town.comes(room)


WAYS = {
    "kick": "The bot was removed from the room.",
    "ban": "The bot was banned from the room.",
    "leave": "The bot has left the room.",
}


@pytest.mark.parametrize("way", WAYS)
@VERSIONS
async def test_who_is_put_out_tells_of_it_and_comes_back(synapse: Synapse, version: str, way: str) -> None:
    async with scene(synapse) as town:
        anna = await town.people.comes("Anna")
        room = await town.room(anna, version=version)
        await _put_out(anna, town.bot, room, way)
        left = await town.house.hears(Left, 2)
        assert [(each.place, each.why) for each in left] == [
            (refs.server(room), WAYS[way]),
            (refs.channel(room), WAYS[way]),
        ]
        if way == "ban":
            await anna.unban(room, town.bot.user)
        await anna.invite(room, town.bot.user)
        joined = await town.comes(room)
        assert (joined.server, joined.channel) == (refs.server(room), refs.channel(room))


async def _put_out(owner: Person, bot: Person, room: str, way: str) -> None:
    if way == "leave":
        await bot.leave(room)
    else:
        await (owner.kick if way == "kick" else owner.ban)(room, bot.user)


async def test_after_a_restart_all_rooms_are_told_and_those_that_are_gone(synapse: Synapse) -> None:
    async with scene(synapse) as town:
        anna = await town.people.comes("Anna")
        stays, goes = await town.room(anna, "Stays"), await town.room(anna, "Goes")
        await anna.kick(goes, town.bot.user)
        house = await town.restarted()
        await house.hear()
        joined = [each for each in house.told if isinstance(each, Joined)]
        assert [(each.server, each.name, each.channel, each.by) for each in joined] == [
            (refs.server(stays), "Stays", None, None)
        ]
        left = [each for each in house.told if isinstance(each, Left)]
        assert [each.place for each in left] == [refs.server(goes), refs.channel(goes)]
        assert {each.why for each in left} == {"The bot is not in the room any more."}
        house = await town.restarted()
        await house.hear()
        assert [type(each) for each in house.told] == [Joined]


async def test_an_invitation_outlives_a_restart(synapse: Synapse) -> None:
    async with scene(synapse) as town:
        anna = await town.people.comes("Anna")
        room = await anna.room("News", invite=[town.bot.user])
        await town.house.guests._joins.want(room, synapse.name, by=anna.user)
        house = await town.restarted()
        await house.until("the bot is there", lambda: any(isinstance(each, Joined) for each in house.told))
        assert town.bot.user in await anna.members(room)


async def test_what_was_said_before_the_bot_came_is_no_news(synapse: Synapse) -> None:
    async with scene(synapse) as town:
        anna = await town.people.comes("Anna")
        room = await anna.room("News")
        root = await anna.write(room, "Root")
        await anna.write(room, "Before", thread=root)
        await anna.write(room, "!help")
        await anna.invite(room, town.bot.user)
        await town.comes(room)
        await anna.write(room, "After", thread=root)
        assert [each.html for each in await town.house.hears(Posted)] == ["After"]
        assert town.house.door.heard == []


async def test_a_room_that_is_called_otherwise_is_told_again(synapse: Synapse) -> None:
    async with scene(synapse) as town:
        anna = await town.people.comes("Anna")
        room = await town.room(anna, "Old")
        await anna.set_state(room, "m.room.name", {"name": "New"})
        (joined,) = await town.house.hears(Joined)
        assert (joined.server, joined.name, joined.channel) == (refs.server(room), "New", None)


async def test_a_room_that_the_bot_made_is_no_server(synapse: Synapse) -> None:
    async with scene(synapse) as town:
        anna = await town.people.comes("Anna")
        await town.bot.room("Between us", invite=[anna.user])
        assert await town.house.settles() == []
        house = await town.restarted()
        await house.hear()
        assert house.told == []
