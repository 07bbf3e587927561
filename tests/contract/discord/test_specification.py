"""Requests are held against Discord's own specification."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import discord
import pytest
import simcord

from tests.contract.discord.bare import Bare, text_channel
from tests.servers.discord.client import Discord
from tests.servers.discord.specification import Specification, specification, why_absent

CHANNEL, MESSAGE = "/channels/1/messages", "/channels/1/messages/2"


@pytest.fixture(scope="module")
def judge() -> Specification:
    """Discord's specification; the test is left out where there is none."""
    found = specification()
    if found is None:
        pytest.skip(why_absent())
    return found


RIGHT = [
    pytest.param("POST", CHANNEL, {"content": "x", "nonce": "1", "enforce_nonce": True}, id="message"),
    pytest.param("POST", CHANNEL, {"content": "x", "message_reference": {"message_id": 5}}, id="integer snowflake"),
    pytest.param("GET", CHANNEL + "?limit=3", None, id="history"),
    pytest.param("PUT", MESSAGE + "/reactions/👍/@me", None, id="reaction"),
    pytest.param("PUT", MESSAGE + "/reactions/%F0%9F%91%8D/@me", None, id="quoted reaction"),
    pytest.param("POST", MESSAGE + "/threads", {"name": "x", "auto_archive_duration": 1440}, id="thread"),
    pytest.param("POST", "/channels/1/threads", {"name": "x", "message": {"content": "y"}}, id="forum post"),
    pytest.param("POST", "/channels/1/threads", {"name": "x", "type": 11}, id="thread without message"),
    pytest.param("POST", "/interactions/1/token/callback", {"type": 5, "data": {"flags": 64}}, id="promise"),
]
WRONG = [
    pytest.param("POST", CHANNEL, {"content": 5}, id="content that is no text"),
    pytest.param("POST", CHANNEL, {"content": "x" * 4001}, id="content of 4001"),
    pytest.param("POST", CHANNEL, {"embeds": [{"title": "x" * 257}]}, id="title of 257"),
    pytest.param("POST", CHANNEL, None, id="no body"),
    pytest.param("POST", CHANNEL, {"message_reference": {"message_id": "five"}}, id="no snowflake"),
    pytest.param("POST", MESSAGE + "/threads", {"name": "x" * 101}, id="name of 101"),
    pytest.param("POST", MESSAGE + "/threads", {"name": "x", "auto_archive_duration": 61}, id="archived in 61"),
    pytest.param("POST", "/channels/1/threads", {"name": "", "message": {"content": "y"}}, id="forum post, no name"),
    pytest.param("POST", "/webhooks/1/token", {"username": "x" * 81}, id="webhook with a name of 81"),
    pytest.param("POST", "/interactions/1/token/callback", {"type": 8, "data": {"choices": [{}]}}, id="choices"),
    pytest.param("PATCH", MESSAGE + "/threads", {"name": "x"}, id="method that is not there"),
    pytest.param("GET", "/channels/1/massages", None, id="path that is not there"),
    pytest.param("DELETE", MESSAGE, {"content": "x"}, id="body where there is none"),
]


@pytest.mark.parametrize(("method", "path", "body"), RIGHT)
def test_what_is_right_goes_through(judge: Specification, method: str, path: str, body: Any) -> None:
    assert judge.faults(method, path, body) == []


@pytest.mark.parametrize(("method", "path", "body"), WRONG)
def test_what_is_wrong_is_found(judge: Specification, method: str, path: str, body: Any) -> None:
    assert len(judge.faults(method, path, body)) == 1


@dataclass(frozen=True, kw_only=True)
class Logged:
    """A request as simcord notes it."""

    method: str
    path: str
    json: Any


def test_noted_requests_are_judged_together(judge: Specification) -> None:
    right = Logged(method="POST", path=CHANNEL, json={"content": "x"})
    wrong = Logged(method="POST", path=CHANNEL, json={"content": 5})
    assert len(judge.faults_of([right, wrong, right])) == 1


async def test_the_server_lets_what_discord_py_asks_through_and_notes_what_is_wrong(
    judge: Specification, server: Discord, client: Bare, guild: int
) -> None:
    channel = await text_channel(client, server, guild)
    sent = await channel.send("x", embed=discord.Embed(title="t", url="https://example.org", colour=5))
    thread = await sent.create_thread(name="talk")
    await thread.send("reply", reference=await thread.send("first"))
    await sent.edit(content="y", embeds=[])
    await sent.add_reaction("👍")
    await thread.edit(archived=True, locked=True)
    forum = await client.fetch_channel(await server.forum(guild, tags=["a"]))
    assert isinstance(forum, discord.ForumChannel)
    await forum.create_thread(name="post", content="text", applied_tags=forum.available_tags)
    await (await client.fetch_user(await server.user("Ann", guild))).send("psst")
    assert (await server.dump())["faults"] == []
    await client.http.request(
        discord.http.Route("PATCH", "/channels/{channel_id}", channel_id=thread.id), json={"locked": "yes"}
    )
    faults = (await server.dump())["faults"]
    assert len(faults) == 1
    assert "locked" in faults[0]


async def test_what_simcord_notes_is_judged(judge: Specification) -> None:
    client = discord.Client(intents=discord.Intents.all())
    async with simcord.run(client) as env:
        news = env.create_guild("Readers").create_text_channel("news")
        there = client.get_partial_messageable(news.id)
        sent = await there.send("x", embed=discord.Embed(title="t"))
        await sent.add_reaction("👍")
        assert env.http_requests
        assert judge.faults_of(env.http_requests) == []
        # simcord, too, lets a thread's name be too long; the specification does not.
        await client.http.start_thread_with_message(news.id, sent.id, name="x" * 101, auto_archive_duration=60)
        assert len(judge.faults_of(env.http_requests)) == 1
