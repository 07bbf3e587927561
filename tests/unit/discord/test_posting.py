"""What the bot writes in a text channel, as Discord keeps it and as few calls as it takes.

The server in the process archives no threads, remembers no nonces, takes a second thread on a message and gives the
first message of a forum's post a number of its own: what hangs on these stands with the tests of the network contract.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import discord
import pytest

from adapters.discord import refs
from adapters.discord.inspecting import Inspecting
from adapters.discord.settings import DiscordSettings
from bot.domain.model import Ref
from bot.domain.telling import Sentence
from bot.errors import AnswerLost, NetworkRefused, NetworkUnavailable
from bot.ports.network import Say
from tests.unit.discord.test_cards import CARD, CASE
from tests.unit.discord.town import Town, living_town

SAY = Say(html="<p>Say what you think.</p>", marker="s1", language="en")


async def test_an_article_is_posted_with_its_thread_in_three_calls() -> None:
    async with living_town() as town:
        post = await town.posting.post(town.channel, CARD, "k1")
        thread = await town.posting.open_thread(post, "The bridge\nis open", "k1-thread")
        await town.posting.say(thread, SAY, "k1-say")
        assert town.calls()[1:] == [
            "POST /channels/*/messages",
            "POST /channels/*/messages/*/threads",
            "POST /channels/*/messages",
        ]
        assert thread == refs.thread(refs.message_id(post).message)
        assert town.news.history()[0].embeds[0].title == CARD.title
        assert [each.name for each in town.news.threads] == ["The bridge is open"]


async def test_an_edit_shows_the_new_card_and_keeps_the_buttons() -> None:
    async with living_town() as town:
        post = await town.posting.post(town.channel, CARD, "k1")
        await town.posting.edit(post, replace(CARD, title="The bridge is closed again", up=9))
        message = town.news.last_message
        assert message is not None
        assert message.embeds[0].title == "The bridge is closed again"
        assert len(message.components) == 1
        assert list(await town.posting.find(town.channel, CARD.marker, None)) == [post]


async def test_a_key_becomes_a_nonce_that_discord_takes() -> None:
    async with living_town() as town:
        for key in ("k1", "k1", "k" * 200):
            await town.posting.say(town.channel, SAY, key)
        first, again, long = (sent["nonce"] for sent in sent_messages(town))
        assert first == again != long
        assert all(0 < len(nonce) <= 25 for nonce in (first, long))
        assert all(sent["enforce_nonce"] for sent in sent_messages(town))


@pytest.mark.parametrize(
    ("mention", "rings"),
    [
        ("readers", True),
        ("@Readers", True),
        ("editors", False),
        ("everyone", None),
        ("@everyone", None),
        ("none", None),
    ],
)
async def test_a_role_is_called_by_its_number_where_that_is_allowed(mention: str, rings: bool | None) -> None:
    async with living_town() as town:
        readers = town.guild.create_role("Readers", mentionable=True)
        editors = town.guild.create_role("Editors", mentionable=False)
        channel = await without(town, "mention_everyone")
        await town.posting.post(channel, replace(CARD, mention=mention), "k1")
        sent = sent_messages(town)[-1]
        role = readers if mention.casefold().endswith("readers") else editors
        assert sent.get("content") == (f"<@&{role.id}>" if rings is not None else None)
        assert sent["allowed_mentions"].get("roles", []) == ([role.id] if rings else [])
        assert sent["allowed_mentions"]["parse"] == []


async def test_what_is_no_role_rings_nobody() -> None:
    async with living_town() as town:
        hostile = "@everyone @here <@1> <@&2>"
        await town.posting.post(town.channel, replace(CARD, lead=hostile, title=hostile, mention=hostile), "k1")
        await town.posting.say(town.channel, replace(SAY, html="@everyone &lt;@1&gt;"), "k2")
        for sent in sent_messages(town):
            assert "content" not in sent
            assert sent["allowed_mentions"] == {"parse": []}


async def test_somebody_is_told_in_a_conversation_that_is_opened_once() -> None:
    async with living_town() as town:
        account = refs.account(town.ann.id)
        told = [await town.posting.tell(account, SAY, f"k{number}") for number in range(2)]
        assert list(await town.posting.find(account, SAY.marker, None)) == told
        assert town.calls().count("POST /users/@me/channels") == 1


async def test_who_wants_no_letters_refuses_them() -> None:
    async with living_town() as town:
        town.env.inject_error("POST", "/channels/*/messages", status=403, code=50007)
        with pytest.raises(NetworkRefused) as caught:
            await town.posting.tell(refs.account(town.ann.id), SAY, "k1")
        assert not caught.value.gone


async def test_what_members_wrote_is_not_found() -> None:
    async with living_town() as town:
        await town.ann.send(town.news, "t:best:b71d9e https://tribune.invalid/#b71d9e")
        assert list(await town.posting.find(town.channel, CARD.marker, None)) == []


async def test_what_is_looked_for_since_then_is_found_in_the_order_of_time() -> None:
    async with living_town() as town:
        begin = town.env.now()
        said = [await town.posting.say(town.channel, SAY, f"k{number}") for number in range(3)]
        assert list(await town.posting.find(town.channel, SAY.marker, begin - timedelta(minutes=1))) == said
        assert list(await town.posting.find(town.channel, SAY.marker, begin + timedelta(minutes=1))) == []


async def test_a_thread_that_is_there_is_taken() -> None:
    async with living_town() as town:
        post = await town.posting.post(town.channel, CARD, "k1")
        town.env.inject_error("POST", "/channels/*/messages/*/threads", status=400, code=160004)
        assert await town.posting.open_thread(post, "x", "k1-thread") == refs.thread(refs.message_id(post).message)


async def test_the_thread_that_was_silent_longest_makes_room() -> None:
    async with living_town() as town:
        posts = [await town.posting.post(town.channel, replace(CARD, marker=f"m{each}"), f"k{each}") for each in "abc"]
        old, young = [await town.posting.open_thread(post, "x", "k") for post in posts[:2]]
        await town.posting.say(old, SAY, "k-say")
        town.env.inject_error("POST", "/channels/*/messages/*/threads", status=400, code=160006)
        await town.posting.open_thread(posts[2], "y", "k")
        archived = [each.path for each in town.env.http_requests if each.method == "PATCH"]
        assert archived == [f"/channels/{refs.thread_id(young)}"]


async def test_where_there_is_no_room_it_is_waited_for() -> None:
    async with living_town() as town:
        post = await town.posting.post(town.channel, CARD, "k1")
        town.env.inject_error("POST", "/channels/*/messages/*/threads", status=400, code=160006)
        with pytest.raises(NetworkUnavailable):
            await town.posting.open_thread(post, "x", "k1-thread")


async def test_an_archived_thread_is_opened_for_an_edit_and_archived_again() -> None:
    async with living_town() as town:
        post = await town.posting.post(town.channel, CARD, "k1")
        town.env.inject_error("PATCH", "/channels/*/messages/*", status=400, code=50083)
        thread = await town.posting.open_thread(post, "x", "k")
        said = await town.posting.say(thread, SAY, "k-say")
        await town.posting.edit_case(said, CASE)
        patches = [(each.path, each.json) for each in town.env.http_requests if each.method == "PATCH"]
        edit, opened, again, closed = patches
        assert edit[0] == again[0]
        assert (opened[1], closed[1]) == ({"archived": False}, {"archived": True})


async def test_the_third_name_in_ten_minutes_has_to_wait() -> None:
    async with living_town() as town:
        post = await town.posting.post(town.channel, CARD, "k1")
        thread = await town.posting.open_thread(post, "one", "k")
        for name in ("two", "two", "three", "three"):
            await town.posting.rename(thread, name)
        with pytest.raises(NetworkUnavailable) as caught:
            await town.posting.rename(thread, "four")
        assert caught.value.retry_after is not None
        assert timedelta(0) < caught.value.retry_after <= timedelta(minutes=10)
        assert town.calls().count("PATCH /channels/*") == 2


async def test_what_a_member_wrote_is_hidden_by_taking_it_away() -> None:
    async with living_town() as town:
        written = await town.ann.send(town.news, "You fools.")
        message = refs.message(town.news.id, written.id)
        for _ in range(2):
            await town.posting.hide(message, hidden=True)
        await town.posting.hide(message, hidden=False)
        assert town.news.history() == []


async def test_a_flag_is_taken_off_however_often() -> None:
    async with living_town() as town:
        written = await town.ann.send(town.news, "Good.")
        await town.ann.react(written, "🚩")
        reaction = refs.reaction(town.news.id, written.id, town.ann.id, "🚩")
        for _ in range(2):
            await town.posting.take_off(reaction)
        message = town.news.last_message
        assert message is not None
        assert message.reactions == []
        await town.posting.delete(refs.message(town.news.id, written.id))
        await town.posting.take_off(reaction)


async def test_an_emoji_of_the_server_is_put_and_taken_off_too() -> None:
    async with living_town() as town:
        flag = town.guild.create_emoji("flag")
        written = await town.ann.send(town.news, "Good.")
        await town.env.settle()
        typed = f"<:flag:{flag.id}>"
        await town.ann.react(written, f"flag:{flag.id}")
        message = refs.message(town.news.id, written.id)
        await town.posting.seed(message, typed)
        shown = town.news.last_message
        assert shown is not None
        assert [each.count for each in shown.reactions] == [2]
        await town.posting.take_off(refs.reaction(town.news.id, written.id, town.ann.id, typed))
        shown = town.news.last_message
        assert shown is not None
        assert [each.count for each in shown.reactions] == [1]


async def test_a_decided_case_has_no_buttons() -> None:
    async with living_town() as town:
        shown = await town.posting.show_case(town.channel, CASE, "k1")
        assert list(await town.posting.find(town.channel, CASE.marker, None)) == [shown]
        await town.posting.edit_case(
            shown, replace(CASE, decision=(Sentence(key="Case {case} is decided.", values={"case": 17}),))
        )
        message = town.news.last_message
        assert message is not None
        assert message.components == []
        assert list(await town.posting.find(town.channel, CASE.marker, None)) == [shown]


async def test_a_case_leads_to_what_was_reported() -> None:
    async with living_town() as town:
        written = await town.ann.send(town.news, "You fools.")
        await town.posting.show_case(town.channel, replace(CASE, message=refs.message(town.news.id, written.id)), "k1")
        message = town.news.last_message
        assert message is not None
        assert written.jump_url in (message.embeds[0].description or "")


@pytest.mark.parametrize(("status", "meant"), [(500, AnswerLost), (502, AnswerLost), (403, NetworkRefused)])
async def test_a_post_that_may_be_there_is_looked_for(status: int, meant: type[Exception]) -> None:
    async with living_town() as town:
        town.env.inject_error("POST", "/channels/*/messages", status=status, times=None)
        with pytest.raises(meant):
            await town.posting.post(town.channel, CARD, "k1")


async def test_without_a_connection_nothing_is_done() -> None:
    async with living_town() as town:
        town.line.close()
        with pytest.raises(NetworkUnavailable):
            await town.posting.post(town.channel, CARD, "k1")


async def test_a_channel_that_is_gone_is_said_to_be_gone() -> None:
    async with living_town() as town:
        with pytest.raises(NetworkRefused) as caught:
            await town.posting.post(refs.channel(1), CARD, "k1")
        assert caught.value.gone


@pytest.mark.parametrize(
    ("denied", "named"),
    [(("send_messages",), ("Send Messages",)), (("view_channel",), ("View Channel",)), ((), ())],
)
async def test_what_is_lost_with_something_else_is_not_named(denied: tuple[str, ...], named: tuple[str, ...]) -> None:
    async with living_town() as town:
        seen = await Inspecting(town.line, DiscordSettings(token="x")).inspect(await without(town, *denied))
        assert seen.lacks == named


async def test_a_channel_is_inspected_out_of_what_is_known() -> None:
    async with living_town() as town:
        channel = await without(town, "embed_links", "manage_threads", "add_reactions")
        before = len(town.calls())
        seen = await Inspecting(town.line, DiscordSettings(token="x")).inspect(channel)
        assert (seen.server, seen.name) == (refs.server(town.guild.id), "closed")
        assert seen.lacks == ("Embed Links", "Add Reactions", "Manage Threads")
        assert len(town.calls()) == before


async def without(town: Town, *permissions: str) -> Ref:
    """A channel where the bot lacks some permissions."""
    user: Any = town.client.user
    lacking: dict[str, Any] = dict.fromkeys(permissions, False)
    made = town.guild.create_text_channel("closed", overwrites={user: discord.PermissionOverwrite(**lacking)})
    await town.env.settle()
    return refs.channel(made.id)


def sent_messages(town: Town) -> list[Any]:
    """What the bot sent to text channels and conversations, as it went over the wire."""
    return [each.json for each in town.env.http_requests if each.method == "POST" and each.path.endswith("/messages")]
