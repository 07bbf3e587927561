"""What the bot does on Discord where Discord is in the way: lost answers, limits, archived threads, closed channels."""

from __future__ import annotations

import dataclasses
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from adapters.discord import DiscordNetwork, refs
from bot.domain.model import Ref
from bot.errors import AnswerLost, NetworkRefused, NetworkUnavailable
from tests.contract.network.on_discord import a_discord, connected, visiting
from tests.contract.network.test_network import CARD, CASE, SAY
from tests.servers.discord.client import Discord
from tests.servers.discord.specification import specification, why_absent


@dataclass(frozen=True, kw_only=True)
class Town:
    """A server with a text channel and a forum, and the bot in it."""

    server: Discord
    network: DiscordNetwork
    guild: int
    news: int
    forum: int
    ann: int

    async def channel(self, number: int) -> dict[str, Any]:
        """A channel or thread as it is."""
        return next(each for each in (await self.server.dump())["channels"] if each["id"] == number)

    async def calls(self) -> list[str]:
        """What was asked since `forget_requests`, without numbers."""
        asked = (await self.server.dump())["requests"]
        return [f"{each['method']} {_plain(each['path'])}" for each in asked]

    async def tags_of(self, post: Ref) -> list[str]:
        """The names of the tags of a forum's post."""
        names = {int(each["id"]): each["name"] for each in (await self.channel(self.forum))["tags"]}
        return [names[each] for each in (await self.channel(refs.message_id(post).channel))["applied_tags"]]


@pytest.fixture
async def town() -> AsyncIterator[Town]:
    async with AsyncExitStack() as stack:
        server = await stack.enter_async_context(a_discord())
        guild = await server.guild("Readers")
        forum = await server.forum(guild, tags=["Bridges", "City", "Sports", "Water", "War", "Roads"])
        news, ann = await server.channel(guild), await server.user("ann", guild)
        network = await stack.enter_async_context(connected())
        await server.forget_requests()
        yield Town(server=server, network=network, guild=guild, news=news, forum=forum, ann=ann)


async def test_after_a_restart_a_post_asks_once_what_the_channel_is(town: Town) -> None:
    for number in range(3):
        await town.network.post(refs.channel(town.news), CARD, f"k{number}")
    assert await town.calls() == ["GET /channels/*", *["POST /channels/*/messages"] * 3]


async def test_a_forum_post_and_its_thread_are_one_call(town: Town) -> None:
    post = await town.network.post(refs.channel(town.forum), CARD, "k1")
    thread = await town.network.open_thread(post, CARD.title, "k2")
    number = refs.thread_id(thread)
    assert post == refs.message(number, number)
    assert await town.calls() == ["GET /channels/*", "POST /channels/*/threads"]
    made = await town.channel(number)
    assert (made["name"], made["auto_archive"]) == (CARD.title, 10080)


@pytest.mark.parametrize("kind", ["lose", "reset_after", "fail_after"])
@pytest.mark.parametrize("place", ["news", "forum"])
async def test_a_post_whose_answer_is_lost_is_there_to_be_found(town: Town, place: str, kind: str) -> None:
    channel = refs.channel(getattr(town, place))
    await town.server.order(kind, "POST", status=503)
    begin = datetime.now(UTC) - timedelta(minutes=1)
    with pytest.raises(AnswerLost):
        await town.network.post(channel, CARD, "k1")
    assert len(await town.network.find(channel, CARD.marker, begin)) == 1


async def test_a_key_that_comes_again_within_minutes_makes_no_second_message(town: Town) -> None:
    channel = refs.channel(town.news)
    await town.server.order("lose", "POST")
    with pytest.raises(AnswerLost):
        await town.network.post(channel, CARD, "k1")
    post = await town.network.post(channel, CARD, "k1")
    assert list(await town.network.find(channel, CARD.marker, None)) == [post]


@pytest.mark.parametrize("kind", ["lose", "reset", "fail"])
async def test_an_edit_or_a_look_that_fails_is_made_again(town: Town, kind: str) -> None:
    post = await town.network.post(refs.channel(town.news), CARD, "k1")
    await town.server.order(kind, status=503, times=9)  # on a broken line a look is made twice at once
    with pytest.raises(NetworkUnavailable):
        await town.network.edit(post, CARD)
    with pytest.raises(NetworkUnavailable):
        await town.network.find(refs.channel(town.news), CARD.marker, None)


async def test_a_limit_that_lasts_is_not_slept_on(town: Town) -> None:
    await town.network.post(refs.channel(town.news), CARD, "k1")
    await town.server.order("throttle", "POST", delay=90.0)
    with pytest.raises(NetworkUnavailable) as caught:
        await town.network.post(refs.channel(town.news), CARD, "k2")
    assert caught.value.retry_after == timedelta(seconds=90)


