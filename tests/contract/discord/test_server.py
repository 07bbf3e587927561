"""The loopback Discord against discord.py itself: it behaves as Discord's documentation says that Discord does."""

from __future__ import annotations

import asyncio
import io
import os
import sys

import aiohttp
import discord
import pytest

from tests.contract.discord.bare import Bare, Watching, bare_client, connected, intents, text_channel
from tests.servers.discord.client import ControlRefused, Discord
from tests.servers.discord.pointing import environment
from tests.servers.discord.process import running_discord
from tests.servers.running import ROOT

UP = "👍"


def code(error: pytest.ExceptionInfo[discord.HTTPException]) -> tuple[int, int]:
    return error.value.status, error.value.code


# --- login and what is known then ---


async def test_login_makes_ready_with_the_guild_its_channels_and_active_threads(server: Discord, guild: int) -> None:
    channel = await server.channel(guild, "news")
    ann = await server.user("Ann", guild)
    active = await server.open_thread(ann, channel, None, "Active")
    await server.archive(await server.open_thread(ann, channel, None, "Archived"))
    async with bare_client() as client:
        there = client.get_guild(guild)
        assert there is not None
        assert [each.name for each in there.text_channels] == ["news"]
        assert [each.id for each in there.threads] == [active]
        assert there.me.guild_permissions.manage_threads
        assert not there.me.guild_permissions.administrator


async def test_a_wrong_token_is_refused(server: Discord) -> None:
    client = Bare(intents())
    with pytest.raises(discord.LoginFailure):
        await client.login("another")
    await client.close()


async def test_a_token_that_is_taken_back_closes_the_gateway_for_good(server: Discord) -> None:
    client = Bare(intents())
    await client.login("loopback")
    await server.settings(tokens=["new"])
    with pytest.raises(discord.ConnectionClosed) as closed:
        await client.connect()
    assert closed.value.code == 4004
    await client.close()


async def test_an_intent_that_is_not_enabled_closes_the_gateway(server: Discord) -> None:
    await server.settings(refused_intents=intents().value & discord.Intents(message_content=True).value)
    client = Bare(intents())
    await client.login("loopback")
    with pytest.raises(discord.PrivilegedIntentsRequired):
        await client.connect()
    await client.close()


async def test_the_gateway_is_its_own_and_says_how_many_starts_are_left(server: Discord, client: Bare) -> None:
    await server.settings(session_starts=7)
    async with server.http.get(server.api + "/gateway/bot", headers={"Authorization": "Bot loopback"}) as answer:
        told = await answer.json()
    assert told["url"] == server.gateway
    assert told["session_start_limit"]["remaining"] == 7


async def test_answers_are_json_without_a_charset(server: Discord) -> None:
    async with server.http.get(server.api + "/gateway") as answer:
        assert answer.headers["Content-Type"] == "application/json"


# --- messages ---


async def test_a_repeated_nonce_is_one_message_until_it_is_forgotten(server: Discord, client: Bare, guild: int) -> None:
    channel = await text_channel(client, server, guild)
    first = await channel.send("once", nonce="a")
    assert (await channel.send("once", nonce="a")).id == first.id
    await server.forget_nonces()
    assert (await channel.send("once", nonce="a")).id != first.id
    assert len(await server.messages(channel.id)) == 2


async def test_history_is_paged_both_ways_and_newest_first_on_the_wire(
    server: Discord, client: Bare, guild: int
) -> None:
    channel = await text_channel(client, server, guild)
    ann = await server.user("Ann", guild)
    posted = [await server.post(ann, channel.id, f"number {number}") for number in range(130)]
    assert [each.id async for each in channel.history(limit=None)] == posted[::-1]
    after = discord.Object(posted[4])
    assert [each.id async for each in channel.history(limit=None, after=after)] == posted[5:]
    around = [each.id async for each in channel.history(limit=3, around=discord.Object(posted[50]))]
    assert sorted(around) == posted[49:52]
    raw = await client.http.logs_from(channel.id, 2, after=posted[4])
    assert [int(each["id"]) for each in raw] == [posted[6], posted[5]]


