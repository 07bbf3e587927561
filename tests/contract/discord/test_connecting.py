"""How the bot comes to Discord, stays there, and says why it cannot."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import replace
from datetime import timedelta

import pytest
from structlog.testing import capture_logs

from adapters.discord import refs
from bot.domain.events import Back, Joined, Left, Missed, Outcome, Posted
from bot.errors import NetworkUnavailable, StorageError
from tests.contract.discord.bot import failed, running_bot
from tests.servers.discord.client import Discord
from tests.servers.discord.gateway import MESSAGE_CONTENT
from tests.servers.listening_bot import NOW, SETTINGS, Heard


async def thread_in(server: Discord, guild: int) -> tuple[int, int]:
    """Somebody, and a thread that they opened."""
    somebody, channel = await server.user("ann", guild), await server.channel(guild)
    return somebody, await server.open_thread(somebody, channel, None, "Talk")


async def test_what_was_missed_is_told_after_all_servers(server: Discord) -> None:
    guilds = [await server.guild(name) for name in ("One", "Two")]
    async with running_bot() as bot:
        *joined, back, missed = bot.heard.events
        assert sorted(each.name for each in bot.heard.of(Joined)) == ["One", "Two"]
        assert len(joined) == 2
        assert back == Back(network="discord", at=NOW)
        assert missed == Missed(network="discord", at=NOW, servers=frozenset(refs.server(each) for each in guilds))


async def test_commands_are_registered_once(server: Discord, guild: int) -> None:
    async with running_bot() as bot:
        assert len(bot.desk.notes) == 1
    calls = [(each["method"], each["path"]) for each in (await server.dump())["requests"]]
    assert sum(method == "PUT" and path.endswith("/commands") for method, path in calls) == 1


async def test_commands_that_cannot_be_registered_are_tried_again_while_the_bot_listens(
    server: Discord, guild: int
) -> None:
    await server.order("fail", "PUT", "*/commands", status=503)
    async with running_bot() as bot:
        assert bot.desk.notes == {}
        async with asyncio.timeout(20):
            await bot.desk.noted.wait()


async def test_commands_that_are_refused_keep_nobody_from_listening(server: Discord, guild: int) -> None:
    await server.order("fail", "PUT", "*/commands", status=400)
    with capture_logs() as logs:
        async with running_bot() as bot:
            assert not bot.running.done()
    assert [each["log_level"] for each in logs if "commands" in each["event"]] == ["error"]


async def test_a_session_that_is_resumed_misses_nothing_and_says_nothing(server: Discord, guild: int) -> None:
    somebody, thread = await thread_in(server, guild)
    async with running_bot() as bot:
        await server.drop()
        for number in range(5):
            await server.post(somebody, thread, f"{number}")
        posted = await bot.heard.times(Posted, 5)
        assert [each.html for each in posted] == [f"<p>{number}</p>" for number in range(5)]
        assert len(bot.heard.of(Missed)) == 1
        assert (await server.dump())["gateway"]["resumed"] == 1


async def test_another_session_says_that_something_was_missed(server: Discord, guild: int) -> None:
    async with running_bot() as bot:
        await server.end_session()
        await bot.heard.times(Missed, 2)
        assert len(bot.heard.of(Joined)) == 2
        assert not bot.running.done()


async def test_a_server_that_the_bot_was_removed_from_meanwhile_is_none_any_more(server: Discord, guild: int) -> None:
    other = await server.guild("Other")
    async with running_bot() as bot:
        await server.end_session(tell=False)
        await server.leave_guild(other)
        await server.drop()
        _, missed = await bot.heard.times(Missed, 2)
        assert missed.servers == frozenset({refs.server(guild)})


async def test_a_server_that_is_reached_late_was_missed_too(server: Discord, guild: int) -> None:
    other = await server.guild("Other")
    await server.outage(other)
    async with running_bot() as bot:
        assert [each.name for each in bot.heard.of(Joined)] == ["Town"]
        assert bot.heard.of(Missed)[0].servers == frozenset({refs.server(guild), refs.server(other)})
        await server.outage(other, over=True)
        await bot.heard.times(Missed, 2)
        assert [each.name for each in bot.heard.of(Joined)] == ["Town", "Other"]


async def test_a_server_is_left_and_comes_back(server: Discord, guild: int) -> None:
    async with running_bot() as bot:
        await server.leave_guild(guild)
        (left,) = await bot.heard.times(Left, 1)
        assert left.place == refs.server(guild)
        await server.invite(guild)
        await bot.heard.times(Joined, 2)


async def test_an_outage_is_no_leaving(server: Discord, guild: int) -> None:
    somebody = await server.user("ann")
    async with running_bot() as bot:
        await server.outage(guild)
        await server.outage(guild, over=True)
        await bot.heard.times(Missed, 2)
        assert bot.heard.of(Left) == []
        assert somebody


async def test_a_server_that_is_refused_is_told_why_and_left(server: Discord, guild: int) -> None:
    refusal = Outcome(refused="Nobody knows {ref} here.", values=(("ref", "discord:1"),))
    async with running_bot(heard=Heard(welcome=refusal)) as bot:
        await bot.heard.times(Left, 1)
    dump = await server.dump()
    said = [embed["description"] for channel in dump["channels"] for m in channel["messages"] for embed in m["embeds"]]
    assert said == ["Nobody knows discord:1 here."]


async def test_a_token_that_is_refused_says_where_another_one_goes(server: Discord) -> None:
    with pytest.raises(NetworkUnavailable, match="put it where the configuration") as raised:
        await failed(replace(SETTINGS, token="other"))
    assert raised.value.retry_after == timedelta(minutes=15)


async def test_a_token_that_is_taken_back_ends_the_run(server: Discord, guild: int) -> None:
    async with running_bot() as bot:
        await server.drop(4004)
        with pytest.raises(NetworkUnavailable, match="does not take the bot's token"):
            await bot.running


@pytest.mark.parametrize("code", [4010, 4011, 4012, 4013])
async def test_what_cannot_be_reconnected_says_why(server: Discord, guild: int, code: int) -> None:
    async with running_bot() as bot:
        await server.drop(code)
        with pytest.raises(NetworkUnavailable, match=r"Discord|shards") as raised:
            await bot.running
        assert raised.value.retry_after == timedelta(minutes=15)


async def test_without_the_intent_for_contents_the_bot_goes_on_without_comments(server: Discord, guild: int) -> None:
    somebody, thread = await thread_in(server, guild)
    await server.settings(refused_intents=MESSAGE_CONTENT)
    with capture_logs() as logs:
        async with running_bot() as bot:
            await server.post(somebody, thread, "Nobody reads this")
            await server.react(somebody, thread, await server.post(somebody, thread, "Nor this"), "▲")
            await bot.heard.until(lambda: type(bot.heard.events[-1]).__name__ == "Reacted")
            assert bot.heard.of(Posted) == []
    assert ["Message Content Intent" in each["remedy"] for each in logs if "remedy" in each] == [True]


async def test_another_intent_that_is_refused_says_so(server: Discord, guild: int) -> None:
    await server.settings(refused_intents=1)
    with pytest.raises(NetworkUnavailable, match="refuses an intent"):
        await failed()


async def test_no_session_is_begun_where_none_may_be(server: Discord, guild: int) -> None:
    await server.settings(session_starts=0)
    with pytest.raises(NetworkUnavailable, match="may not for a while") as raised:
        await failed()
    assert raised.value.retry_after is not None
    assert raised.value.retry_after > timedelta(0)
    assert (await server.dump())["gateway"]["identified"] == 0


async def test_a_payload_that_cannot_be_read_ends_the_run_and_no_more(server: Discord, guild: int) -> None:
    async with running_bot() as bot:
        await server.break_parser()
        with pytest.raises(NetworkUnavailable, match="cannot read"):
            await bot.running
    async with running_bot() as bot:
        assert not bot.running.done()


async def test_what_breaks_behind_the_door_comes_out_as_it_is(server: Discord, guild: int) -> None:
    somebody, thread = await thread_in(server, guild)
    async with running_bot() as bot:
        bot.heard.breaks = StorageError("the disk is full")
        await server.post(somebody, thread, "Hello")
        with pytest.raises(StorageError, match="the disk is full"):
            await bot.running


async def test_sessions_that_end_at_once_are_not_begun_without_end(server: Discord, guild: int) -> None:
    async with running_bot() as bot:
        async with asyncio.timeout(60):
            while not bot.running.done():
                missed = len(bot.heard.of(Missed))
                await server.end_session()
                again = asyncio.create_task(bot.heard.times(Missed, missed + 1))
                await asyncio.wait({again, bot.running}, return_when=asyncio.FIRST_COMPLETED)
                again.cancel()
        with pytest.raises(NetworkUnavailable, match="ends each session"):
            await bot.running
    assert (await server.dump())["gateway"]["identified"] == 5


async def test_a_gateway_that_is_away_ends_the_run_and_is_a_line_in_the_log(
    server: Discord, guild: int, caplog: pytest.LogCaptureFixture
) -> None:
    await server.settings(gateway_away=True)
    with pytest.raises(NetworkUnavailable, match="gateway"):
        await failed()
    warned = [each for each in caplog.records if each.levelno >= logging.WARNING]
    assert ["503" in each.getMessage() for each in warned] == [True]
    assert warned[0].exc_info is None


async def test_a_discord_that_is_away_ends_the_run(server: Discord) -> None:
    await server.weather(away=True)
    with pytest.raises(NetworkUnavailable, match="trouble of its own"):
        await failed()


async def test_nothing_is_called_once_the_run_has_ended(server: Discord, guild: int) -> None:
    async with running_bot() as bot:
        await server.drop(4004)
        with pytest.raises(NetworkUnavailable):
            await bot.running
        with pytest.raises(NetworkUnavailable, match="not connected"):
            await bot.network.find_threads(refs.message(1, 2))
