"""After a gap the bot lists what stands: exactly what the server has, whatever happened meanwhile."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from random import Random
from typing import Any

import discord
import pytest

from adapters.discord import refs
from bot.domain.events import Missed, Posted
from bot.domain.model import Ref
from bot.errors import NetworkRefused
from bot.ports.network import Card, Recount, Say
from tests.contract.discord.bot import Bot, running_bot
from tests.servers.discord.client import Discord

MILLISECOND = 22  # bits of an ID below its millisecond
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
CARD = Card(
    title="The bridge is open",
    link="https://gazette.example/bridge",
    source="The Gazette",
    author=None,
    lead="At last.",
    image=None,
    dated=LONG_AGO,
    up=0,
    down=0,
    comments=0,
    marker="m1",
    language="en",
)


@dataclass(frozen=True, kw_only=True)
class Talk:
    """A discussion of the bot's."""

    server: Discord
    bot: Bot
    guild: int
    channel: int
    post: Ref
    thread: Ref

    @property
    def number(self) -> int:
        """The thread's ID."""
        return refs.thread_id(self.thread)

    async def recount(self, since: datetime = LONG_AGO, known: Sequence[int] = ()) -> Recount:
        """What the bot lists; `known` are messages in the thread."""
        named = [refs.message(self.number, each) for each in known]
        return await self.bot.network.recount(self.post, self.thread, since, named)

    async def calls(self) -> list[tuple[str, str]]:
        """The calls since they were forgotten."""
        return [(each["method"], each["path"]) for each in (await self.server.dump())["requests"]]


async def begin(server: Discord, bot: Bot, guild: int, channel: int) -> Talk:
    """Post an article, and open its thread with a first message."""
    post = await bot.network.post(refs.channel(channel), CARD, "k1")
    thread = await bot.network.open_thread(post, CARD.title, "k2")
    await bot.network.say(thread, Say(html="<p>What do you think?</p>", marker="m2", language="en"), "k3")
    await bot.network.seed(post, "▲")
    return Talk(server=server, bot=bot, guild=guild, channel=channel, post=post, thread=thread)


async def stands(talk: Talk) -> dict[int, dict[str, Any]]:
    """The messages in the thread that are not the bot's, as the server has them."""
    bot = (await talk.server.dump())["bot"]
    return {each["id"]: each for each in await talk.server.messages(talk.number) if each["author"] != bot}


def reactions_on(talk: Talk, message: dict[str, Any], bot: int) -> set[Ref]:
    """References of all reactions on a message but the bot's."""
    return {
        refs.reaction(message["channel"], message["id"], who, emoji)
        for emoji, people in message["reactions"].items()
        for who in people
        if who != bot
    }


async def disturb(talk: Talk, people: Sequence[int], random: Random) -> None:
    """Twenty messages, edits, deletions, and reactions given and taken back, usual ones and bursts."""
    server, thread, post = talk.server, talk.number, refs.message_id(talk.post)
    for number in range(20):
        await server.post(random.choice(people), thread, f"Thought {number}")
    there = list(await stands(talk))
    for message in random.sample(there, 5):
        await server.edit(thread, message, "On second thoughts")
    for message in random.sample(there, 5):
        await server.delete(thread, message)
    targets = [(post.channel, post.message), *((thread, each) for each in await stands(talk))]
    for channel, message in random.sample(targets, 12):
        for who in random.sample(people, 2):
            await server.react(who, channel, message, random.choice("▲▼🚩"), burst=random.random() < 0.3)
    dump = await server.dump()
    for channel in dump["channels"]:
        for message in channel["messages"]:
            for emoji, reacting in message["reactions"].items():
                for who in reacting:
                    if who != dump["bot"] and random.random() < 0.3:
                        await server.unreact(who, channel["id"], message["id"], emoji)