@pytest.mark.parametrize(
    ("content", "embed", "refusal"),
    [
        pytest.param("x" * 2001, None, 50035, id="content of 2001"),
        pytest.param(" ", None, 50006, id="nothing"),
        pytest.param("", discord.Embed(title="x" * 257), 50035, id="title of 257"),
        pytest.param("", discord.Embed(description="x" * 4097), 50035, id="description of 4097"),
        pytest.param("", discord.Embed(description="x" * 4096).set_footer(text="y" * 1905), 50035, id="6001 in all"),
    ],
)
async def test_a_message_beyond_the_limits_is_refused(
    server: Discord, client: Bare, guild: int, content: str, embed: discord.Embed | None, refusal: int
) -> None:
    channel = await text_channel(client, server, guild)
    with pytest.raises(discord.HTTPException) as error:
        await channel.send(content, embed=embed) if embed else await channel.send(content)
    assert code(error) == (400, refusal)
    assert await server.messages(channel.id) == []


async def test_a_message_at_the_limits_goes_through(server: Discord, client: Bare, guild: int) -> None:
    channel = await text_channel(client, server, guild)
    embed = discord.Embed(title="t" * 256, description="x" * 4096).set_footer(text="y" * 1648)
    await channel.send("c" * 2000, embed=embed)
    assert len(await server.messages(channel.id)) == 1


async def test_twenty_six_fields_are_refused(server: Discord, client: Bare, guild: int) -> None:
    channel = await text_channel(client, server, guild)
    embed = discord.Embed()
    for number in range(26):
        embed.add_field(name=str(number), value="v")
    with pytest.raises(discord.HTTPException) as error:
        await channel.send(embed=embed)
    assert code(error) == (400, 50035)


async def test_a_file_goes_with_its_payload(server: Discord, client: Bare, guild: int) -> None:
    channel = await text_channel(client, server, guild)
    sent = await channel.send("look", file=discord.File(io.BytesIO(b"12345"), "five.txt"))
    assert [(each.filename, each.size) for each in sent.attachments] == [("five.txt", 5)]
    assert (await channel.fetch_message(sent.id)).content == "look"


async def test_who_is_pinged_is_kept(server: Discord, client: Bare, guild: int) -> None:
    channel = await text_channel(client, server, guild)
    ann = await server.user("Ann", guild)
    words = f"@everyone <@{ann}>"
    await channel.send(words)
    await channel.send(words, allowed_mentions=discord.AllowedMentions.none())
    assert [each["pings"] for each in await server.messages(channel.id)] == [[str(ann), "everyone"], []]


async def test_edits_are_told_of_and_only_ones_own_are_let(server: Discord, client: Bare, guild: int) -> None:
    channel = await text_channel(client, server, guild)
    ann = await server.user("Ann", guild)
    hers = await server.post(ann, channel.id, "hers")
    with pytest.raises(discord.Forbidden) as error:
        await channel.get_partial_message(hers).edit(content="mine")
    assert code(error) == (403, 50005)
    await server.edit(channel.id, hers, "hers, better")
    edited = (await client.seen("raw_message_edit"))[0]
    assert (edited.message_id, edited.data["content"]) == (hers, "hers, better")
    await channel.get_partial_message(hers).delete()
    assert (await client.seen("raw_message_delete"))[0].message_id == hers
    with pytest.raises(discord.NotFound) as gone:
        await channel.fetch_message(hers)
    assert code(gone) == (404, 10008)


async def test_a_reply_names_what_it_answers(server: Discord, client: Bare, guild: int) -> None:
    channel = await text_channel(client, server, guild)
    ann = await server.user("Ann", guild)
    sent = await channel.send("question")
    await server.post(ann, channel.id, "answer", reply_to=sent.id)
    answer = (await client.seen("message", 2))[1]
    assert answer.reference.message_id == sent.id
    await server.delete(channel.id, sent.id)
    with pytest.raises(discord.HTTPException) as error:
        await channel.send("too late", reference=sent)
    assert code(error) == (400, 50035)
    assert (await channel.send("so be it", reference=sent.to_reference(fail_if_not_exists=False))).reference is None


