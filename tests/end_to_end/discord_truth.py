"""What stands on Discord in the discussions, in the words of what is stored of them, to be compared."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from bot.domain.votes import normalise_emoji
from tests.end_to_end.on_discord import DOWN, UP, Dump, channel
from tests.end_to_end.truth import Truth, discussions

WRITTEN_BY_PEOPLE = (0, 19)  # types of messages: said, and in reply


def standing(dump: Dump, database: Path) -> Truth:
    """What stands on Discord in the threads of the posts that the store knows."""
    found = Truth()
    for posts in discussions(database, "discord").values():
        _count(found, dump, posts)
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
