"""What happens on Matrix while Tribune is down is made up for: from the homeserver's stream where it is known how far
that was heard, else by listing the discussions anew."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from functools import partial
from itertools import cycle
from pathlib import Path
from typing import TypedDict

import pytest

from tests.end_to_end.matrix_truth import COMMAND, reactions_by_relations, standing
from tests.end_to_end.on_matrix import DOWN, FLAG, UP, MatrixTown, matrix_town
from tests.end_to_end.town import Item
from tests.end_to_end.truth import differences, stored
from tests.servers.matrix.people import Person
from tests.servers.matrix.synapse import Synapse

EACH = 60  # of each of the five kinds of thing that happens
ARTICLES = 3
PEOPLE = ("Ann", "Bob", "Cleo", "Dan")
FLAGS = """
    SELECT c.ref, a.ref FROM flags f JOIN comments c ON f.subject_kind = 'comment' AND c.id = f.subject_id
    JOIN accounts a ON a.id = f.account_id WHERE f.closed_at IS NULL"""
POSITION = "DELETE FROM settings WHERE key LIKE '%matrix:since:%'"
TABLES = ("articles", "posts", "discussions", "comments", "reactions", "votes", "flags", "cases", "accounts", "members")

Deed = Callable[[], Awaitable[object]]


@dataclass(frozen=True, kw_only=True)
class Message:
    """A comment on Matrix, and the vote on it that was given before the gap."""

    by: Person
    event: str
    vote: str = ""


@dataclass(kw_only=True)
class Talk:
    """The posts, what is said under them, and the flags as (message, reporter)."""

    posts: Sequence[str]
    edited: list[Message] = field(default_factory=list)
    deleted: list[Message] = field(default_factory=list)
    flags: Counter[tuple[str, str]] = field(default_factory=Counter)
    flag: str = ""  # the reaction of one that was filed before the gap


@pytest.mark.timeout(600)
@pytest.mark.parametrize(
    ("gap", "version", "encrypted"),
    [("stopped", "11", False), ("killed", "12", True), ("lost", "12", False), ("lost", "12", True)],
    ids=["stopped", "killed-encrypted", "position-lost", "position-lost-encrypted"],
)
async def test_a_gap_is_made_up_for(synapse: Synapse, tmp_path: Path, gap: str, version: str, encrypted: bool) -> None:
    async with matrix_town(tmp_path, synapse, version=version, encrypted=encrypted) as town:
        talk = await begun(town)
        await before_the_gap(town, talk)
        await in_the_gap(town, talk, gap)
        await equal(town)
        await town.equal("the flags", partial(flags, town), talk.flags)
        await town.equal("all is said", partial(pending, town), 0)
        await equal(town)
        truth = await standing(town)
        assert await reactions_by_relations(town, truth) == truth.reactions
        await shown_in_the_room(town)
        await nothing_comes_twice(town, talk)
        assert await town.running.stop() == 0


async def begun(town: MatrixTown) -> Talk:
    """Articles with threads and votes to press."""
    await town.joins(*PEOPLE)
    town.publish(*(Item(number=each, title=f"Story {each}") for each in range(ARTICLES)))
    await town.start()

    async def complete() -> bool:
        seeded = [each for each in await town.posts() if {*each.reactions} == {UP, DOWN}]
        ((known,),) = town.rows("SELECT count(*) FROM posts WHERE thread LIKE 'matrix:%'")
        return len(seeded) == int(known) == ARTICLES

    await town.until("all articles are posted", complete)
    return Talk(posts=[each.event for each in await town.posts()])


async def before_the_gap(town: MatrixTown, talk: Talk) -> None:
    """Messages with votes, and a flag, which the bot may not take off yet: all of it is heard."""
    people = list(town.people.values())
    for number, post in zip(range(2 * EACH), cycle(talk.posts), strict=False):
        by = people[number % len(people)]
        event = await by.write(town.news, f"Before the gap, {number}", thread=post)
        if number < EACH:
            vote = await other(people, by, 1).react(town.news, event, UP)
            talk.edited.append(Message(by=by, event=event, vote=vote))
        else:
            talk.deleted.append(Message(by=by, event=event))
    await town.host.grant(town.news, town.bot.user, 0)
    first = talk.edited[0]
    reporter = other(people, first.by, 2)
    talk.flag = await reporter.react(town.news, first.event, FLAG)
    flagged(town, talk, first, reporter)
    await town.equal("the flags", partial(flags, town), talk.flags)
    await equal(town)


async def in_the_gap(town: MatrixTown, talk: Talk, gap: str) -> None:
    """Half of it happens while Tribune hears, where it is killed: what it was just about to store is lost, too."""
    deeds = await happenings(town, talk)
    heard = 20 if gap == "killed" else 0
    for deed in deeds[:heard]:
        await deed()
    await (town.running.kill() if gap == "killed" else town.running.stop())
    for deed in deeds[heard:]:
        await deed()
    if gap == "lost":
        with closing(sqlite3.connect(town.database)) as database, database:
            assert database.execute(POSITION).rowcount == 1
    await town.start()


async def happenings(town: MatrixTown, talk: Talk) -> list[Deed]:
    """Each kind of thing so often, one of each kind after the other; a newcomer, a command, and flags besides."""
    people, room = list(town.people.values()), town.news
    await town.joins("Gus")
    newcomer = town.people["Gus"]
    found: list[Deed] = []
    for number, message in enumerate(talk.edited):
        gone, by = talk.deleted[number], newcomer if number % 10 == 0 else people[number % len(people)]
        found += [
            partial(by.write, room, f"In the gap, {number}", **place(talk, number)),
            partial(message.by.edit, room, message.event, f"Changed in the gap, {number}"),
            partial(gone.by.redact, room, gone.event),
            partial(other(people, message.by, 1).redact, room, message.vote),
            partial(other(people, message.by, 3).react, room, message.event, DOWN),
        ]
    second, third = talk.edited[1:3]
    flagged(town, talk, second, newcomer)
    reporter = other(people, talk.edited[0].by, 2)
    return [
        *found,
        *(partial(newcomer.react, room, each, UP) for each in talk.posts),
        partial(newcomer.write, room, f"{COMMAND} help", thread=talk.posts[0]),
        partial(newcomer.react, room, second.event, FLAG),
        partial(given_and_taken_back, newcomer, room, third.event),
        partial(reporter.redact, room, talk.flag),
        partial(town.host.grant, room, town.bot.user, 50),
    ]


class Place(TypedDict, total=False):
    """Where a message is written."""

    thread: str
    reply_to: str


def place(talk: Talk, number: int) -> Place:
    """Where something is said: in a thread, in reply there, or in reply beside the thread."""
    post, before = talk.posts[number % ARTICLES], talk.edited[number].event
    match number % 4:
        case 0:
            return {"reply_to": before}
        case 1:
            return {"thread": post}
        case 2:
            return {"reply_to": post}
        case _:
            return {"thread": post, "reply_to": before}


async def given_and_taken_back(person: Person, room: str, event: str) -> None:
    """What nobody saw is no flag."""
    await person.redact(room, await person.react(room, event, FLAG))


def flagged(town: MatrixTown, talk: Talk, message: Message, by: Person) -> None:
    talk.flags[f"matrix:message/{town.news}/{message.event}", f"matrix:account/{by.user}"] += 1


async def shown_in_the_room(town: MatrixTown) -> None:
    """Posts show the counts, and no flag stands anywhere."""
    known = stored(town.database, "matrix")
    posts = {f"matrix:message/{town.news}/{each.event}": each for each in await town.posts()}
    for ref, comments in known.counts.items():
        up, down = known.votes[ref]
        assert f"▲ {up} ▼ {down} · {comments} comments" in " ".join(posts[ref].body.split()), ref
    assert [each.event for each in await town.host.read(town.news) if FLAG in each.reactions] == []


async def nothing_comes_twice(town: MatrixTown, talk: Talk) -> None:
    """After one more start that looks through everything again all is as it was."""
    before = await census(town)
    assert await town.running.stop() == 0
    with closing(sqlite3.connect(town.database)) as database, database:
        database.execute(POSITION)
    await town.start()

    async def caught_up() -> bool:
        return any("caught up" in line and "matrix" in line for line in town.running.errors)

    await town.until("it has caught up", caught_up)
    await town.equal("all is said", partial(pending, town), 0)
    assert await census(town) == before
    assert await comparison(town) is None
    assert await flags(town) == talk.flags


# --- looking ---


async def equal(town: MatrixTown) -> None:
    """Wait until what is stored is what stands on Matrix."""
    await town.equal("what is stored is what stands there", partial(comparison, town), None)


async def comparison(town: MatrixTown) -> object:
    """None, or in what the store and the room differ."""
    there, known = await standing(town), stored(town.database, "matrix")
    return None if there == known else differences(there, known)


async def flags(town: MatrixTown) -> Counter[tuple[str, str]]:
    """The flags that wait for a moderator."""
    return Counter((comment, by) for comment, by in town.rows(FLAGS))


async def pending(town: MatrixTown) -> int:
    """How much the bot still has to do on Matrix."""
    ((count,),) = town.rows("SELECT count(*) FROM outbox WHERE state = 'pending'")
    return int(count)


async def census(town: MatrixTown) -> dict[str, int]:
    """How many rows there are of each kind, and how many messages of the bot's in the room."""
    found = {table: int(town.rows(f"SELECT count(*) FROM {table}")[0][0]) for table in TABLES}
    return found | {"said": sum(each.sender == town.bot.user for each in await town.host.read(town.news))}


def other(people: Sequence[Person], author: Person, step: int) -> Person:
    """Somebody who is not the author."""
    return people[(people.index(author) + step) % len(people)]
