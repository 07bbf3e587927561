"""What members do in rooms on a real homeserver, as events of the house."""

from __future__ import annotations

import pytest

from adapters.matrix import refs
from adapters.matrix.markers import MARKER
from bot.domain.events import Deleted, Echoed, Edited, Posted, Reacted, Unreacted, Who
from tests.contract.matrix.house import Scene, scene
from tests.servers.matrix.synapse import Synapse

VERSIONS = pytest.mark.parametrize("version", ["10", "11", "12"])


async def a_post(scene: Scene, room: str, marker: str = "marker") -> str:
    """A post of the bot's, heard; its event."""
    post = await scene.bot.send(room, "m.room.message", {"msgtype": "m.text", "body": "News", MARKER: marker})
    (echo,) = await scene.house.hears(Echoed)
    assert echo == Echoed(message=refs.message(room, post), place=refs.channel(room), marker=marker, at=echo.at)
    return post


@VERSIONS
async def test_a_discussion_is_heard(synapse: Synapse, version: str) -> None:
    async with scene(synapse) as town:
        anna, ben = await town.people.comes("Anna"), await town.people.comes("Ben")
        room = await town.room(anna, version=version, public=True)
        await ben.join(room)
        post, house = await a_post(town, room), town.house
        thread = refs.thread(room, post)
        first = await anna.write(room, "Hello", thread=post)
        second = await ben.write(room, "Hi *anna*", html="Hi <em>anna</em>", thread=post, reply_to=first)
        said = await house.hears(Posted, 2)
        assert [(each.message, each.thread, each.html, each.reply_to) for each in said] == [
            (refs.message(room, first), thread, "Hello", None),
            (refs.message(room, second), thread, "Hi <em>anna</em>", refs.message(room, first)),
        ]
        assert said[0].who == Who(ref=refs.account(anna.user), name="Anna")
        await anna.edit(room, first, "Hello!")
        await ben.edit(room, first, "I am anna")
        edits = await house.hears(Edited, 2)
        assert [(each.message, each.who.ref, each.html) for each in edits] == [
            (refs.message(room, first), refs.account(anna.user), "Hello!"),
            (refs.message(room, first), refs.account(ben.user), "I am anna"),
        ]
        up, flag = await ben.react(room, post, "👍\ufe0f"), await anna.react(room, second, "🚩")
        marks = await house.hears(Reacted, 2)
        assert [(each.reaction, each.message, each.emoji, each.who.ref) for each in marks] == [
            (refs.reaction(room, up), refs.message(room, post), "👍\ufe0f", refs.account(ben.user)),
            (refs.reaction(room, flag), refs.message(room, second), "🚩", refs.account(anna.user)),
        ]
        await ben.redact(room, up)
        await anna.redact(room, first)
        await ben.write(room, "The end", thread=post)
        await house.until("all is heard", lambda: any(isinstance(each, Posted) for each in house.told))
        gone = [each for each in house.told if isinstance(each, Deleted | Unreacted)]
        assert [each.reaction if isinstance(each, Unreacted) else each.message for each in gone] == [
            refs.reaction(room, up),
            refs.message(room, first),
        ]


@VERSIONS
async def test_what_was_not_heard_of_may_be_a_message_or_a_reaction(synapse: Synapse, version: str) -> None:
    async with scene(synapse) as town:
        anna = await town.people.comes("Anna")
        room = await anna.room("News", version=version)
        message = await anna.write(room, "Hello")
        await anna.invite(room, town.bot.user)
        await town.comes(room)
        await town.house.settles()
        await anna.redact(room, message)
        (deleted,) = await town.house.hears(Deleted)
        assert deleted.message == refs.message(room, message)


async def test_replies_outside_of_threads_find_the_post(synapse: Synapse) -> None:
    async with scene(synapse) as town:
        anna = await town.people.comes("Anna")
        room = await town.room(anna)
        post = await a_post(town, room)
        reply = await anna.write(room, "> <@tribune> News\n\nReally?", reply_to=post)
        again = await anna.write(room, "Really!", reply_to=reply)
        within = await anna.write(room, "In it", thread=post)
        across = await anna.write(room, "Across", reply_to=within)
        said = await town.house.hears(Posted, 4)
        assert {each.thread for each in said} == {refs.thread(room, post)}
        assert [each.reply_to for each in said] == [
            refs.message(room, post),
            refs.message(room, reply),
            None,
            refs.message(room, within),
        ]
        house = await town.restarted()  # which has seen none of these
        await house.hear()
        for answered in (again, across, post):
            await anna.write(room, "Late", reply_to=answered)
        late = await house.hears(Posted, 3)
        assert {each.thread for each in late} == {refs.thread(room, post)}


async def test_what_hangs_on_nothing_is_no_comment(synapse: Synapse) -> None:
    async with scene(synapse) as town:
        anna = await town.people.comes("Anna")
        room, elsewhere = await town.room(anna), await town.room(anna, "Other", known=False)
        post = await a_post(town, room)
        await anna.write(room, "Just talking")
        await anna.write(room, "beep", thread=post, kind="m.notice")
        await town.bot.write(room, "I, too", thread=post)
        await town.bot.react(room, post, "👍")
        old, *_ = [await anna.write(elsewhere, f"Old {number}") for number in range(25)]
        house = await town.restarted()
        await house.hear()
        await anna.write(elsewhere, "Nobody asks where this belongs", reply_to=old)
        await anna.write(room, "heard", thread=post)
        said = await house.hears(Posted)
        assert [each.html for each in said] == ["heard"]
        assert await house.settles() == []


async def test_what_is_asked_of_the_bot_is_no_comment(synapse: Synapse) -> None:
    async with scene(synapse) as town:
        anna = await town.people.comes("Anna")
        room = await town.room(anna)
        post = await a_post(town, room)
        await anna.write(room, "!help", thread=post)
        await anna.write(room, "!feeds")
        await anna.react(room, post, "✅")
        await anna.write(room, "heard", thread=post)
        assert [each.html for each in await town.house.hears(Posted)] == ["heard"]
        assert town.house.door.heard == ["!help", "!feeds", "✅"]
        house = await town.restarted()
        await house.hear()
        assert house.door.heard == [], "history asks nothing"


async def test_nobody_can_use_what_belongs_to_another_room(synapse: Synapse) -> None:
    """A reply names an event, and that is one of the room that it stands in."""
    async with scene(synapse) as town:
        anna = await town.people.comes("Anna")
        room, other = await town.room(anna), await town.room(anna, "Other")
        post = await a_post(town, room)
        await anna.write(other, "Sneaky", reply_to=post)
        (said,) = await town.house.hears(Posted)
        assert said.thread == refs.thread(other, post)