async def test_a_post_bears_the_forums_tags_that_it_is_about(town: Town) -> None:
    card = dataclasses.replace(
        CARD, tags=("city", "none such"), categories=("BRIDGES", "City", "water", "war", "roads")
    )
    post = await town.network.post(
        refs.channel(town.forum), dataclasses.replace(card, categories=card.categories), "k1"
    )
    assert await town.tags_of(post) == ["City", "Bridges", "Water", "War", "Roads"]
    await town.network.edit(post, CARD)
    assert len(await town.tags_of(post)) == 5
    many = dataclasses.replace(card, tags=("sports", *card.tags))
    assert len(await town.tags_of(await town.network.post(refs.channel(town.forum), many, "k2"))) == 5


async def test_a_forum_that_asks_for_a_tag_gets_its_first(town: Town) -> None:
    strict = await town.server.forum(town.guild, "strict", tags=["General", "Other"], requires_tag=True)
    post = await town.network.post(refs.channel(strict), CARD, "k1")
    tags = (await town.channel(strict))["tags"]
    assert (await town.channel(refs.message_id(post).channel))["applied_tags"] == [int(tags[0]["id"])]


async def test_a_post_in_an_archived_thread_is_edited_and_stays_archived(town: Town) -> None:
    post = await town.network.post(refs.channel(town.forum), CARD, "k1")
    thread = refs.message_id(post).channel
    await town.server.archive(thread)
    await town.network.edit(post, dataclasses.replace(CARD, title="The bridge is closed again"))
    kept = await town.channel(thread)
    assert kept["archived"]
    assert kept["messages"][0]["embeds"][0]["title"] == "The bridge is closed again"
    for emoji in ("👍", "👎"):
        await town.network.seed(post, emoji)
    await town.network.rename(refs.thread(thread), "The bridge is closed again")
    await town.network.lock(refs.thread(thread), locked=True)
    kept = await town.channel(thread)
    assert (kept["archived"], kept["locked"], kept["name"]) == (True, True, "The bridge is closed again")


async def test_what_is_said_in_an_archived_thread_wakes_it(town: Town) -> None:
    post = await town.network.post(refs.channel(town.forum), CARD, "k1")
    thread = refs.message_id(post).channel
    await town.server.archive(thread)
    await town.network.say(refs.thread(thread), SAY, "k2")
    assert not (await town.channel(thread))["archived"]


@pytest.mark.parametrize("place", ["news", "forum"])
async def test_the_thread_that_was_silent_longest_makes_room(town: Town, place: str) -> None:
    posts = [await town.network.post(refs.channel(town.forum), CARD, f"k{number}") for number in range(2)]
    others = await town.server.forum_post(town.ann, town.forum, "A question", "Who built it?")
    await town.network.say(refs.thread(refs.message_id(posts[0]).channel), SAY, "k3")
    await town.server.settings(active_threads=3)
    post = await town.network.post(refs.channel(getattr(town, place)), CARD, "k4")
    await town.network.open_thread(post, CARD.title, "k5")
    threads = [*(refs.message_id(each).channel for each in posts), others]
    assert [(await town.channel(each))["archived"] for each in threads] == [False, True, False]


async def test_a_forums_posts_are_found_when_they_are_archived_too(town: Town) -> None:
    channel = refs.channel(town.forum)
    posts = [await town.network.post(channel, CARD, f"k{number}") for number in range(3)]
    await town.network.post(channel, dataclasses.replace(CARD, marker="other"), "k4")
    await town.server.archive(refs.message_id(posts[1]).channel)
    await town.network.delete(posts[2])
    for since in (None, datetime.now(UTC) - timedelta(minutes=1)):
        assert list(await town.network.find(channel, CARD.marker, since)) == posts[:2]


async def test_the_first_message_of_a_forums_post_is_not_what_was_said_under_it(town: Town) -> None:
    post = await town.network.post(refs.channel(town.forum), CARD, "k1")
    thread = await town.network.open_thread(post, CARD.title, "k2")
    assert list(await town.network.find(thread, CARD.marker, None)) == []
    said = await town.network.say(thread, dataclasses.replace(SAY, marker=CARD.marker), "k3")
    assert list(await town.network.find(thread, CARD.marker, None)) == [said]


