"""What happens on Discord while Tribune does not hear it is made up for: what came, what went, what was changed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import cycle
from pathlib import Path

import pytest

from tests.end_to_end.discord_truth import message_at, standing
from tests.end_to_end.on_discord import DOWN, FLAG, UP, DiscordTown, discord_town, post_of, shown, threads, told
from tests.end_to_end.town import Item
from tests.end_to_end.truth import differences, stored

EACH = 20  # of each kind of thing that happens
ARTICLES = 3
PEOPLE = ("Ann", "Bob", "Cleo", "Dan", "Eve", "Finn")
FLAGS = """
    SELECT c.ref, a.ref FROM flags f JOIN comments c ON f.subject_kind = 'comment' AND c.id = f.subject_id
    JOIN accounts a ON a.id = f.account_id WHERE f.closed_at IS NULL"""
TABLES = ("articles", "posts", "discussions", "comments", "reactions", "votes", "flags", "cases", "accounts", "members")


Deed = Callable[[], Awaitable[object]]


@pytest.mark.parametrize("gap", ["stopped", "killed", "unheard"])
async def test_a_gap_is_made_up_for(tmp_path: Path, gap: str) -> None:
    async with discord_town(tmp_path, "text", "forum") as town:
        talk = await begun(town)
        await before_the_gap(town, talk)
        await in_the_gap(town, talk, gap)
        await equal(town)
        await town.equal("the flags", partial(flags, town), talk.flags)
        await town.equal("all is said", partial(pending, town), 0)
        await shown_on_discord(town, talk)
        await nothing_comes_twice(town, talk)
        assert await town.running.stop() == 0


@dataclass(kw_only=True)
class Talk:
    """The threads, and the messages of each kind as (thread, message, author); the flags as (message, reporter)."""

    threads: Sequence[int]
    edited: list[tuple[int, int, int]] = field(default_factory=list)
    deleted: list[tuple[int, int, int]] = field(default_factory=list)
    flags: Counter[tuple[str, str]] = field(default_factory=Counter)

    def flag(self, thread: int, message: int, by: int) -> None:
        self.flags[f"discord:message/{thread}/{message}", f"discord:account/{by}"] += 1


async def begun(town: DiscordTown) -> Talk:
    """Articles in both channels, with a thread each."""
    await town.joins(*PEOPLE)
    town.publish(*(Item(number=each, title=f"Story {each}") for each in range(ARTICLES)))
    await town.start()

    async def complete() -> bool:
        dump = await town.discord.dump()
        found = [each for parent in town.channels for each in threads(dump, parent)]
        seeded = [each for each in found if set(post_of(dump, each)["reactions"]) == {UP, DOWN}]
        ((known,),) = town.rows("SELECT count(*) FROM posts WHERE thread LIKE 'discord:%'")
        return len(seeded) == int(known) == ARTICLES * len(town.channels)

    await town.until("all articles are posted", complete)
    dump = await town.discord.dump()
    return Talk(threads=[each["id"] for parent in town.channels for each in threads(dump, parent)])


async def before_the_gap(town: DiscordTown, talk: Talk) -> None:
    """Messages with reactions, a flag and what it leads to: all of it is heard."""
    discord, people = town.discord, list(town.people.values())
    for number, thread in zip(range(2 * EACH), cycle(talk.threads), strict=False):
        author = people[number % len(people)]
        message = await discord.post(author, thread, f"Before the gap, {number}")
        (talk.edited if number < EACH else talk.deleted).append((thread, message, author))
        await discord.react(other(people, author, 1), thread, message, UP)
    thread, message, author = talk.edited[0]
    await discord.react(other(people, author, 2), thread, message, FLAG)
    talk.flag(thread, message, other(people, author, 2))
    await equal(town)
    await town.equal("the flags", partial(flags, town), talk.flags)


async def in_the_gap(town: DiscordTown, talk: Talk, gap: str) -> None:
    """Half of it happens while Tribune hears, where it is killed: what it was just about to store is lost, too."""
    deeds = await happenings(town, talk)
    heard = len(deeds) // 2 if gap == "killed" else 0
    for deed in deeds[:heard]:
        await deed()
    await deaf(town, gap)
    for deed in deeds[heard:]:
        await deed()
    await (town.discord.drop() if gap == "unheard" else town.start())


async def deaf(town: DiscordTown, gap: str) -> None:
    """Tribune hears nothing from here on."""
    if gap == "stopped":
        assert await town.running.stop() == 0
    elif gap == "killed":
        await town.running.kill()
    else:
        await town.discord.end_session(tell=False)  # what comes until the next IDENTIFY is told to nobody


async def happenings(town: DiscordTown, talk: Talk) -> list[Deed]:
    """Each kind of thing so often, one of each kind after the other; a lock at the end, which keeps people out."""
    discord, people = town.discord, list(town.people.values())
    newcomer = await discord.user("Gus", town.guild)
    found: list[Deed] = []
    for number, (thread, message, author) in enumerate(talk.edited):
        gone, by = talk.deleted[number], people[number % len(people)]
        found += [
            partial(discord.post, newcomer if number == 0 else by, thread, f"In the gap, {number}", reply_to=message),
            partial(discord.edit, thread, message, f"Changed in the gap, {number}"),
            partial(discord.delete, gone[0], gone[1]),
            partial(discord.unreact, other(people, author, 1), thread, message, UP),
            partial(discord.react, other(people, author, 3), thread, message, DOWN),
        ]
    found += [partial(discord.react, newcomer, *place, UP) for place in await posts(town)]
    thread, message, author = talk.edited[1]
    found.append(partial(discord.react, newcomer, thread, message, FLAG))
    talk.flag(thread, message, newcomer)
    return [*found, partial(discord.archive, thread), partial(discord.lock, talk.threads[-1])]


async def shown_on_discord(town: DiscordTown, talk: Talk) -> None:
    """Posts show the counts, no flag stands anywhere, its reporter was answered once, what was archived still is."""
    dump, known = await town.discord.dump(), stored(town.database, "discord")
    for ref, (up, down) in known.votes.items():
        if ref in known.counts:
            assert f"▲ {up}  ▼ {down} · {known.counts[ref]} comments" in shown(message_at(dump, ref)), ref
    assert not [each["id"] for there in dump["channels"] for each in there["messages"] if FLAG in each["reactions"]]
    reporters = Counter(int(by.rpartition("/")[2]) for _, by in talk.flags.elements())
    assert Counter({by: len(told(dump, by)) for by in reporters}) == reporters
    assert [each["id"] for each in dump["channels"] if each["archived"]] == [talk.edited[1][0]]


async def nothing_comes_twice(town: DiscordTown, talk: Talk) -> None:
    """After one more start, which looks through everything again, all is as it was."""
    before = await census(town)
    assert await town.running.stop() == 0
    await town.start()

    async def caught_up() -> bool:
        return any("caught up" in line and "discord" in line for line in town.running.errors)

    await town.until("it has caught up", caught_up)
    await town.equal("all is said", partial(pending, town), 0)
    assert await census(town) == before
    assert await comparison(town) is None
    assert await flags(town) == talk.flags


# --- looking ---


async def equal(town: DiscordTown) -> None:
    """Wait until what is stored is what stands on Discord."""
    await town.equal("what is stored is what stands there", partial(comparison, town), None)


async def comparison(town: DiscordTown) -> object:
    """None, or in what the store and Discord differ."""
    there, known = standing(await town.discord.dump(), town.database), stored(town.database, "discord")
    return None if there == known else differences(there, known)


async def flags(town: DiscordTown) -> Counter[tuple[str, str]]:
    """The flags that wait for a moderator."""
    return Counter((comment, by) for comment, by in town.rows(FLAGS))


async def pending(town: DiscordTown) -> int:
    """How much the bot still has to do on Discord."""
    ((count,),) = town.rows("SELECT count(*) FROM outbox WHERE state = 'pending'")
    return int(count)


async def census(town: DiscordTown) -> dict[str, int]:
    """How many rows there are of each kind, and how many messages of the bot's in each channel."""
    dump = await town.discord.dump()
    found = {table: int(town.rows(f"SELECT count(*) FROM {table}")[0][0]) for table in TABLES}
    for each in dump["channels"]:
        found[str(each["id"])] = sum(message["author"] == dump["bot"] for message in each["messages"])
    return found


async def posts(town: DiscordTown) -> list[tuple[int, int]]:
    """The posts of the text channel, as (channel, message)."""
    dump = await town.discord.dump()
    found = [post_of(dump, each) for each in threads(dump, town.channels[0])]
    return [(each["channel"], each["id"]) for each in found]


def other(people: Sequence[int], author: int, step: int) -> int:
    """Somebody who is not the author."""
    return people[(people.index(author) + step) % len(people)]
