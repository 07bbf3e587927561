"""A day on Discord: an article is posted, discussed, voted on and corrected; a comment is reported and hidden."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from adapters.discord.custom_ids import CaseAction, for_case
from bot.domain.model import CaseId
from tests.end_to_end.discord_truth import standing
from tests.end_to_end.on_discord import (
    DOWN,
    FLAG,
    UP,
    DiscordTown,
    Dump,
    buttons,
    channel,
    discord_town,
    post_of,
    shown,
    threads,
    told,
)
from tests.end_to_end.town import Item
from tests.end_to_end.truth import stored

ARTICLE = Item(number=1, title="A bridge for the river", lead="It opens on Monday.")
CORRECTED = Item(number=1, title="A bridge for the town", lead="It opens on Tuesday.")
RUDE = "Only a fool would cross it."


@pytest.mark.parametrize("kind", ["text", "forum"])
async def test_a_day(tmp_path: Path, kind: str) -> None:
    async with discord_town(tmp_path, kind, tags=["Politics", "Local"]) as town:
        await town.joins("Ann", "Bob", "Cleo", "Dan", "Mona")
        await town.discord.role(town.guild, "Moderators", ["moderate_members"], [town.people["Mona"]])
        town.publish(ARTICLE)
        await town.start()
        day = Day(town, kind)
        await day.posted()
        await day.moderated()
        await day.discussed()
        await day.reported()
        await day.decided()
        await day.corrected()
        assert stored(town.database, "discord") == standing(await town.discord.dump(), town.database)
        assert (await town.discord.dump())["faults"] == []
        assert await town.running.stop() == 0


class Day:
    """What happens, and what is seen of it."""

    def __init__(self, town: DiscordTown, kind: str) -> None:
        self.town = town
        self.forum = kind == "forum"
        self.thread = 0
        self.comment = 0

    # --- looking ---

    async def there(self) -> tuple[Dump, Dump, Dump]:
        """Everything, the thread, and its post."""
        dump = await self.town.discord.dump()
        thread = channel(dump, self.thread)
        return dump, thread, post_of(dump, thread)

    async def reactions(self) -> dict[str, list[int]]:
        """What stands on the comment."""
        _, thread, _ = await self.there()
        return dict(next(each["reactions"] for each in thread["messages"] if each["id"] == self.comment))

    async def case(self) -> Dump:
        """The case that moderators are shown."""
        (message,) = await self.town.discord.messages(self.town.backroom)
        return dict(message)

    async def told(self, name: str) -> list[str]:
        return told(await self.town.discord.dump(), self.town.people[name])

    async def article(self) -> dict[str, Any]:
        (line,) = (await self.town.api("/api/articles"))["items"]
        return dict(line)

    async def comments(self) -> list[tuple[str, int]]:
        """What the page shows: texts and their votes up."""
        found = await self.town.api(f"/api/articles/{(await self.article())['id']}/comments")
        return [(each["text"], each["up"]) for each in found["items"]]

    async def footer(self) -> str:
        _, _, post = await self.there()
        return str(post["embeds"][0]["footer"]["text"])

    # --- what happens ---

    async def posted(self) -> None:
        """An embed, a thread with its first message, and the votes to press."""

        async def seeded() -> bool:
            dump = await self.town.discord.dump()
            there = threads(dump, self.town.channels[0])
            return bool(there) and set(post_of(dump, there[0])["reactions"]) == {UP, DOWN}

        await self.town.until("the article is posted", seeded)
        dump = await self.town.discord.dump()
        (thread,) = threads(dump, self.town.channels[0])
        self.thread, post = thread["id"], post_of(dump, thread)
        assert (post["embeds"][0]["title"], post["embeds"][0]["description"]) == (ARTICLE.title, ARTICLE.lead)
        assert thread["name"] == ARTICLE.title
        own = [each for each in thread["messages"] if each["id"] != post["id"] and each["embeds"]]
        assert len(own) == 1, "one first message that says what the thread is for"
        assert thread["applied_tags"] == (self._tags(dump, "Local") if self.forum else [])

    def _tags(self, dump: Dump, *names: str) -> list[int]:
        tags = channel(dump, self.town.channels[0])["tags"]
        return [int(each["id"]) for each in tags if each["name"] in names]

    async def moderated(self) -> None:
        """Cases go to a channel, once it is known in which server that is."""

        async def known() -> bool:
            return self.town.rows("SELECT count(*) FROM channels WHERE name = 'backroom' AND server IS NOT NULL") == [
                (1,)
            ]

        await self.town.until("it is known where the channels are", known)
        await self.town.command("channel", "set", "backroom", "--cases", "--yes")

    async def discussed(self) -> None:
        """A comment and votes, one of them taken back; the page shows them, and the post in time."""
        discord, people = self.town.discord, self.town.people
        self.comment = await discord.post(people["Ann"], self.thread, RUDE)
        await discord.react(people["Bob"], self.thread, self.comment, UP)
        await discord.react(people["Cleo"], self.thread, self.comment, UP)
        await self.town.equal("the votes", self.comments, [(RUDE, 2)])
        await discord.unreact(people["Cleo"], self.thread, self.comment, UP)
        await self.town.equal("the vote taken back", self.comments, [(RUDE, 1)])
        _, _, post = await self.there()
        await discord.react(people["Bob"], post["channel"], post["id"], UP)
        await self.town.equal("the counts in the post", self.footer, "▲ 1  ▼ 0 · 1 comment")
        assert (await self.article())["up"] == 1

    async def reported(self) -> None:
        """The flag is off, its reporter is answered, moderators are shown the case."""
        discord, people = self.town.discord, self.town.people
        await discord.react(people["Dan"], self.thread, self.comment, FLAG)
        await self.town.equal("the flag is taken off", self.reactions, {UP: [people["Bob"]]})

        async def answered() -> bool:
            return bool(await self.told("Dan")) and bool(await discord.messages(self.town.backroom))

        await self.town.until("the reporter is answered, the case is shown", answered)
        (letter,) = await self.told("Dan")
        assert "has arrived" in letter
        case = await self.case()
        assert RUDE in shown(case)
        assert "Dan" in shown(case)
        assert for_case(CaseAction.HIDE, CaseId(1)) in buttons(case)
        assert await self.comments() == [(RUDE, 1)], "one report of a newcomer hides nothing"

    async def decided(self) -> None:
        """A member cannot, a moderator does: gone on Discord, hidden in the store, all are told."""
        discord, people, backroom = self.town.discord, self.town.people, self.town.backroom
        hide, case = for_case(CaseAction.HIDE, CaseId(1)), await self.case()
        await discord.press(people["Bob"], backroom, case["id"], hide)
        assert self.town.rows("SELECT state FROM cases") == [("open",)], "not everybody is a moderator"
        await discord.press(people["Mona"], backroom, case["id"], hide)
        await self.town.equal("it is gone from the page", self.comments, [])

        async def over() -> bool:
            _, thread, _ = await self.there()
            gone = self.comment not in [each["id"] for each in thread["messages"]]
            return gone and not (await self.case())["components"] and len(await self.told("Dan")) == 2

        await self.town.until("it is gone, the case is closed, the reporter is told", over)
        assert "Decided by Mona." in shown(await self.case())
        (kept,) = self.town.rows("SELECT html, hidden_at IS NOT NULL, deleted_at FROM comments")
        assert (RUDE in kept[0], kept[1:]) == (True, (1, None))
        assert (ARTICLE.title in (await self.told("Dan"))[1], len(await self.told("Ann"))) == (True, 1)
        await self.town.equal("the counts in the post", self.footer, "▲ 1  ▼ 0 · 0 comments")

    async def corrected(self) -> None:
        """The publisher changes the article: the post says so, and the thread is called so."""
        self.town.publish(CORRECTED)
        await self.town.poll()

        async def changed() -> object:
            _, thread, post = await self.there()
            return thread["name"], post["embeds"][0]["title"], post["embeds"][0]["description"]

        wanted = (CORRECTED.title, CORRECTED.title, CORRECTED.lead)
        await self.town.equal("the post and its thread", changed, wanted)
        assert (await self.article())["title"] == CORRECTED.title
        assert await self.footer() == "▲ 1  ▼ 0 · 0 comments"
