"""What is stored of the discussions on Discord, and what stands there, in the same words, to be compared."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from bot.domain.html import plain_text
from bot.domain.votes import normalise_emoji
from tests.end_to_end.on_discord import DOWN, UP, Dump, channel
from tests.end_to_end.town import reading

WRITTEN_BY_PEOPLE = (0, 19)  # types of messages: said, and in reply


@dataclass(kw_only=True)
class Truth:
    """Comments: message -> (author, text). Reactions: their references. Votes: message -> (up, down), and counts of
    comments: post -> number; those of an article are over all its posts. Locked: threads."""

    comments: dict[str, tuple[str, str]] = field(default_factory=dict)
    reactions: set[str] = field(default_factory=set)
    votes: dict[str, tuple[int, int]] = field(default_factory=dict)
    counts: dict[str, int] = field(default_factory=dict)
    locked: set[str] = field(default_factory=set)


def stored(database: Path) -> Truth:
    """What the store says is live and shown on Discord. Totals that are not those of their votes fail."""
    with reading(database) as now:
        found = Truth(
            comments={ref: (author, plain_text(html)) for ref, author, html in now.execute(_COMMENTS)},
            reactions={ref for (ref,) in now.execute(_REACTIONS)},
            counts=dict(now.execute(_COUNTS)),
            locked={ref for (ref,) in now.execute(_LOCKED)},
        )
        for kind, number, ref, up, down in now.execute(_SUBJECTS).fetchall():
            found.votes[ref] = (up, down)
            counted = Counter(vote for (vote,) in now.execute(_VOTES, (kind, number)))
            assert (up, down) == (counted["up"], counted["down"]), f"the totals of {ref} are not those of its votes"
    return found


def standing(dump: Dump, database: Path) -> Truth:
    """What stands on Discord in the threads of the posts that the store knows."""
    found = Truth()
    for posts in _discussions(database).values():
        _count(found, dump, posts)
    return found


def differences(there: Truth, known: Truth) -> dict[str, object]:
    """What is only on Discord, and what is only in the store."""
    found: dict[str, object] = {}
    for name in ("comments", "votes", "counts"):
        one, two = getattr(there, name), getattr(known, name)
        found |= {f"{name} {ref}": (one.get(ref), two.get(ref)) for ref in one | two if one.get(ref) != two.get(ref)}
    for name in ("reactions", "locked"):
        one, two = getattr(there, name), getattr(known, name)
        found |= {f"{name} only there": one - two, f"{name} only stored": two - one}
    return {name: each for name, each in found.items() if each}


def _discussions(database: Path) -> dict[int, list[tuple[str, str]]]:
    """The posts of each discussion, with their threads."""
    found = defaultdict(list)
    with reading(database) as now:
        for discussion, post, thread in now.execute(_POSTS):
            found[discussion].append((post, thread))
    return found


def _count(found: Truth, dump: Dump, posts: list[tuple[str, str]]) -> None:
    ballots: dict[str, set[int]] = {UP: set(), DOWN: set()}
    comments = 0
    for post, thread in posts:
        there = channel(dump, _number(thread))
        for said in _said(dump, there):
            ref = f"discord:message/{there['id']}/{said['id']}"
            found.comments[ref] = (f"discord:account/{said['author']}", said["content"])
            found.votes[ref] = _votes(said, {said["author"], dump["bot"]})
            found.reactions |= set(_reactions(said, dump["bot"]))
            comments += 1
        article = message_at(dump, post)
        found.reactions |= set(_reactions(article, dump["bot"]))
        for emoji, voters in ballots.items():
            voters |= {*article["reactions"].get(emoji, [])} - {dump["bot"]}
        found.locked |= {thread} if there["locked"] else set()
    assert not ballots[UP] & ballots[DOWN], "nobody can say from a dump which of two votes is newer"
    for post, _ in posts:
        found.votes[post] = (len(ballots[UP]), len(ballots[DOWN]))
        found.counts[post] = comments


def _said(dump: Dump, thread: Dump) -> Iterator[Dump]:
    for each in thread["messages"]:
        if each["author"] != dump["bot"] and each["type"] in WRITTEN_BY_PEOPLE:
            yield each


def _votes(said: Dump, barred: set[int]) -> tuple[int, int]:
    voters = [{*said["reactions"].get(emoji, [])} - barred for emoji in (UP, DOWN)]
    assert not voters[0] & voters[1], "nobody can say from a dump which of two votes is newer"
    return len(voters[0]), len(voters[1])


def _reactions(on: Dump, bot: int) -> Iterator[str]:
    for emoji, users in on["reactions"].items():
        for user in users:
            if user != bot:
                place = f"{on['channel']}/{on['id']}"
                yield f"discord:reaction/{place}/{user}/{normalise_emoji(emoji)}"


def message_at(dump: Dump, ref: str) -> Dump:
    """The message of a reference."""
    place, number = (int(each) for each in ref.rsplit("/", 2)[1:])
    return next(each for each in channel(dump, place)["messages"] if each["id"] == number)


def _number(ref: str) -> int:
    return int(ref.rpartition("/")[2])


_LIVE = "c.deleted_at IS NULL AND c.hidden_at IS NULL"
_COMMENTS = f"SELECT c.ref, a.ref, c.html FROM comments c JOIN accounts a ON a.id = c.account_id WHERE {_LIVE}"
_REACTIONS = f"""
    SELECT r.ref FROM reactions r JOIN accounts a ON a.id = r.account_id
    LEFT JOIN comments c ON r.subject_kind = 'comment' AND c.id = r.subject_id
    WHERE r.removed_at IS NULL AND NOT a.bot AND (r.subject_kind = 'article' OR {_LIVE})"""
_SUBJECTS = f"""
    SELECT 'comment', c.id, c.ref, c.up, c.down FROM comments c WHERE {_LIVE}
    UNION ALL SELECT 'article', d.id, p.ref, d.up, d.down FROM discussions d JOIN posts p ON p.discussion_id = d.id
    WHERE p.thread LIKE 'discord:%'"""
_VOTES = "SELECT vote FROM votes WHERE subject_kind = ? AND subject_id = ? AND NOT void"
_COUNTS = """
    SELECT p.ref, d.comments FROM posts p JOIN discussions d ON d.id = p.discussion_id
    WHERE p.thread LIKE 'discord:%'"""
_POSTS = "SELECT discussion_id, ref, thread FROM posts WHERE thread LIKE 'discord:%' ORDER BY id"
_LOCKED = """
    SELECT p.thread FROM posts p JOIN discussions d ON d.id = p.discussion_id
    WHERE p.thread LIKE 'discord:%' AND d.locked_at IS NOT NULL"""