async def test_without_the_intent_content_is_empty_but_for_mentions_and_direct_ones(
    server: Discord, guild: int
) -> None:
    bot = (await server.dump())["bot"]
    channel, ann = await server.channel(guild), await server.user("Ann", guild)
    async with bare_client(content=False) as client:
        await server.post(ann, channel, "secret")
        await server.post(ann, channel, f"<@{bot}> hello")
        await server.direct(ann, "psst")
        assert [each.content for each in await client.seen("message", 3)] == ["", f"<@{bot}> hello", "psst"]


# --- reactions ---


async def test_reactions_are_told_of_counted_and_paged(server: Discord, client: Bare, guild: int) -> None:
    channel = await text_channel(client, server, guild)
    sent = await channel.send("vote")
    await sent.add_reaction(UP)
    voters = [await server.user(f"Voter {number}", guild) for number in range(120)]
    for each in voters:
        await server.react(each, channel.id, sent.id, UP)
    await server.react(voters[0], channel.id, sent.id, UP, burst=True)
    reaction = (await channel.fetch_message(sent.id)).reactions[0]
    assert (reaction.count, reaction.normal_count, reaction.burst_count, reaction.me) == (122, 121, 1, True)
    assert client.user is not None
    assert {each.id async for each in reaction.users()} == {client.user.id, *voters}
    added = (await client.seen("raw_reaction_add", 122))[1]
    assert (added.user_id, added.message_id, str(added.emoji)) == (voters[0], sent.id, UP)


async def test_reactions_are_taken_back_and_cleared(server: Discord, client: Bare, guild: int) -> None:
    channel = await text_channel(client, server, guild)
    ann = await server.user("Ann", guild)
    sent = await channel.send("vote")
    for emoji in (UP, "🚩", "🎉"):
        await server.react(ann, channel.id, sent.id, emoji)
    await sent.remove_reaction("🚩", discord.Object(ann))
    assert (await client.seen("raw_reaction_remove"))[0].user_id == ann
    await sent.clear_reaction("🎉")
    await client.seen("raw_reaction_clear_emoji")
    assert (await server.messages(channel.id))[0]["reactions"] == {UP: [ann]}
    await sent.clear_reactions()
    await client.seen("raw_reaction_clear")
    assert (await server.messages(channel.id))[0]["reactions"] == {}
    with pytest.raises(discord.HTTPException) as error:
        await sent.add_reaction("nonsense")
    assert error.value.code == 10014


# --- threads ---


async def test_a_message_has_one_thread_with_its_own_id(server: Discord, client: Bare, guild: int) -> None:
    channel = await text_channel(client, server, guild)
    sent = await channel.send("article")
    thread = await sent.create_thread(name="talk")
    assert thread.id == sent.id
    with pytest.raises(discord.HTTPException) as error:
        await sent.create_thread(name="talk again")
    assert code(error) == (400, 160004)
    assert (await channel.fetch_message(sent.id)).flags.has_thread
    assert [each.type async for each in thread.history()] == [discord.MessageType.thread_starter_message]


async def test_in_an_archived_thread_only_sending_wakes_it(server: Discord, client: Bare, guild: int) -> None:
    channel = await text_channel(client, server, guild)
    thread = await (await channel.send("article")).create_thread(name="talk")
    said = await thread.send("first")
    await server.archive(thread.id)
    with pytest.raises(discord.HTTPException) as reacting:
        await said.add_reaction(UP)
    with pytest.raises(discord.HTTPException) as editing:
        await said.edit(content="changed")
    with pytest.raises(discord.HTTPException) as renaming:
        await thread.edit(name="changed")
    assert code(reacting) == code(editing) == code(renaming) == (400, 50083)
    assert [each.id async for each in channel.archived_threads()] == [thread.id]
    await thread.send("second")
    assert [each["archived"] for each in await server.threads(channel.id)] == [False]
    await server.close_thread(thread.id)
    with pytest.raises(discord.HTTPException) as locked:
        await thread.send("third")
    assert code(locked) == (400, 160005)
    with pytest.raises(ControlRefused):
        await server.post(await server.user("Ann", guild), thread.id, "me neither")