async def test_a_role_is_called_after_a_restart_too(town: Town) -> None:
    role = await town.server.role(town.guild, "Readers", ())
    post = await town.network.post(refs.channel(town.news), dataclasses.replace(CARD, mention="readers"), "k1")
    message = next(
        each for each in await town.server.messages(town.news) if each["id"] == refs.message_id(post).message
    )
    assert message["content"] == f"<@&{role}>"
    assert message["pings"] == []  # not mentionable: it is named, and does not ring


async def test_nothing_that_feeds_say_pings(town: Town) -> None:
    hostile = f"@everyone <@{town.ann}> @here"
    for place in (town.news, town.forum):
        card = dataclasses.replace(CARD, title=hostile, lead=hostile, author=hostile, mention="everyone")
        await town.network.post(refs.channel(place), card, f"k{place}")
    for channel in (await town.server.dump())["channels"]:
        assert all(each["pings"] == [] and each["content"] == "" for each in channel["messages"])


async def test_who_takes_no_letters_is_not_told(town: Town) -> None:
    await town.server.refuse(town.ann)
    with pytest.raises(NetworkRefused) as caught:
        await town.network.tell(refs.account(town.ann), SAY, "k1")
    assert not caught.value.gone


async def test_what_is_gone_is_said_to_be_gone(town: Town) -> None:
    post = await town.network.post(refs.channel(town.news), CARD, "k1")
    await town.network.delete(post)
    with pytest.raises(NetworkRefused) as caught:
        await town.network.edit(post, CARD)
    assert caught.value.gone
    await town.server.delete_channel(town.news)
    with pytest.raises(NetworkRefused) as caught:
        await town.network.post(refs.channel(town.news), CARD, "k2")
    assert caught.value.gone


async def test_where_the_bot_may_not_write_it_is_refused(town: Town) -> None:
    await town.server.deny(town.news, "send_messages")
    with pytest.raises(NetworkRefused, match="permission") as caught:
        await town.network.post(refs.channel(town.news), CARD, "k1")
    assert not caught.value.gone


@pytest.mark.parametrize("is_connected", [True, False])
async def test_what_the_bot_lacks_in_a_channel_is_named(town: Town, is_connected: bool) -> None:
    await town.server.deny(town.news, "send_messages", "add_reactions")
    await town.server.deny(town.forum, "send_messages", "create_public_threads", "manage_threads")
    async with visiting() as visitor:
        network = town.network if is_connected else visitor
        news, forum = [await network.inspect(refs.channel(each)) for each in (town.news, town.forum)]
    assert (news.server, news.name, forum.name) == (refs.server(town.guild), "news", "forum")
    assert news.lacks == ("Send Messages", "Add Reactions")
    assert forum.lacks == ("Create Posts", "Manage Threads")


async def test_a_channel_that_the_bot_cannot_see_is_refused(town: Town) -> None:
    await town.server.deny(town.news, "view_channel")
    async with visiting() as visitor:
        for channel in (town.news, 1):
            with pytest.raises(NetworkRefused):
                await visitor.inspect(refs.channel(channel))


async def test_a_thread_is_no_channel_to_post_in(town: Town) -> None:
    post = await town.network.post(refs.channel(town.forum), CARD, "k1")
    with pytest.raises(NetworkRefused, match="thread"):
        await town.network.inspect(refs.channel(refs.message_id(post).channel))


async def test_a_token_that_is_not_taken_is_one_to_look_at(town: Town) -> None:
    async with visiting("stale") as visitor:
        with pytest.raises(NetworkUnavailable, match="token"):
            await visitor.inspect(refs.channel(town.news))


async def test_every_request_is_as_discord_specifies_it(town: Town) -> None:
    if specification() is None:
        pytest.skip(why_absent())
    long = dataclasses.replace(CARD, title="é" * 999, lead="*" * 9999, image="https://a.example/b.jpg", colour=0xFFFFFF)
    for place in (town.news, town.forum):
        post = await town.network.post(refs.channel(place), long, f"k{place}")
        thread = await town.network.open_thread(post, "x" * 200, f"t{place}")
        said = await town.network.say(thread, dataclasses.replace(SAY, html=f"<p>{'y' * 9999}</p>"), f"s{place}")
        await town.network.edit(post, CARD)
        case = await town.network.show_case(refs.channel(place), dataclasses.replace(CASE, message=said), f"c{place}")
        await town.network.edit_case(case, CASE)
        await town.network.seed(post, "👍")
        await town.network.lock(thread, locked=True)
        await town.network.rename(thread, "another name")
        await town.network.delete(thread)
    dump = await town.server.dump()
    assert dump["faults"] == []
    assert len(dump["requests"]) > 20


def _plain(path: str) -> str:
    return "/".join("*" if part.isdecimal() else part for part in path.split("/"))
