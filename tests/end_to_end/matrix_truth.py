"""What stands on Matrix in the discussions, as /messages and /relations tell it, in words that what is stored is put in
too."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from urllib.parse import quote

from adapters.matrix import refs
from bot.domain.model import Ref
from tests.end_to_end.on_matrix import DOWN, UP, MatrixTown
from tests.end_to_end.truth import Truth, discussions
from tests.servers.matrix.people import Person
from tests.servers.matrix.rooms import Written

COMMAND = "!tribune"
Standing = Mapping[str, Written]


async def standing(town: MatrixTown) -> Truth:
    """What stands in the room in the threads of the posts that the store knows, and beside them in reply."""
    found, there = Truth(), {each.event: each for each in await town.host.read(town.news)}
    for posts in discussions(town.database, "matrix").values():
        ((post, _),) = posts
        _count(found, there, refs.message_id(Ref(post)).event, town)
    return found


async def reactions_by_relations(town: MatrixTown, truth: Truth) -> set[str]:
    """The reactions on posts and comments, each of which is asked for."""
    found: set[str] = set()
    for message in truth.votes:
        event = refs.message_id(Ref(message)).event
        for reaction, sender in await _annotations(town.host, town.news, event):
            found |= {refs.reaction(town.news, reaction)} if sender != town.bot.user else set()
    return found


async def _annotations(person: Person, room: str, event: str) -> Sequence[tuple[str, str]]:
    where = f"/_matrix/client/v1/rooms/{quote(room)}/relations/{quote(event)}/m.annotation?limit=1000"
    headers = {"Authorization": f"Bearer {person.client.access_token}"}
    async with await person.client.send("GET", where, None, headers) as answer:
        assert answer.status == 200, await answer.text()
        return [(each["event_id"], each["sender"]) for each in (await answer.json())["chunk"]]


def _count(found: Truth, there: Standing, post: str, town: MatrixTown) -> None:
    comments = [each for each in there.values() if _is_comment(each, town) and _root(each, there) == post]
    for said in comments:
        ref = refs.message(town.news, said.event)
        found.comments[ref] = (refs.account(said.sender), said.body)
        found.votes[ref] = _votes(said, {said.sender, town.bot.user})
        found.reactions |= set(_reactions(said, town))
    ref = refs.message(town.news, post)
    found.votes[ref] = _votes(there[post], {town.bot.user})
    found.counts[ref] = len(comments)
    found.reactions |= set(_reactions(there[post], town))


def _is_comment(said: Written, town: MatrixTown) -> bool:
    assert said.readable, "who looks on reads everything"
    return not said.redacted and said.kind == "m.text" and said.sender != town.bot.user and COMMAND not in said.body


def _root(said: Written, there: Standing) -> str | None:
    """The message that it hangs on: by its thread, or because it replies."""
    if said.thread is not None or said.reply_to is None:
        return said.thread
    to = there[said.reply_to]
    return _root(to, there) or to.event


def _votes(said: Written, barred: set[str]) -> tuple[int, int]:
    voters = [{*said.reactions.get(emoji, {})} - barred for emoji in (UP, DOWN)]
    assert not voters[0] & voters[1], "which of two votes is newer is another test's"
    return len(voters[0]), len(voters[1])


def _reactions(on: Written, town: MatrixTown) -> Iterator[str]:
    for users in on.reactions.values():
        for user, event in users.items():
            if user != town.bot.user:
                yield refs.reaction(town.news, event)