async def test_only_so_many_threads_are_active(server: Discord, client: Bare, guild: int) -> None:
    await server.settings(active_threads=1)
    channel = await text_channel(client, server, guild)
    first, second = await channel.send("one"), await channel.send("two")
    thread = await first.create_thread(name="one")
    with pytest.raises(discord.HTTPException) as error:
        await second.create_thread(name="two")
    assert code(error) == (400, 160006)
    await thread.edit(archived=True)
    await second.create_thread(name="two")
    with pytest.raises(discord.HTTPException) as waking:
        await thread.send("again")
    assert code(waking) == (400, 160006)


async def test_a_third_name_within_ten_minutes_is_too_much_and_no_header_says_so(
    server: Discord, client: Bare, guild: int
) -> None:
    channel = await text_channel(client, server, guild)
    thread = await (await channel.send("article")).create_thread(name="talk")
    for name in ("second", "third"):
        await thread.edit(name=name)
    with pytest.raises(discord.RateLimited) as error:
        await thread.edit(name="fourth")
    assert 500 < error.value.retry_after <= 600
    assert (await server.threads(channel.id))[0]["name"] == "third"


@pytest.mark.parametrize("name", ["", "x" * 101])
async def test_thread_names_have_1_to_100_characters(server: Discord, client: Bare, guild: int, name: str) -> None:
    channel = await text_channel(client, server, guild)
    sent = await channel.send("article")
    with pytest.raises(discord.HTTPException) as error:
        await sent.create_thread(name=name)
    assert code(error) == (400, 50035)


async def test_a_forum_post_has_its_first_messages_id_and_the_tags_it_needs(
    server: Discord, client: Bare, guild: int
) -> None:
    tags = [f"tag {number}" for number in range(6)]
    forum = await client.fetch_channel(await server.forum(guild, tags=tags, requires_tag=True))
    assert isinstance(forum, discord.ForumChannel)
    with pytest.raises(discord.HTTPException) as untagged:
        await forum.create_thread(name="post", content="text")
    assert code(untagged) == (400, 40067)
    with pytest.raises(discord.HTTPException) as overtagged:
        await forum.create_thread(name="post", content="text", applied_tags=forum.available_tags)
    assert code(overtagged) == (400, 50035)
    thread, message = await forum.create_thread(name="post", content="text", applied_tags=forum.available_tags[:5])
    assert thread.id == message.id
    await thread.edit(applied_tags=forum.available_tags[5:])
    assert [each.name for each in (await client.fetch_channel(thread.id)).applied_tags] == ["tag 5"]  # type: ignore[union-attr]
    with pytest.raises(discord.HTTPException) as bare:
        await thread.edit(applied_tags=[])
    assert code(bare) == (400, 40067)


# --- what is not let ---


async def test_permissions_taken_away_are_missed(server: Discord, client: Bare, guild: int) -> None:
    channel = await text_channel(client, server, guild)
    sent = await channel.send("article")
    await server.deny(channel.id, "send_messages", "create_public_threads")
    await client.seen("guild_channel_update")
    with pytest.raises(discord.Forbidden) as sending:
        await channel.send("more")
    with pytest.raises(discord.Forbidden) as opening:
        await sent.create_thread(name="talk")
    assert code(sending) == code(opening) == (403, 50013)
    there = client.get_channel(channel.id)
    assert isinstance(there, discord.TextChannel)
    assert not there.permissions_for(there.guild.me).send_messages
    await server.deny(channel.id, "view_channel")
    with pytest.raises(discord.Forbidden) as looking:
        await channel.fetch_message(sent.id)
    assert code(looking) == (403, 50001)
    await server.deny(channel.id)
    await channel.send("again")


