"""What is set in channels, and that it works: emoji, flags, weights."""

from __future__ import annotations

import pytest

from bot.domain.events import Reacted, Unreacted
from bot.domain.model import ArticleSort, Ref, Role, Subject, SubjectKind, Totals
from bot.errors import RequestError
from bot.ports.pages import Viewer
from tests.contract.commands.saying import logged, operator, say, somebody
from tests.contract.order_scene import Order, order, who
from tests.end_to_end.small import small_town


async def react(scene: Order, message: Ref, name: str, emoji: str) -> Ref:
    reaction = Ref(f"web:reaction/{name}/{emoji}/{message}")
    event = Reacted(reaction=reaction, message=message, who=who(name), emoji=emoji, at=scene.town.clock.now())
    await scene.town.discussion.take(event)
    return reaction


async def totals(scene: Order, message: Ref) -> Totals:
    return (await scene.comment(message)).totals


async def test_what_is_set_is_shown_and_logged(database_url: str) -> None:
    async with small_town(database_url) as town:
        community = await town.community("town", default=True)
        ada = await somebody(town, community, "Ada", Role.ADMIN)
        line = (
            "channel set town --name “Main Street” --language fr --zone America/New_York --sort new --hide-weight 7,5"
        )
        (facts,) = await say(town, ada, line)
        shown = facts["facts"]
        assert (shown["name"], shown["language"], shown["zone"]) == ("Main Street", "fr", "America/New_York")
        assert (shown["sort"], shown["hide-weight"], shown["up"]) == ("new", "7.5", "👍, as everywhere")
        assert await say(town, ada, "channel show town") == [facts]
        assert ("channel.set", "channel:1", "zone: Europe/Paris", "zone: America/New_York") in await logged(
            town, community
        )
        (section,) = await town.store.pages.sections(Viewer(community_id=community))
        assert (section.name, section.sort) == ("Main Street", ArticleSort.NEW)
        assert "Main Street" in await town.text("/")
        (facts,) = await say(town, ada, "channel set town --sort usual --hide-weight “”")
        assert (facts["facts"]["sort"], facts["facts"]["hide-weight"]) == ("hot, as everywhere", "6, as everywhere")


@pytest.mark.parametrize(
    ("options", "why"),
    [
        ("--language xx", "no language"),
        ("--zone Mars/Phobos", "no time zone"),
        ("--zone ../../etc/passwd", "no time zone"),
        ("--sort best", "no order"),
        ("--up hello", "not one emoji"),
        ("--up 🎉🎉", "not one emoji"),
        ("--up 👎", "two things"),
        ("--up 🚩", "two things"),
        ("--up 🎉 --flag 🎉", "two things"),
        ("--hide-weight 0", "no weight"),
        ("--hide-weight nan", "no weight"),
        ("--name “ ”", "has a name"),
        ("", "Nothing is to be changed"),
    ],
)
async def test_what_cannot_be_is_refused(database_url: str, options: str, why: str) -> None:
    async with small_town(database_url) as town:
        community = await town.community("town", default=True)
        with pytest.raises(RequestError, match=why):
            await say(town, operator(community), f"channel set town {options}")


async def test_own_emoji_are_votes_and_what_stands_there_is_counted_anew(database_url: str) -> None:
    async with small_town(database_url) as town:
        scene = await order(town)
        _, message = await scene.say("ann")
        for name, emoji in (("bob", "🎉"), ("cid", "🎉"), ("dot", "▲"), ("eve", "👎")):
            await react(scene, message, name, emoji)
        assert await totals(scene, message) == Totals(up=1, down=1)
        await say(town, operator(scene.community), "channel set town --up 🎉")
        assert await totals(scene, message) == Totals(up=2, down=1)
        party = await react(scene, message, "fay", "🎉")
        assert await totals(scene, message) == Totals(up=3, down=1)
        await town.discussion.take(Unreacted(reaction=party, at=town.clock.now()))
        await say(town, operator(scene.community), "channel set town --up usual --down 💩")
        assert await totals(scene, message) == Totals(up=1, down=1)


async def test_an_articles_votes_are_read_by_the_channel_of_each(database_url: str) -> None:
    async with small_town(database_url) as town:
        scene = await order(town)
        async with town.store.read() as tx:
            (post,) = await tx.posts.of_discussion(scene.discussion)
        assert post.ref is not None
        await react(scene, post.ref, "bob", "🎉")
        await say(town, operator(scene.community), "channel set town --up 🎉")
        async with town.store.read() as tx:
            subject = Subject(kind=SubjectKind.ARTICLE, id=scene.discussion)
            assert await tx.discussions.count_votes(subject) == Totals(up=1)


async def test_an_own_emoji_reports_and_the_usual_one_does_not(database_url: str) -> None:
    async with small_town(database_url) as town:
        scene = await order(town)
        comment, message = await scene.say("ann")
        await say(town, operator(scene.community), "channel set town --flag 🧨")
        await react(scene, message, "bob", "🚩")
        async with town.store.read() as tx:
            assert await tx.cases.latest(Subject(kind=SubjectKind.COMMENT, id=comment)) is None
        await react(scene, message, "bob", "🧨")
        async with town.store.read() as tx:
            assert len(await tx.cases.flags((await scene.case(comment)).id)) == 1


async def test_reports_hide_at_the_weight_of_the_channel(database_url: str) -> None:
    async with small_town(database_url) as town:
        scene = await order(town)
        for name in ("cid", "dot", "eve"):
            await scene.trusted(name)
        await say(town, operator(scene.community), "channel set town --hide-weight 9")
        _, message = await scene.say("ann")
        for name, hidden in (("cid", False), ("dot", False), ("eve", True)):
            await scene.flag(name, message)
            assert ((await scene.comment(message)).hidden_at is not None) is hidden
