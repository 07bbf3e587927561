"""A day on Matrix: an article is posted, discussed, voted on and corrected; a comment is reported and hidden."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from adapters.matrix import markers
from tests.end_to_end.on_matrix import DOWN, FLAG, UP, MatrixTown, matrix_town
from tests.end_to_end.town import Item
from tests.servers.matrix.people import Person
from tests.servers.matrix.rooms import Written
from tests.servers.matrix.synapse import Synapse

ARTICLE = Item(number=1, title="A bridge for the river", lead="It opens on Monday.")
CORRECTED = Item(number=1, title="A bridge for the town", lead="It opens on Tuesday.")
RUDE = "Only a fool would cross it."


@pytest.mark.parametrize(
    ("version", "encrypted"), [("12", False), ("11", False), ("12", True)], ids=["v12", "v11", "encrypted"]
)
async def test_a_day(synapse: Synapse, tmp_path: Path, version: str, encrypted: bool) -> None:
    async with matrix_town(tmp_path, synapse, version=version, encrypted=encrypted) as town:
        await town.joins("Ann", "Bob", "Cleo", "Dan", "Mona")
        await town.host.grant(town.news, town.people["Mona"].user, 50)
        town.publish(ARTICLE)
        await town.start()
        day = Day(town)
        await day.posted()
        await day.moderated()
        await day.discussed()
        await day.reported()
        await day.decided()
        await day.corrected()
        assert [line for line in town.running.errors if "level=error" in line or "Traceback" in line] == []
        assert await town.running.stop() == 0


class Day:
    """What happens, and what is seen of it."""

    def __init__(self, town: MatrixTown) -> None:
        self.town = town
        self.post = ""
        self.comment = ""

    # --- looking ---

    async def post_now(self) -> Written:
        """The one post that there is."""
        (post,) = await self.town.posts()
        return post

    async def counts(self) -> str:
        """How the post ends."""
        return " ".join((await self.post_now()).body.splitlines()[-1].split())

    async def comment_now(self) -> Written:
        return await self.town.host.message(self.town.news, self.comment)

    async def reactions(self) -> dict[str, set[str]]:
        """Who put what on the comment."""
        return {emoji: set(users) for emoji, users in (await self.comment_now()).reactions.items()}

    async def case(self) -> Written:
        """The case that moderators are shown."""
        there = await self.town.host.read(self.town.backroom)
        (message,) = [each for each in there if markers.CASE in each.content]
        return message

    async def article(self) -> dict[str, Any]:
        (line,) = (await self.town.api("/api/articles"))["items"]
        return dict(line)

    async def comments(self) -> list[tuple[str, int]]:
        """What the page shows: texts and their votes up."""
        found = await self.town.api(f"/api/articles/{(await self.article())['id']}/comments")
        return [(each["text"], each["up"]) for each in found["items"]]

    # --- what happens ---

    async def posted(self) -> None:
        """A message, a thread with its first message, and the votes to press; nothing pings."""
        town = self.town

        async def seeded() -> bool:
            posts = await town.posts()
            return bool(posts) and {*posts[0].reactions} == {UP, DOWN} and bool(await self._invitations(posts[0]))

        await town.until("the article is posted", seeded)
        post = await self.post_now()
        self.post = post.event
        assert (post.kind, ARTICLE.title in post.html, ARTICLE.lead in post.html) == ("m.text", True, True)
        assert all(set(users) == {town.bot.user} for users in post.reactions.values())
        (invitation,) = await self._invitations(post)
        assert invitation.kind == "m.notice"
        assert [each.content["m.mentions"] for each in (post, invitation)] == [{}, {}]

    async def _invitations(self, post: Written) -> list[Written]:
        return await self.town.host.thread(self.town.news, post.event)

    async def moderated(self) -> None:
        """Cases go to a room, once it is known in which space that is."""
        town = self.town

        async def known() -> bool:
            return town.rows("SELECT count(*) FROM channels WHERE name = 'backroom' AND server IS NOT NULL") == [(1,)]

        await town.until("it is known where the rooms are", known)
        assert {server for (server,) in town.rows("SELECT server FROM channels WHERE server IS NOT NULL")} == {
            f"matrix:server/{town.space}"
        }
        await town.command("channel", "set", "backroom", "--cases", "--yes")
        for name in ("Mona", "Bob"):
            await town.comes_in(name, town.backroom)
        await town.host.grant(town.backroom, town.people["Mona"].user, 50)

    async def discussed(self) -> None:
        """A comment and votes, one of them taken back; the page shows them, and the post in time."""
        town = self.town
        ann, bob, cleo = (town.people[name] for name in ("Ann", "Bob", "Cleo"))
        self.comment = await ann.write(town.news, RUDE, thread=self.post)
        await bob.react(town.news, self.comment, UP)
        vote = await cleo.react(town.news, self.comment, UP)
        await town.equal("the votes", self.comments, [(RUDE, 2)])
        await cleo.redact(town.news, vote)
        await town.equal("the vote taken back", self.comments, [(RUDE, 1)])
        await bob.react(town.news, self.post, UP)
        await town.equal("the counts in the post", self.counts, "▲ 1 ▼ 0 · 1 comment")
        assert (await self.post_now()).edits > 0
        assert (await self.article())["up"] == 1

    async def reported(self) -> None:
        """The flag is off, its reporter is answered, moderators are shown the case."""
        town = self.town
        await town.people["Dan"].react(town.news, self.comment, FLAG)
        await town.equal("the flag is taken off", self.reactions, {UP: {town.people["Bob"].user}})

        async def answered() -> bool:
            there = await town.host.read(town.backroom)
            return bool(await town.told("Dan")) and any(self._is_ready(each) for each in there)

        await town.until("the reporter is answered, the case is shown", answered)
        (letter,) = await town.told("Dan")
        assert "has arrived" in letter
        case = await self.case()
        assert RUDE in case.body
        assert "Dan" in case.body
        assert await self.comments() == [(RUDE, 1)], "one report of a newcomer hides nothing"

    def _is_ready(self, message: Written) -> bool:
        return markers.CASE in message.content and hiding(message) in message.reactions

    async def decided(self) -> None:
        """A member cannot, a moderator does: redacted on Matrix, hidden in the store, all are told."""
        town, case = self.town, await self.case()
        hide = hiding(case)
        await town.people["Bob"].react(town.backroom, case.event, hide)
        await self._is_heard(town.people["Cleo"])
        assert town.rows("SELECT state FROM cases") == [("open",)], "not everybody is a moderator"
        await town.people["Mona"].react(town.backroom, case.event, hide)
        await town.equal("it is gone from the page", self.comments, [])

        async def over() -> bool:
            gone, says = (await self.comment_now()).redacted, (await self.case()).body
            return gone and "Decided by" in says and len(await town.told("Dan")) == 2 and bool(await town.told("Ann"))

        await town.until("it is gone, the case is closed, its reporter and its author are told", over)
        assert "Decided by Mona." in (await self.case()).body
        (kept,) = town.rows("SELECT html, hidden_at IS NOT NULL, deleted_at FROM comments")
        assert (RUDE in kept[0], kept[1:]) == (True, (1, None))
        assert (ARTICLE.title in (await town.told("Dan"))[1], len(await town.told("Ann"))) == (True, 1)
        await town.equal("the counts in the post", self.counts, "▲ 1 ▼ 0 · 0 comments")

    async def _is_heard(self, person: Person) -> None:
        """What happened before has been heard when this one's vote counts, and its going."""
        vote = await person.react(self.town.news, self.comment, UP)
        await self.town.equal("a vote", self.comments, [(RUDE, 2)])
        await person.redact(self.town.news, vote)
        await self.town.equal("the vote taken back", self.comments, [(RUDE, 1)])

    async def corrected(self) -> None:
        """The publisher changes the article: the post says so."""
        self.town.publish(CORRECTED)
        await self.town.poll()

        async def changed() -> object:
            post = await self.post_now()
            return CORRECTED.title in post.html, CORRECTED.lead in post.html, ARTICLE.lead in post.html

        await self.town.equal("the post", changed, (True, True, False))
        assert (await self.article())["title"] == CORRECTED.title
        assert await self.counts() == "▲ 1 ▼ 0 · 0 comments"
        assert (await self.post_now()).event == self.post, "the same message says something else"


def hiding(case: Written) -> str:
    """The emoji that hides, as the case tells it to people."""
    (line,) = [each for each in case.body.splitlines() if each.endswith(" Hide it")]
    return line.partition(" ")[0]