async def test_what_happens_where_the_bot_sees_nothing_is_not_told(server: Discord, client: Bare, guild: int) -> None:
    hidden, shown = await server.channel(guild, "hidden"), await server.channel(guild, "shown")
    ann = await server.user("Ann", guild)
    await server.deny(hidden, "view_channel")
    await server.post(ann, hidden, "whispered")
    await server.post(ann, shown, "said")
    assert [each.content for each in await client.seen("message")] == ["said"]


async def test_a_channel_that_is_gone_is_unknown(server: Discord, client: Bare, guild: int) -> None:
    channel = await text_channel(client, server, guild)
    await server.delete_channel(channel.id)
    await client.seen("guild_channel_delete")
    with pytest.raises(discord.NotFound) as error:
        await channel.send("hello?")
    assert code(error) == (404, 10003)


async def test_somebody_may_take_no_direct_messages(server: Discord, client: Bare, guild: int) -> None:
    ann = await server.user("Ann", guild)
    user = await client.fetch_user(ann)
    await user.send("hello")
    await server.refuse(ann)
    with pytest.raises(discord.Forbidden) as error:
        await user.send("hello?")
    assert code(error) == (403, 50007)


async def test_guilds_come_and_go(server: Discord, client: Bare, guild: int) -> None:
    await server.outage(guild)
    await client.seen("guild_unavailable")
    await server.outage(guild, over=True)
    await client.seen("guild_available", 2)
    another = await server.guild("Village")
    assert (await client.seen("guild_join"))[0].id == another
    await server.leave_guild(another)
    assert (await client.seen("guild_remove"))[0].id == another


# --- the gateway ---


async def test_a_dropped_connection_is_resumed_and_what_was_missed_is_replayed(
    server: Discord, client: Bare, guild: int
) -> None:
    channel, ann = await server.channel(guild), await server.user("Ann", guild)
    await server.settings(gateway_away=True)
    await server.drop(4000)
    await client.seen("disconnect")
    await server.post(ann, channel, "meanwhile")
    await server.settings(gateway_away=False)
    await client.seen("resumed")
    assert [each.content for each in await client.seen("message")] == ["meanwhile"]
    gateway = (await server.dump())["gateway"]
    assert (gateway["identified"], gateway["resumed"]) == (1, 1)


async def test_a_broken_line_is_resumed_too(server: Discord, client: Bare, guild: int) -> None:
    channel, ann = await server.channel(guild), await server.user("Ann", guild)
    await server.drop()
    await server.post(ann, channel, "after")
    await client.seen("resumed")
    assert [each.content for each in await client.seen("message")] == ["after"]


async def test_after_invalid_session_nothing_is_replayed(server: Discord, client: Bare, guild: int) -> None:
    channel, ann = await server.channel(guild), await server.user("Ann", guild)
    await server.end_session()
    await server.post(ann, channel, "lost")
    await client.seen("ready", 2)
    await server.post(ann, channel, "told")
    assert [each.content for each in await client.seen("message")] == ["told"]
    assert "resumed" not in [name for name, _ in client.happened]
    assert (await server.dump())["gateway"]["identified"] == 2


async def test_a_session_that_is_forgotten_cannot_be_resumed(server: Discord, client: Bare) -> None:
    await server.end_session(tell=False)
    await server.drop(4000)
    await client.seen("ready", 2)


async def test_it_can_ask_to_reconnect(server: Discord, client: Bare) -> None:
    await server.ask_to_reconnect()
    await client.seen("resumed")


@pytest.mark.parametrize("act", ["send_garbage", "break_parser"])
async def test_what_cannot_be_parsed_ends_the_client(server: Discord, guild: int, act: str) -> None:
    client = Bare(intents())
    await client.login("loopback")
    running = asyncio.create_task(client.connect())
    await client.seen("ready")
    await getattr(server, act)()
    with pytest.raises((ValueError, KeyError)):
        await running
    await client.close()


# --- weather ---


