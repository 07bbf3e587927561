"""Reactions to the comments of one discussion: Tribune's discussion and store beside bare aiosqlite.

`python -m bench.reactions FOLDER REACTIONS COMMENTS` is one run, in a process of its own.
"""

from __future__ import annotations

import asyncio
import json
import secrets
import shutil
import sqlite3
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from pathlib import Path
from random import Random
from statistics import median
from typing import Any

import aiosqlite
import uvloop

from bench.processes import ROOT
from bench.talk import Talk, fill, opened
from bench.tribune import Clock
from bot.aftermath import Following
from bot.discussion import Discussion, DiscussionSettings
from bot.domain.events import Reacted
from bot.domain.model import Ref
from bot.garbage import settle
from bot.signals import Noticeboard
from storage.rowsets import stored

TOGETHER = 100  # raw rows in a transaction of bare aiosqlite
AT_ONCE = 1000  # reactions that come at once, where they come one by one
_PRAGMAS = ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "temp_store=MEMORY")
_ROW = "INSERT INTO reactions (ref, subject_kind, subject_id, account_id, emoji, at, seen_at, counted, removed_at) "
_PUT = _ROW + "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"


class Way(StrEnum):
    """How the reactions come."""

    LISTED = "listed after a gap"  # comment by comment, all of them at once
    LIVE = "as they come"  # to any comment, each by itself, many at the same time


@dataclass(slots=True)
class Rates:
    """Reactions per second, of all runs."""

    reactions: int
    comments: int
    ours: dict[Way, list[float]] = field(default_factory=lambda: {way: [] for way in Way})
    bare: dict[Way, list[float]] = field(default_factory=lambda: {way: [] for way in Way})

    def rate(self, way: Way) -> float:
        """Tribune's, the median."""
        return median(self.ours[way])

    def bare_rate(self, way: Way) -> float:
        """The same rows in the same order through bare aiosqlite."""
        return median(self.bare[way])

    def ratio(self, way: Way) -> float:
        """How Tribune compares."""
        return self.rate(way) / self.bare_rate(way)


