"""What is heard over the gateway, as Discord words it."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterator
from contextlib import contextmanager

from adapters.discord import refs
from bot.domain.events import Cleared, Deleted, Left, Locked, Missed, Posted, Reacted, Unreacted
from bot.domain.model import Ref
from bot.ports.chat import Place
from tests.contract.discord.bot import running_bot
from tests.servers.discord.client import Discord
from tests.servers.listening_bot import NOW, QuietDesk


async def thread_in(server: Discord, guild: int) -> tuple[int, int, int]:
    """Somebody, a thread that they opened, and what they said there."""
    somebody, channel = await server.user("ann", guild), await server.channel(guild)
    thread = await server.open_thread(somebody, channel, None, "Talk")
    return somebody, thread, await server.post(somebody, thread, "Hello")


async def test_a_crowd_that_votes_is_heard_in_order(server: Discord, guild: int) -> None:
    ann, thread, message = await thread_in(server, guild)
    crowd = [await server.user(f"p{number}", guild) for number in range(30)]
    async with running_bot() as bot:
        for who in crowd:
            await server.react(who, thread, message, "▲")
        await server.unreact(crowd[0], thread, message, "▲")
        await server.post(ann, thread, "Thank you")
        await bot.heard.times(Posted, 1)
        assert [each.who.ref for each in bot.heard.of(Reacted)] == [refs.account(each) for each in crowd]
        first = refs.reaction(thread, message, crowd[0], "▲")
        assert [type(each) for each in bot.heard.events[-2:]] == [Unreacted, Posted]
        assert bot.heard.of(Unreacted) == [Unreacted(reaction=first, at=NOW)]


async def test_cleared_reactions(server: Discord, guild: int) -> None:
    ann, thread, message = await thread_in(server, guild)
    async with running_bot() as bot:
        await server.react(ann, thread, message, "▲")
        await server.clear(thread, message, "▲")
        await server.clear(thread, message)
        there = refs.message(thread, message)
        assert await bot.heard.times(Cleared, 2) == [
            Cleared(message=there, at=NOW, emoji="▲"),
            Cleared(message=there, at=NOW),
        ]


async def test_a_burst_and_a_usual_reaction_are_one(server: Discord, guild: int) -> None:
    ann, thread, message = await thread_in(server, guild)
    async with running_bot() as bot:
        await server.react(ann, thread, message, "▲")
        await server.react(ann, thread, message, "▲", burst=True)
        await server.unreact(ann, thread, message, "▲", burst=True)
        await server.post(ann, thread, "Still")
        await bot.heard.times(Posted, 1)
        assert bot.heard.of(Unreacted) == []
        await server.unreact(ann, thread, message, "▲")
        await bot.heard.times(Unreacted, 1)


async def test_many_messages_that_are_deleted_at_once(server: Discord, guild: int) -> None:
    _, thread, message = await thread_in(server, guild)
    async with running_bot() as bot:
        about = {"channel_id": str(thread), "guild_id": str(guild)}
        await server.tell("MESSAGE_DELETE_BULK", about | {"ids": [str(message), str(message + 1)]})
        gone = await bot.heard.times(Deleted, 2)
        assert [each.message for each in gone] == [refs.message(thread, message), refs.message(thread, message + 1)]


async def test_a_thread_that_is_archived_locked_and_opened(server: Discord, guild: int) -> None:
    _, thread, _ = await thread_in(server, guild)
    async with running_bot() as bot:
        await server.archive(thread)
        await server.archive(thread, archived=False)
        await server.close_thread(thread)
        await server.lock(thread, locked=False)
        await server.lock(thread)
        there = refs.thread(thread)
        assert await bot.heard.times(Locked, 3) == [
            Locked(thread=there, locked=locked, at=NOW) for locked in (True, False, True)
        ]


async def test_a_forums_post_is_deleted_with_its_thread(server: Discord, guild: int) -> None:
    ann, forum = await server.user("ann", guild), await server.forum(guild)
    post = await server.forum_post(ann, forum, "Talk", "Hello")
    async with running_bot() as bot:
        await server.delete_thread(post)
        gone = await bot.heard.times(Deleted, 2)
        assert [each.message for each in gone] == [refs.thread(post), refs.message(post, post)]


async def test_a_deleted_channel_takes_its_threads_along(server: Discord, guild: int) -> None:
    ann, channel = await server.user("ann", guild), await server.channel(guild)
    thread = await server.open_thread(ann, channel, None, "Talk")
    async with running_bot() as bot:
        await server.delete_channel(channel)
        (left,) = await bot.heard.times(Left, 1)
        await bot.heard.until(lambda: refs.thread(thread) in [each.message for each in bot.heard.of(Deleted)])
        assert left.place == refs.channel(channel)


async def test_direct_messages_are_not_heard(server: Discord, guild: int) -> None:
    ann, thread, _ = await thread_in(server, guild)
    async with running_bot() as bot:
        await server.direct(ann, "Psst")
        await server.post(ann, thread, "Aloud")
        (posted,) = await bot.heard.times(Posted, 1)
        assert posted.html == "<p>Aloud</p>"


async def test_a_gateway_that_comes_back_is_found_again(server: Discord, guild: int) -> None:
    async with running_bot() as bot:
        await server.settings(gateway_away=True)
        await server.end_session(tell=False)
        with failures_logged() as failed:
            await server.drop()
            await failed.wait()
        await server.settings(gateway_away=False)
        await bot.heard.times(Missed, 2)
        assert not bot.running.done()


@contextmanager
def failures_logged() -> Iterator[asyncio.Event]:
    """Set once discord.py has not reached the gateway."""
    seen = asyncio.Event()

    class Handler(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            seen.set()

    handler, log = Handler(level=logging.ERROR), logging.getLogger("discord.shard")
    log.addHandler(handler)
    try:
        yield seen
    finally:
        log.removeHandler(handler)


class SlowDesk(QuietDesk):
    """Takes its time to say where somebody is."""

    def __init__(self) -> None:
        super().__init__()
        self.asked, self.go_on = asyncio.Event(), asyncio.Event()

    async def place(self, server: Ref | None, *places: Ref) -> Place | None:
        self.asked.set()
        await self.go_on.wait()
        return await super().place(server, *places)


async def test_answers_that_are_under_way_are_given_before_the_bot_goes(server: Discord, guild: int) -> None:
    ann, thread, message = await thread_in(server, guild)
    desk = SlowDesk()
    async with running_bot(desk=desk) as bot:
        asking = asyncio.create_task(
            server.submit(ann, thread, f"t:quote:{thread}:{message}", {"text": "> Hello\nAnd good bye"})
        )
        await desk.asked.wait()
        bot.running.cancel()
        desk.go_on.set()
        await asyncio.wait({bot.running})
        await asking
    assert "And good bye" in (await server.messages(thread))[-1]["content"]