async def test_429_with_via_is_tried_again_and_without_it_raises(server: Discord, client: Bare, guild: int) -> None:
    channel = await text_channel(client, server, guild)
    await server.order("throttle", "POST", delay=0.01, times=2)
    await channel.send("patience")
    await server.order("throttle", "POST", delay=0.01, via=False)
    with pytest.raises(discord.HTTPException) as error:
        await channel.send("none")
    assert error.value.status == 429
    assert [each["content"] for each in await server.messages(channel.id)] == ["patience"]


async def test_a_lost_answer_was_carried_out_and_a_reset_was_not(server: Discord, client: Bare, guild: int) -> None:
    channel = await text_channel(client, server, guild)
    await server.order("lose", "POST", "/channels/*/messages")
    with pytest.raises(aiohttp.ServerDisconnectedError):
        await channel.send("lost")
    await server.order("reset", "POST", "/channels/*/messages")
    with pytest.raises(aiohttp.ClientOSError):
        await channel.send("reset")
    await server.order("hang_after", "POST", "/channels/*/messages", delay=0.01)
    with pytest.raises(aiohttp.ServerDisconnectedError):
        await channel.send("hung")
    assert [each["content"] for each in await server.messages(channel.id)] == ["lost", "hung"]


async def test_a_late_deed_is_carried_out_after_the_line_broke(server: Discord, client: Bare, guild: int) -> None:
    channel = await text_channel(client, server, guild)
    await server.order("late", "POST", "/channels/*/messages", delay=0.1)
    with pytest.raises(aiohttp.ServerDisconnectedError):
        await channel.send("late")
    assert (await client.seen("message"))[0].content == "late"


async def test_500_after_the_deed_and_a_second_try_are_one_message_by_its_nonce(
    server: Discord, client: Bare, guild: int
) -> None:
    channel = await text_channel(client, server, guild)
    await server.order("fail_after", "POST", "/channels/*/messages", status=500)
    await channel.send("once")
    assert len(await server.messages(channel.id)) == 1
    assert (await server.dump())["struck"] == {"fail_after": 1}


async def test_503_is_not_tried_again(server: Discord, client: Bare, guild: int) -> None:
    channel = await text_channel(client, server, guild)
    await server.weather(away=True)
    with pytest.raises(discord.DiscordServerError):
        await channel.send("hello?")
    await server.weather(away=False)
    await channel.send("hello")


async def test_a_share_of_the_answers_is_lost_by_chance(server: Discord, client: Bare, guild: int) -> None:
    channel = await text_channel(client, server, guild)
    await server.weather(lose=0.5, seed=1)
    answered = await asyncio.gather(*(channel.send(f"{number}") for number in range(20)), return_exceptions=True)
    lost = [each for each in answered if isinstance(each, aiohttp.ServerDisconnectedError)]
    assert 0 < len(lost) < 20
    assert len(await server.messages(channel.id)) == 20


# --- rate limits ---


async def test_the_bucket_of_a_channel_is_announced_and_kept_to(server: Discord, client: Bare, guild: int) -> None:
    await server.settings(limits=True, messages_within=0.3)
    channel = await text_channel(client, server, guild)
    await asyncio.gather(*(channel.send(str(number)) for number in range(12)))
    assert len(await server.messages(channel.id)) == 12
    found = await server.dump()
    assert found["limited"] == 0, "discord.py heeds what the headers say"


async def test_who_does_not_heed_the_bucket_is_limited(server: Discord, guild: int) -> None:
    await server.settings(limits=True)
    channel = await server.channel(guild)
    where, who = f"{server.api}/channels/{channel}/messages", {"Authorization": "Bot loopback"}
    for left in (4, 3, 2, 1, 0):
        async with server.http.post(where, headers=who, json={"content": "x"}) as answer:
            assert (answer.status, answer.headers["X-RateLimit-Remaining"]) == (200, str(left))
    async with server.http.post(where, headers=who, json={"content": "x"}) as answer:
        body = await answer.json()
        assert (answer.status, answer.headers["Via"], body["global"]) == (429, "1.1 google", False)
        assert 0 < body["retry_after"] <= 5


