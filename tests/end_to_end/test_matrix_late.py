"""A bot that is at work before anybody has invited it, and one that is put out of a room and invited back."""

from __future__ import annotations

from pathlib import Path

from tests.end_to_end.on_matrix import MatrixTown, matrix_town
from tests.end_to_end.town import Item
from tests.servers.matrix.synapse import Synapse


async def test_what_was_to_be_posted_before_the_bot_was_in_the_room_is_posted_once_it_is(
    synapse: Synapse, tmp_path: Path
) -> None:
    async with matrix_town(tmp_path, synapse, version="12", encrypted=False) as town:
        await town.host.kick(town.news, town.bot.user)  # the invitation is taken back
        town.publish(Item(number=1, title="A bridge"))
        await town.start()
        await town.until("the room is known to be closed to the bot", lambda: is_suspended(town))
        await town.host.invite(town.news, town.bot.user)
        await town.until("the article is posted", lambda: has_posted(town, 1))
        await town.until("the room is open again", lambda: goes_on(town))
        await put_out_and_taken_back(town)
        assert await town.running.stop() == 0


async def put_out_and_taken_back(town: MatrixTown) -> None:
    """What comes while the bot is out is not made up for; what comes afterwards is posted."""
    await town.host.kick(town.news, town.bot.user, "not now")
    await town.until("the room is known to be closed again", lambda: is_suspended(town))
    town.publish(Item(number=1, title="A bridge"), Item(number=2, title="A tunnel"))
    await town.poll()
    await town.until("the tunnel is known", lambda: knows(town, 2))
    await town.host.invite(town.news, town.bot.user)
    await town.until("the room is open again", lambda: goes_on(town))
    town.publish(*(Item(number=each, title=f"Article {each}") for each in (1, 2, 3)))
    await town.poll()
    await town.until("the third is posted", lambda: has_posted(town, 2))


async def is_suspended(town: MatrixTown) -> bool:
    return any(why is not None for (why,) in town.rows("SELECT suspended FROM subscriptions"))


async def goes_on(town: MatrixTown) -> bool:
    return not await is_suspended(town)


async def has_posted(town: MatrixTown, count: int) -> bool:
    return len(await town.posts()) == count


async def knows(town: MatrixTown, articles: int) -> bool:
    return len(town.rows("SELECT id FROM articles")) == articles
