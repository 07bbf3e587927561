"""What people do in a server, as the core hears of it."""

from __future__ import annotations

from dataclasses import replace

from adapters.discord import refs
from bot.domain.events import (
    Back,
    Deleted,
    Echoed,
    Edited,
    Joined,
    Left,
    Locked,
    Missed,
    Posted,
    Reacted,
    Unreacted,
    Who,
)
from bot.ports.network import Say
from tests.servers.listening_bot import NOW, SETTINGS
from tests.unit.discord.listening import Street, listening


def ann(street: Street) -> Who:
    return Who(ref=refs.account(street.ann.id), name="ann")


async def test_words_in_a_thread_are_posted_and_those_in_the_channel_are_not() -> None:
    async with listening() as street:
        await street.ann.send(street.news, "Off the topic")
        message = await street.ann.send(street.thread, "The bridge is *open*")
        (event,) = street.heard.since()
        assert event == Posted(
            message=refs.message(street.thread.id, message.id),
            thread=refs.thread(street.thread.id),
            who=ann(street),
            html="<p>The bridge is <em>open</em></p>",
            at=message.created_at,
        )


async def test_a_reply_names_what_it_answers() -> None:
    async with listening() as street:
        first = await street.ann.send(street.thread, "First")
        await street.ann.send(street.thread, "Second", reply_to=first)
        posted = [each for each in street.heard.since() if isinstance(each, Posted)]
        assert [each.reply_to for each in posted] == [None, refs.message(street.thread.id, first.id)]


async def test_files_are_named_and_spoilers_stand_behind_a_curtain() -> None:
    async with listening() as street:
        await street.ann.send(street.thread, "", attachments=[("SPOILER_map.png", b"1")])
        await street.ann.send(street.thread, "||He dies||")
        first, second = (each for each in street.heard.since() if isinstance(each, Posted))
        assert first.html == "<p>[SPOILER_map.png]</p>"
        assert (first.sensitive, second.sensitive) == ("Spoiler", "Spoiler")


async def test_only_what_somebody_changed_is_edited() -> None:
    async with listening() as street:
        message = await street.ann.send(street.thread, "Frist")
        street.heard.since()
        await street.ann.edit(message, "First")
        (event,) = street.heard.since()
        assert isinstance(event, Edited)
        assert (event.html, event.who) == ("<p>First</p>", ann(street))


async def test_deleted_messages_are_told() -> None:
    async with listening() as street:
        message = await street.ann.send(street.thread, "First")
        street.heard.since()
        await street.ann.delete(message)
        assert street.heard.since() == [Deleted(message=refs.message(street.thread.id, message.id), at=NOW)]


async def test_reactions_come_and_go_under_one_reference() -> None:
    async with listening() as street:
        message = await street.ann.send(street.thread, "First")
        street.heard.since()
        await street.ann.react(message, "▲")
        await street.ann.unreact(message, "▲")
        reaction = refs.reaction(street.thread.id, message.id, street.ann.id, "▲")
        assert street.heard.since() == [
            Reacted(
                reaction=reaction,
                message=refs.message(street.thread.id, message.id),
                who=ann(street),
                emoji="▲",
                at=NOW,
            ),
            Unreacted(reaction=reaction, at=NOW),
        ]


async def test_the_bots_own_reactions_are_none() -> None:
    async with listening() as street:
        await street.network.seed(refs.message(street.news.id, street.post), "▲")
        await street.env.settle()
        assert street.heard.since() == []


async def test_the_bots_own_words_are_echoed_with_their_marker() -> None:
    async with listening() as street:
        say = Say(html="<p>What do you think?</p>", marker="m:1", language="en")
        there = refs.thread(street.thread.id)
        message = await street.network.say(there, say, "k")
        await street.env.settle()
        (event,) = street.heard.since()
        assert isinstance(event, Echoed)
        assert (event.message, event.place, event.marker) == (message, there, "m:1")


async def test_a_lock_is_told_and_a_thread_that_is_archived_is_none() -> None:
    async with listening() as street:
        thread = refs.thread(street.thread.id)
        client = street.network.line.client
        await client.http.edit_channel(street.thread.id, archived=True)
        await street.env.settle()
        assert street.heard.since() == []
        await street.network.lock(thread, locked=True)
        await street.env.settle()
        assert street.heard.since() == [Locked(thread=thread, locked=True, at=NOW)]
        await street.network.lock(thread, locked=False)
        await street.env.settle()
        assert street.heard.since() == [Locked(thread=thread, locked=False, at=NOW)]


async def test_a_deleted_thread_is_told() -> None:
    async with listening() as street:
        await street.network.delete(refs.thread(street.thread.id))
        await street.env.settle()
        assert street.heard.since() == [Deleted(message=refs.thread(street.thread.id), at=NOW)]


async def test_a_deleted_channel_is_left() -> None:
    async with listening() as street:
        client = street.network.line.client
        await client.http.delete_channel(street.news.id)
        await street.env.settle()
        left = [each for each in street.heard.since() if isinstance(each, Left)]
        assert left == [Left(place=refs.channel(street.news.id), why="The channel was deleted.", at=NOW)]


async def test_after_the_start_servers_are_told_and_then_that_something_was_missed() -> None:
    async with listening() as street:
        await street.env.restart_bot(street.network.client(street.heard.take))
        server = refs.server(street.guild.id)
        assert street.heard.since() == [
            Joined(server=server, name="Readers of the Gazette", at=NOW),
            Back(network="discord", at=NOW),
            Missed(network="discord", at=NOW, servers=frozenset({server})),
        ]


async def test_messages_without_their_content_are_not_told() -> None:
    async with listening(replace(SETTINGS, message_content=False)) as street:
        message = await street.ann.send(street.thread, "Nobody reads this")
        await street.ann.edit(message, "Nor this")
        assert street.heard.since() == []


async def test_who_invited_the_bot_is_told_where_the_journal_says_so() -> None:
    async with listening() as street:
        guild = street.env.create_guild("Readers of the Herald")
        eve, bot = street.env.create_user("eve"), street.env.backend.bot_user.id
        street.env.backend.record_audit_log(guild.id, action_type=28, user_id=eve.id, target_id=bot)
        await street.env.settle()
        (joined,) = street.heard.since()
        assert joined == Joined(
            server=refs.server(guild.id),
            name="Readers of the Herald",
            at=NOW,
            by=Who(ref=refs.account(eve.id), name="eve"),
        )


async def test_two_kinds_of_a_reaction_count_as_one() -> None:
    async with listening() as street:
        message = await street.ann.send(street.thread, "First")
        street.heard.since()
        for event, burst in (("ADD", False), ("ADD", True), ("REMOVE", True), ("REMOVE", False)):
            tell(street, f"MESSAGE_REACTION_{event}", message.id, burst=burst)
            await street.env.settle()
        reaction = refs.reaction(street.thread.id, message.id, street.ann.id, "▲")
        heard = street.heard.since()
        assert {each.reaction for each in heard if isinstance(each, Reacted)} == {reaction}
        assert [each for each in heard if isinstance(each, Unreacted)] == heard[2:]
        assert heard[2:] == [Unreacted(reaction=reaction, at=NOW)]


def tell(street: Street, event: str, message: int, *, burst: bool) -> None:
    """Have Discord tell of a reaction of ann's."""
    about = {"guild_id": str(street.guild.id), "channel_id": str(street.thread.id), "message_id": str(message)}
    what = {"user_id": str(street.ann.id), "emoji": {"id": None, "name": "▲"}, "burst": burst, "type": int(burst)}
    street.env.backend.emit(event, about | what)