@pytest.mark.parametrize("seed", range(4))
async def test_after_a_gap_exactly_what_stands_is_listed(server: Discord, guild: int, seed: int) -> None:
    random = Random(seed)
    people = [await server.user(name, guild) for name in ("ann", "bob", "eve", "joe")]
    async with running_bot() as bot:
        talk = await begin(server, bot, guild, await server.channel(guild))
        await disturb(talk, people, random)
        old = list(await stands(talk))
        middle = old[len(old) // 2]
        await server.end_session(tell=False)
        await disturb(talk, people, random)
        await server.drop()
        await bot.heard.times(Missed, 2)

        known = [each for each in old if each >> MILLISECOND < middle >> MILLISECOND]
        recount = await talk.recount(discord.utils.snowflake_time(middle), known)

        now, dump = await stands(talk), await server.dump()
        listed = {each for each in now if each >> MILLISECOND >= middle >> MILLISECOND}
        kept = {each for each in known if each in now}
        (post,) = (each for each in await server.messages(talk.channel) if each["content"] == "" and each["embeds"])
        assert {refs.message_id(each.message).message for each in recount.messages} == listed
        assert {each.html for each in recount.messages} == {f"<p>{now[each]['content']}</p>" for each in listed}
        assert all((each.edited_at is not None) == now[_id(each.message)]["edited"] for each in recount.messages)
        assert {_id(each) for each in recount.missing} == set(known) - kept
        assert recount.counted == {talk.post, *(refs.message(talk.number, each) for each in listed | kept)}
        counted = [post, *(now[each] for each in listed | kept)]
        expected = set().union(*(reactions_on(talk, each, dump["bot"]) for each in counted))
        assert {each.reaction for each in recount.reactions} == expected
        assert len(recount.reactions) == len(expected)
        assert (recount.gone, recount.locked) == (False, False)


def _id(message: Ref) -> int:
    return refs.message_id(message).message


async def test_many_known_messages_are_looked_for_in_pages(server: Discord, guild: int) -> None:
    ann = await server.user("ann", guild)
    async with running_bot() as bot:
        talk = await begin(server, bot, guild, await server.channel(guild))
        messages = [await server.post(ann, talk.number, f"{number}") for number in range(120)]
        await server.delete(talk.number, messages[3])
        await server.forget_requests()
        recount = await talk.recount(datetime.now(UTC), messages)
        listings = [path for method, path in await talk.calls() if path.endswith("/messages")]
        assert {_id(each) for each in recount.missing} == {messages[3]}
        assert len(recount.counted) == 120
        assert len(listings) <= 4


async def test_a_crowd_is_listed_page_by_page(server: Discord, guild: int) -> None:
    crowd = [await server.user(f"p{number}", guild) for number in range(103)]
    async with running_bot() as bot:
        talk = await begin(server, bot, guild, await server.channel(guild))
        for who in crowd:
            await server.react(who, talk.channel, _id(talk.post), "▲")
        recount = await talk.recount()
        assert {each.who.ref for each in recount.reactions} == {refs.account(each) for each in crowd}


async def test_two_kinds_of_a_reaction_are_one(server: Discord, guild: int) -> None:
    ann = await server.user("ann", guild)
    async with running_bot() as bot:
        talk = await begin(server, bot, guild, await server.channel(guild))
        await server.react(ann, talk.channel, _id(talk.post), "▲")
        await server.react(ann, talk.channel, _id(talk.post), "▲", burst=True)
        assert len((await talk.recount()).reactions) == 1


async def test_what_only_the_bot_has_put_there_is_not_asked_for(server: Discord, guild: int) -> None:
    async with running_bot() as bot:
        talk = await begin(server, bot, guild, await server.channel(guild))
        await server.forget_requests()
        assert (await talk.recount()).reactions == ()
        assert [path for _, path in await talk.calls() if "reactions" in path] == []


async def test_locked_and_archived_threads_are_listed_too(server: Discord, guild: int) -> None:
    ann = await server.user("ann", guild)
    async with running_bot() as bot:
        talk = await begin(server, bot, guild, await server.channel(guild))
        await server.post(ann, talk.number, "Hello")
        await server.close_thread(talk.number)
        recount = await talk.recount()
        assert (recount.locked, len(recount.messages)) == (True, 1)


async def test_a_thread_that_is_gone_is_gone(server: Discord, guild: int) -> None:
    async with running_bot() as bot:
        talk = await begin(server, bot, guild, await server.channel(guild))
        await server.delete_thread(talk.number)
        assert await talk.recount() == Recount(since=LONG_AGO, gone=True)


async def test_a_post_that_is_gone_is_missing_and_its_thread_is_listed(server: Discord, guild: int) -> None:
    ann = await server.user("ann", guild)
    async with running_bot() as bot:
        talk = await begin(server, bot, guild, await server.channel(guild))
        await server.post(ann, talk.number, "Hello")
        await server.delete(talk.channel, _id(talk.post))
        recount = await talk.recount()
        assert recount.missing == {talk.post}
        assert len(recount.messages) == 1


async def test_a_forums_post_is_listed(server: Discord, guild: int) -> None:
    ann = await server.user("ann", guild)
    async with running_bot() as bot:
        talk = await begin(server, bot, guild, await server.forum(guild))
        await server.post(ann, talk.number, "Hello")
        await server.react(ann, talk.number, talk.number, "▲")
        recount = await talk.recount()
        assert [each.html for each in recount.messages] == ["<p>Hello</p>"]
        assert [each.message for each in recount.reactions] == [talk.post]


async def test_a_channel_is_no_thread(server: Discord, guild: int) -> None:
    async with running_bot() as bot:
        talk = await begin(server, bot, guild, await server.channel(guild))
        with pytest.raises(NetworkRefused, match="no thread"):
            await bot.network.recount(talk.post, refs.thread(talk.channel), LONG_AGO, [])


async def test_a_reply_that_the_bot_posts_for_somebody_is_theirs(server: Discord, guild: int) -> None:
    ann, bob = await server.user("ann", guild), await server.user("bob", guild)
    async with running_bot() as bot:
        talk = await begin(server, bot, guild, await server.channel(guild))
        first = await server.post(ann, talk.number, "The bridge is open")
        fields = {"text": "> The bridge is open\nNot on Sundays"}
        await server.submit(bob, talk.number, f"t:quote:{talk.number}:{first}", fields)
        _, heard = await bot.heard.times(Posted, 2)
        assert (heard.who.ref, heard.reply_to) == (refs.account(bob), refs.message(talk.number, first))
        assert heard.html == "<blockquote><p>The bridge is open</p></blockquote><p>Not on Sundays</p>"
        listed = (await talk.recount()).messages[-1]
        assert (listed.message, listed.who, listed.html) == (heard.message, heard.who, heard.html)