async def test_over_all_there_are_so_many_requests_a_second(server: Discord, guild: int) -> None:
    await server.settings(limits=True, a_second=3)
    who = {"Authorization": "Bot loopback"}
    statuses = []
    for _ in range(4):
        async with server.http.get(f"{server.api}/users/@me", headers=who) as answer:
            statuses.append((answer.status, answer.headers.get("X-RateLimit-Global")))
    assert statuses == [(200, None)] * 3 + [(429, "true")]


async def test_one_reaction_in_a_quarter_of_a_second(server: Discord, client: Bare, guild: int) -> None:
    channel = await text_channel(client, server, guild)
    sent = await channel.send("vote")
    await server.settings(limits=True, reactions_within=60.0)
    where = f"{server.api}/channels/{channel.id}/messages/{sent.id}/reactions"
    statuses = []
    for emoji in ("%F0%9F%91%8D", "%F0%9F%91%8E"):
        async with server.http.put(f"{where}/{emoji}/@me", headers={"Authorization": "Bot loopback"}) as answer:
            statuses.append((answer.status, answer.headers["X-RateLimit-Limit"]))
    assert statuses == [(204, "1"), (429, "1")]


# --- shards ---


class Sharded(Watching, discord.AutoShardedClient):
    """As many connections as the gateway recommends."""


async def test_each_shard_is_told_of_its_own_guilds(server: Discord) -> None:
    await server.settings(shards=2)
    # A guild belongs to the shard that its id names; between two of them some milliseconds pass.
    guilds = [await server.guild(f"Guild {number}") for number in range(12)]
    channels = [await server.channel(each) for each in guilds]
    client = Sharded(intents=intents(), max_ratelimit_timeout=30, guild_ready_timeout=0.1)
    async with connected(client):
        assert sorted(each.id for each in client.guilds) == sorted(guilds)
        assert {each.id: each.shard_id for each in client.guilds} == {each: (each >> 22) % 2 for each in guilds}
        ann = await server.user("Ann", *guilds)
        for each in channels:
            await server.post(ann, each, str(each))
        said = [each.content for each in await client.seen("message", len(channels))]
        assert sorted(said) == sorted(map(str, channels))
        sessions = (await server.dump())["gateway"]["sessions"]
        assert sorted(each["shard"] for each in sessions) == [[0, 2], [1, 2]]


async def test_one_shard_is_resumed_and_loses_its_session_as_a_plain_client_does(server: Discord, guild: int) -> None:
    client = Sharded(intents=intents(), max_ratelimit_timeout=30, guild_ready_timeout=0.1)
    async with connected(client):
        await server.drop()
        await client.seen("shard_resumed")
        await server.end_session()
        await client.seen("shard_ready", 2)


async def test_too_many_starts_cost_the_token(server: Discord) -> None:
    await server.settings(session_starts=0)
    client = Bare(intents())
    await client.login("loopback")
    with pytest.raises(discord.ConnectionClosed) as closed:
        await client.connect()
    assert closed.value.code == 4004
    again = Bare(intents())
    with pytest.raises(discord.LoginFailure):
        await again.login("loopback")
    await again.close()


# --- a process of its own ---

BOT = """
import asyncio, sys, warnings
warnings.simplefilter("ignore")
import discord
from tests.servers.discord.pointing import point_by_environment

point_by_environment()
client = discord.Client(intents=discord.Intents.none())

async def post():
    await client.login("loopback")
    await client.get_partial_messageable(int(sys.argv[1])).send("alive")
    await asyncio.Event().wait()

asyncio.run(post())
"""


async def test_it_outlives_a_bot_that_is_killed() -> None:
    async with running_discord() as server:
        channel = await server.channel(await server.guild())
        bot = await asyncio.create_subprocess_exec(
            sys.executable, "-c", BOT, str(channel), env={**os.environ, **environment(server.address)}, cwd=ROOT
        )
        try:
            posted = await server.until(lambda dump: dump["channels"][0]["messages"])
        finally:
            bot.kill()
            await bot.wait()
        assert [each["content"] for each in posted] == ["alive"]
        assert [each["content"] for each in await server.messages(channel)] == ["alive"]
        assert (await server.counts())["messages"] == 1