async def measure_reactions(
    reactions: int, comments: int, runs: int, folder: Path, say: Callable[[str], None]
) -> Rates:
    """Run it. Raises RuntimeError where a run did not do all of its work."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    rates = Rates(reactions=reactions, comments=comments)
    for number in range(runs):
        for way, (ours, bare) in (await _in_a_process(folder / str(number), reactions, comments)).items():
            rates.ours[way].append(ours)
            rates.bare[way].append(bare)
            say(f"run {number + 1}, {way}: {ours:,.0f} reactions/s, bare aiosqlite {bare:,.0f}")
    return rates


async def _in_a_process(folder: Path, reactions: int, comments: int) -> dict[Way, tuple[float, float]]:
    folder.mkdir()
    command = [sys.executable, "-m", "bench.reactions", str(folder), str(reactions), str(comments)]
    process = await asyncio.create_subprocess_exec(*command, cwd=ROOT, stdout=asyncio.subprocess.PIPE)
    answer, _ = await process.communicate()
    if process.returncode:
        raise RuntimeError("the reactions could not be measured")
    shutil.rmtree(folder)
    return {Way(way): (ours, bare) for way, (ours, bare) in json.loads(answer).items()}


# --- one run ---


async def run(folder: Path, reactions: int, comments: int) -> dict[Way, tuple[float, float]]:
    """Both ways, ours first, each in a new database."""
    found = {}
    for way in Way:
        ours, bare = folder / f"{way.name}.db", folder / f"{way.name}-bare.db"
        talk = await fill(ours, comments)
        shutil.copy(ours, bare)
        events = list(_events(talk, reactions, way))
        seconds = await _take(ours, talk, events, way), await _insert(bare, talk, events)
        found[way] = len(events) / seconds[0], len(events) / seconds[1]
    return found


def _events(talk: Talk, reactions: int, way: Way) -> Iterator[Reacted]:
    """As many for each comment, of members of whom each reacts once to a comment; four of five are ▲."""
    random, began = Random(2), Clock().now() - timedelta(days=1)
    each = reactions // len(talk.comments)
    pairs = [(comment, random.sample(talk.members, each)) for comment in talk.comments]
    found = [(comment, who) for comment, people in pairs for who in people]
    if way is Way.LIVE:
        random.shuffle(found)
    for number, (comment, who) in enumerate(found):
        yield Reacted(
            reaction=Ref(f"web:reaction/{random.randbytes(24).hex()}"),
            message=comment,
            who=who,
            emoji="👎" if number % 5 == 0 else "👍",
            at=began + timedelta(milliseconds=number),
        )


async def _take(file: Path, talk: Talk, events: Sequence[Reacted], way: Way) -> float:
    store = await opened(file)
    discussion = Discussion(
        store=store,
        following=Following(
            new_key=lambda: secrets.token_hex(12), reads_store=lambda ref: True, refresh_every=timedelta(minutes=1)
        ),
        signals=Noticeboard(),
        clock=Clock(),
        settings=DiscussionSettings(),
        on_orders=lambda: None,
    )
    settle()
    began = time.perf_counter()
    if way is Way.LISTED:
        await discussion.take_many(events)
    else:
        line = iter(events)
        await asyncio.gather(*(_live(discussion, line) for _ in range(AT_ONCE)))
    seconds = time.perf_counter() - began
    await store.close()
    _check(file, events, len(talk.comments))
    return seconds


async def _live(discussion: Discussion, line: Iterator[Reacted]) -> None:
    for event in line:
        await discussion.take(event)


def _check(file: Path, events: Sequence[Reacted], comments: int) -> None:
    """A figure is worth nothing where the work was not done: every row, every vote, every total."""
    expected: dict[str, Counter[str]] = {each.message: Counter() for each in events}
    for each in events:
        expected[each.message]["up" if each.emoji == "👍" else "down"] += 1
    with closing(sqlite3.connect(file)) as database:
        rows = database.execute("SELECT count(*) FROM reactions WHERE removed_at IS NULL AND counted").fetchone()[0]
        votes = dict(database.execute("SELECT vote, count(*) FROM votes WHERE NOT void GROUP BY vote").fetchall())
        totals = {
            ref: (up, down, score)
            for ref, up, down, score in database.execute("SELECT ref, up, down, score FROM comments")
        }
        stale = database.execute("SELECT count(*) FROM recounts").fetchone()[0]
    wanted = {ref: (each["up"], each["down"], each["up"] - each["down"]) for ref, each in expected.items()}
    cast = {way: sum(each[way] for each in expected.values()) for way in ("up", "down")}
    if rows != len(events) or votes != cast or totals != wanted or len(totals) != comments or not stale:
        raise RuntimeError(f"{rows} of {len(events)} reactions are there, {votes} votes instead of {cast}")


async def _insert(file: Path, talk: Talk, events: Sequence[Reacted]) -> float:
    """The same rows, in the same order, into the same table of the same database."""
    with closing(sqlite3.connect(file)) as database:
        comments = dict(database.execute("SELECT ref, id FROM comments").fetchall())
    rows = list(_rows(talk, events, comments))
    async with aiosqlite.connect(file, isolation_level=None) as database:
        for pragma in _PRAGMAS:
            await database.execute(f"PRAGMA {pragma}")
        settle()
        began = time.perf_counter()
        for start in range(0, len(rows), TOGETHER):
            await database.execute("BEGIN IMMEDIATE")
            await database.executemany(_PUT, rows[start : start + TOGETHER])
            await database.commit()
        seconds = time.perf_counter() - began
        async with database.execute("SELECT count(*) FROM reactions") as cursor:
            if await cursor.fetchone() != (len(rows),):
                raise RuntimeError("bare aiosqlite has not inserted all rows")
    return seconds


def _rows(talk: Talk, events: Sequence[Reacted], comments: dict[Ref, int]) -> Iterator[tuple[Any, ...]]:
    now = stored(Clock().now())
    for each in events:
        account = talk.accounts[each.who.ref].id
        yield each.reaction, "comment", comments[each.message], account, each.emoji, stored(each.at), now, True, None


if __name__ == "__main__":
    print(json.dumps(uvloop.run(run(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])))))
