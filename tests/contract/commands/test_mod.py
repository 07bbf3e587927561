"""Keeping order by command, by moderators of a community and of single channels."""

from __future__ import annotations

import asyncio

import pytest

from adapters.web.refs import section
from bot.domain.model import CaseState, Channel, Role, Visibility
from bot.errors import RequestError
from tests.contract.commands.saying import logged, operator, say, somebody
from tests.contract.order_scene import Order, order
from tests.end_to_end.small import Town, small_town


async def reported(town: Town) -> tuple[Order, int]:
    """A comment of Ann's that Bob has reported; its case."""
    scene = await order(town)
    comment, message = await scene.say("ann")
    await scene.flag("bob", message, text="Look.")
    return scene, int((await scene.case(comment)).id)


async def test_a_case_is_shown_claimed_and_decided(database_url: str) -> None:
    async with small_town(database_url) as town:
        scene, case = await reported(town)
        max_ = await somebody(town, scene.community, "Max", Role.MODERATOR)
        eve = await somebody(town, scene.community, "Eve", Role.MODERATOR)
        (queue,) = await say(town, max_, "mod queue --kind comment --reason unkind")
        (line,) = queue["rows"]
        assert (line["case"], line["author"], line["text"], line["reasons"]) == (case, "ann", "Words.", "unkind")
        (none,) = await say(town, max_, "mod queue --reason spam")
        assert none["rows"] == []
        facts, reports, *letter = await say(town, max_, f"mod show {case}")
        assert (facts["facts"]["text"], facts["facts"]["state"]) == ("Words.", "open")
        assert [(each["by"], each["words"]) for each in reports["rows"]] == [("bob", "Look.")]
        assert "have hidden your comment" in letter[1]["text"]
        await say(town, max_, f"mod claim {case}")
        with pytest.raises(RequestError, match="Somebody else is at work"):
            await say(town, eve, f"mod agree {case}")
        await say(town, max_, f"mod claim {case} --release")
        line_ = f"mod agree {case} --measure delete --sanction mute --for 3d --words “Not again.”"
        assert (await say(town, eve, line_))[0]["text"] == f"Case {case} is decided."
        with pytest.raises(RequestError, match="decided already"):
            await say(town, max_, f"mod disagree {case}")
        assert (await scene.standing("ann")).muted_until is not None
        (mutes,) = await say(town, max_, "mod log --action member.mute")
        assert len(mutes["rows"]) == 1


async def test_of_two_one_decides(database_url: str) -> None:
    async with small_town(database_url) as town:
        scene, case = await reported(town)
        max_ = await somebody(town, scene.community, "Max", Role.MODERATOR)
        eve = await somebody(town, scene.community, "Eve", Role.MODERATOR)
        answers = await asyncio.gather(
            say(town, max_, f"mod agree {case}"), say(town, eve, f"mod ignore {case}"), return_exceptions=True
        )
        assert sum(isinstance(each, RequestError) for each in answers) == 1


async def test_the_operator_decides_without_an_account(database_url: str) -> None:
    async with small_town(database_url) as town:
        scene, case = await reported(town)
        with pytest.raises(RequestError, match="somebody with an account"):
            await say(town, operator(scene.community), f"mod claim {case}")
        await say(town, operator(scene.community), f"mod agree {case}")
        assert [each[0] for each in await logged(town, scene.community)] == ["case.decide"]
        (letter,) = await scene.letters("ann")
        assert "have hidden" in letter


async def test_a_moderator_of_a_channel_keeps_order_there_only(database_url: str) -> None:
    async with small_town(database_url) as town:
        scene, case = await reported(town)
        community = scene.community
        await town.store.write(
            lambda tx: tx.places.put_channel(
                community, section("square"), "Square", language="en", zone="UTC", visibility=Visibility.PUBLIC
            )
        )
        here, there = await channels(town)
        max_ = await somebody(town, community, "Max")
        with pytest.raises(RequestError, match="for moderators"):
            await say(town, max_, f"mod agree {case}")
        await say(town, operator(community), f"role grant Max moderator --channel {there.name}")
        assert (await say(town, max_, "mod queue"))[0]["rows"] == []
        for line in (f"mod show {case}", f"mod claim {case}", f"mod agree {case}", f"mod lock {scene.discussion}"):
            with pytest.raises(RequestError):
                await say(town, max_, line)
        await say(town, operator(community), f"role grant Max moderator --channel {here.name}")
        assert len((await say(town, max_, "mod queue"))[0]["rows"]) == 1
        await say(town, max_, f"mod show {case}")
        with pytest.raises(RequestError, match="of the whole community"):
            await say(town, max_, f"mod agree {case} --sanction warn")
        for line in ("mod warn ann No.", "mod mute ann", "mod log"):
            with pytest.raises(RequestError, match="for moderators"):
                await say(town, max_, line)
        await say(town, max_, f"mod agree {case}")
        await say(town, max_, f"mod lock {scene.discussion} --for 4h")
        await say(town, max_, f"mod lock {scene.discussion} --off")
        async with town.store.read() as tx:
            decided = await tx.cases.get(case)  # type: ignore[arg-type]
        assert decided is not None
        assert decided.state is CaseState.DECIDED


async def channels(town: Town) -> list[Channel]:
    async with town.store.read() as tx:
        return list(await tx.places.channels())


async def test_members_are_warned_and_muted(database_url: str) -> None:
    async with small_town(database_url) as town:
        scene, _ = await reported(town)
        max_ = await somebody(town, scene.community, "Max", Role.MODERATOR)
        await somebody(town, scene.community, "Eve", Role.MODERATOR)
        await say(town, max_, "mod warn ann Please stay with the subject.")
        (said,) = await say(town, max_, "mod mute ann --for 1d")
        assert said["text"].startswith("ann is muted until")
        await say(town, max_, "mod mute ann --off")
        with pytest.raises(RequestError, match="your own role or a higher one"):
            await say(town, max_, "mod mute Eve")
        assert len(await scene.letters("ann")) == 3
