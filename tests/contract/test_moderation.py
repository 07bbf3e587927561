"""Keeping order on the real discussion, desks and storage: flags, cases, mutes, locks, bans, curtains."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.model import (
    CaseState,
    Decision,
    FlagOutcome,
    FlagReason,
    Measure,
    Role,
    Ruling,
    Sanction,
    Totals,
)
from bot.errors import RequestError
from tests.contract.order_scene import AGREE_AND_HIDE, DISAGREE, IGNORE, order
from tests.end_to_end.small import small_town

DAY = timedelta(days=1)


async def test_thirty_fresh_accounts_hide_nothing_and_all_stand_in_one_case(database_url: str) -> None:
    async with small_town(database_url) as town:
        scene = await order(town)
        comment, message = await scene.say("ann")
        for number in range(30):
            assert await scene.flag(f"fresh{number}", message) is None
        case = await scene.case(comment)
        async with town.store.read() as tx:
            assert len(await tx.cases.flags(case.id)) == 30
        assert (await scene.comment(message)).hidden_at is None
        assert len(await scene.shown()) == 1


async def test_two_of_trust_three_hide_a_comment_and_one_alone_never_does(database_url: str) -> None:
    async with small_town(database_url) as town:
        scene = await order(town)
        for name in ("cid", "dot"):
            await scene.trusted(name)
        _, message = await scene.say("ann")
        await scene.flag("cid", message)
        assert (await scene.comment(message)).hidden_at is None
        await scene.flag("dot", message)
        assert (await scene.comment(message)).hidden_at == town.clock.now()
        assert await scene.shown() == []
        (letter,) = await scene.letters("ann")
        assert "out of sight" in letter
        assert await scene.logged() == ["comment.hide"]


async def test_a_moderators_comment_is_never_hidden_by_flags(database_url: str) -> None:
    async with small_town(database_url) as town:
        scene = await order(town)
        await scene.actor("mod")
        _, message = await scene.say("mod")
        for name in ("cid", "dot", "eve"):
            await scene.trusted(name)
            await scene.flag(name, message)
        assert (await scene.comment(message)).hidden_at is None


async def test_a_case_is_claimed_by_one_and_decided_once(database_url: str) -> None:
    async with small_town(database_url) as town:
        scene = await order(town)
        mod, other = await scene.actor("mod"), await scene.actor("other")
        comment, message = await scene.say("ann")
        await scene.flag("bob", message)
        case = await scene.case(comment)
        await town.moderation.claim(mod, case.id)
        with pytest.raises(RequestError, match="Somebody else"):
            await town.moderation.claim(other, case.id)
        with pytest.raises(RequestError, match="Somebody else"):
            await scene.decide(other, comment, DISAGREE)
        with pytest.raises(RequestError, match="changed since"):
            await town.moderation.decide(mod, case.id, DISAGREE, version=case.version)
        await town.moderation.release(mod, case.id)
        answers = await asyncio.gather(
            *(scene.decide(each, comment, AGREE_AND_HIDE) for each in (mod, other)), return_exceptions=True
        )
        assert sum(isinstance(each, RequestError) for each in answers) == 1
        assert (await scene.logged()).count("case.decide") == 1


async def test_hidden_edited_reopened_and_restored(database_url: str) -> None:
    async with small_town(database_url) as town:
        scene = await order(town)
        mod = await scene.actor("mod")
        comment, message = await scene.say("ann")
        await scene.flag("bob", message)
        decided = await scene.decide(mod, comment, AGREE_AND_HIDE)
        assert decided.state is CaseState.DECIDED
        assert await scene.shown() == []
        assert (await scene.edit("ann", message, "<p>Kinder words.</p>")).refused is None
        reopened = await scene.case(comment)
        assert (reopened.id, reopened.state, reopened.reopened) == (decided.id, CaseState.OPEN, True)
        assert await scene.shown() == []
        await scene.decide(mod, comment, DISAGREE)
        (shown,) = await scene.shown()
        assert shown.html == "<p>Kinder words.</p>"
        async with town.store.read() as tx:
            (flag,) = await tx.cases.flags(decided.id)
        assert flag.outcome is FlagOutcome.AGREED  # it was about the words as they were
        letters = await scene.letters("ann")
        assert "can be read again" in letters[0]
        assert "hidden" in letters[1]
        (answer,) = await scene.letters("bob")
        assert "agree with you" in answer
        assert await scene.logged() == ["case.decide", "case.reopen", "case.decide"]
        await scene.edit("ann", message, "<p>Other words.</p>")
        assert (await scene.case(comment)).state is CaseState.DECIDED


@pytest.mark.parametrize(("decision", "outcome"), [(DISAGREE, FlagOutcome.DISAGREED), (IGNORE, FlagOutcome.IGNORED)])
async def test_what_flags_hid_comes_back(database_url: str, decision: Decision, outcome: FlagOutcome) -> None:
    async with small_town(database_url) as town:
        scene = await order(town)
        mod = await scene.actor("mod")
        comment, message = await scene.say("ann")
        for name in ("cid", "dot"):
            await scene.trusted(name)
            await scene.flag(name, message)
        assert await scene.shown() == []
        case = await scene.decide(mod, comment, decision)
        assert len(await scene.shown()) == 1
        async with town.store.read() as tx:
            assert {flag.outcome for flag in await tx.cases.flags(case.id)} == {outcome}


async def test_what_was_handled_rests_for_a_day_unless_it_is_edited(database_url: str) -> None:
    async with small_town(database_url) as town:
        scene = await order(town)
        mod = await scene.actor("mod")
        comment, message = await scene.say("ann")
        await scene.flag("bob", message)
        assert await scene.flag("bob", message) is not None
        first = await scene.decide(mod, comment, DISAGREE)
        assert "looked at this already" in (await scene.flag("bob", message) or "")
        scene.later(hours=1)
        await scene.edit("ann", message, "<p>Worse words.</p>")
        assert await scene.flag("bob", message) is None
        second = await scene.case(comment)
        assert second.id != first.id
        await scene.decide(mod, comment, DISAGREE)
        scene.later(hours=25)
        assert await scene.flag("bob", message) is None


async def test_who_is_muted_reads_until_when_and_their_votes_do_not_count(database_url: str) -> None:
    async with small_town(database_url) as town:
        scene = await order(town)
        mod = await scene.actor("mod")
        comment, message = await scene.say("ann")
        await scene.flag("bob", message)
        muting = Decision(ruling=Ruling.AGREE, measure=Measure.KEEP, sanction=Sanction.MUTE, mute_for=DAY)
        await scene.decide(mod, comment, muting)
        _, bobs = await scene.say("bob")
        until = town.clock.now() + DAY
        refused = await scene.try_to_say("ann")
        assert dict(refused.values) == {"until": until}
        assert await scene.flag("ann", bobs) is not None
        bob = (await scene.comment(bobs)).id
        await town.vote(bob, "ann", "👍", scene.community)
        assert (await scene.comment(bobs)).totals == Totals()
        scene.later(days=1, seconds=1)
        assert (await scene.try_to_say("ann")).refused is None
        await town.vote(bob, "cid", "👍", scene.community)
        assert (await scene.comment(bobs)).totals == Totals(up=1)


async def test_a_ban_voids_votes_everywhere_and_its_end_restores_them(database_url: str) -> None:
    async with small_town(database_url) as town:
        scene = await order(town)
        admin, mod = await scene.actor("root", Role.ADMIN), await scene.actor("mod")
        one, first = await scene.say("ann")
        two, second = await scene.say("bob")
        for comment in (one, two):
            await town.vote(comment, "eve", "👍", scene.community)
        await town.vote(one, "dot", "👎", scene.community)
        eve = (await scene.actor("eve", Role.MEMBER)).member_id
        assert eve is not None
        with pytest.raises(RequestError, match="admins"):
            await town.moderation.ban(mod, eve, void_votes=True)
        await town.moderation.ban(admin, eve, void_votes=True)
        assert (await scene.comment(first)).totals == Totals(down=1)
        assert (await scene.comment(second)).totals == Totals()
        assert (await scene.try_to_say("eve")).refused == "You can no longer take part here."
        await town.vote(two, "eve", "👎", scene.community)
        assert (await scene.comment(second)).totals == Totals()
        await town.moderation.unban(admin, eve)
        assert (await scene.comment(first)).totals == Totals(up=1, down=1)
        assert (await scene.comment(second)).totals == Totals(up=1)
        assert await scene.logged() == ["member.ban", "member.unban"]


async def test_nobody_acts_on_their_equals(database_url: str) -> None:
    async with small_town(database_url) as town:
        scene = await order(town)
        mod, other = await scene.actor("mod"), await scene.actor("other")
        assert other.member_id is not None
        with pytest.raises(RequestError, match="own role or a higher"):
            await town.moderation.mute(mod, other.member_id, DAY)
        member = await scene.actor("ann", Role.MEMBER)
        with pytest.raises(RequestError, match="moderators"):
            await town.moderation.warn(member, other.member_id, "You!")


async def test_locked_and_slow(database_url: str) -> None:
    async with small_town(database_url) as town:
        scene = await order(town)
        mod = await scene.actor("mod")
        await town.moderation.lock(mod, scene.discussion, lasting=timedelta(hours=1))
        assert "locked" in ((await scene.try_to_say("ann")).refused or "")
        assert (await scene.try_to_say("mod")).refused is None
        scene.later(hours=1)
        assert (await scene.try_to_say("ann")).refused is None
        assert await town.moderation.look_after() == 1
        assert await town.moderation.look_after() == 0
        await town.moderation.slow(mod, scene.discussion, timedelta(minutes=5))
        until = town.clock.now() + timedelta(minutes=5)
        refused = await scene.try_to_say("ann")
        assert dict(refused.values) == {"until": until}
        scene.later(minutes=5)
        assert (await scene.try_to_say("ann")).refused is None
        assert await scene.logged() == ["discussion.lock", "discussion.unlock", "discussion.slow"]


async def test_a_discussion_in_which_the_trusted_report_fast_locks_itself(database_url: str) -> None:
    async with small_town(database_url) as town:
        scene = await order(town)
        _, message = await scene.say("ann")
        for number in range(5):
            assert (await scene.try_to_say(f"talker{number}")).refused is None
            await scene.trusted(f"calm{number}", 2)
            await scene.flag(f"calm{number}", message)
        assert "locked" in ((await scene.try_to_say("bob")).refused or "")
        async with town.store.read() as tx:
            (notice,) = await tx.journal.notices(scene.community, 5)
        assert "locked" in notice.key
        scene.later(hours=4)
        assert (await scene.try_to_say("bob")).refused is None


async def test_what_nobody_decided_is_ignored_and_never_upheld(database_url: str) -> None:
    async with small_town(database_url) as town:
        scene = await order(town)
        comment, message = await scene.say("ann")
        for name in ("cid", "dot"):
            await scene.trusted(name)
            await scene.flag(name, message)
        scene.later(days=30)
        assert await town.moderation.look_after() == 1
        case = await scene.case(comment)
        assert case.decision is not None
        assert (case.decision.ruling, case.decided_by) == (Ruling.IGNORE, None)
        assert len(await scene.shown()) == 1


async def test_who_withdraws_the_last_flag_ends_the_case(database_url: str) -> None:
    async with small_town(database_url) as town:
        scene = await order(town)
        comment, message = await scene.say("ann")
        await scene.flag("bob", message)
        case = await scene.case(comment)
        async with town.store.read() as tx:
            (flag,) = await tx.cases.flags(case.id)
        bob, eve = await scene.actor("bob", Role.MEMBER), await scene.actor("eve", Role.MEMBER)
        with pytest.raises(RequestError, match="no such report"):
            await town.moderation.withdraw(eve, flag.id)
        await town.moderation.withdraw(bob, flag.id)
        with pytest.raises(RequestError, match="handled already"):
            await town.moderation.withdraw(bob, flag.id)
        assert (await scene.case(comment)).state is CaseState.DECIDED
        assert await scene.flag("bob", message) is None


async def test_a_decision_puts_a_comment_behind_a_curtain_that_its_author_cannot_lift(database_url: str) -> None:
    async with small_town(database_url) as town:
        scene = await order(town)
        mod = await scene.actor("mod")
        comment, message = await scene.say("ann")
        await scene.flag("bob", message, FlagReason.OTHER, "blood")
        await scene.decide(mod, comment, Decision(ruling=Ruling.AGREE, sensitive="Blood"))
        await scene.edit("ann", message, "<p>Still bloody.</p>")
        (shown,) = await scene.shown()
        assert (shown.sensitive, shown.html) == ("Blood", "<p>Still bloody.</p>")
        await town.moderation.mark_sensitive(mod, None, comment_id=comment)
        assert (await scene.shown())[0].sensitive is None


async def test_nothing_of_another_community_can_be_touched(database_url: str) -> None:
    async with small_town(database_url) as town:
        scene = await order(town)
        other = await town.community("other", default=False)
        mod = await scene.actor("mod")
        comment, message = await scene.say("ann")
        await scene.flag("bob", message)
        case = await scene.case(comment)
        stranger = replace(mod, community_id=other)
        for attempt in (
            town.moderation.claim(stranger, case.id),
            town.moderation.decide(stranger, case.id, DISAGREE, version=case.version),
            town.moderation.note(stranger, "Hm", case_id=case.id),
            town.moderation.lock(stranger, scene.discussion, lasting=None),
            town.moderation.mark_sensitive(stranger, "Hm", comment_id=comment),
        ):
            with pytest.raises(RequestError):
                await attempt
