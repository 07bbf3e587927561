"""Questions in rooms of a real homeserver, answered by reactions: by whom, how often, and after a restart."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from adapters.matrix import refs
from adapters.matrix.markers import ASKS
from bot.domain.model import CaseId, FlagReason, SubjectKind
from bot.domain.telling import Sentence
from bot.ports.commands import Answer, Offer, Offers
from bot.ports.network import CaseCard
from tests.contract.matrix.asked import QUESTION, Meeting, meeting, refusing
from tests.servers.matrix.people import crowd
from tests.servers.matrix.rooms import Written
from tests.servers.matrix.synapse import Synapse

CASE = CaseCard(
    case_id=CaseId(12),
    kind=SubjectKind.COMMENT,
    title="The bridge is open",
    text="You are all fools.",
    author="Carl",
    message=None,
    reports=(("Ann", FlagReason.UNKIND, "This is rude."),),
    hidden=False,
    claimed_by=None,
    decision=(),
    link=None,
    marker="case-12",
    language="en",
    zone="UTC",
)
DECIDED = replace(CASE, decision=(Sentence(key="Decided by {name}.", values={"name": "Anna"}),))


async def _asked(met: Meeting, line: str = "!tribune thing drop 3") -> Written:
    """Anna asks for what is asked about first; the question."""
    (question,) = await met.anna.thread(met.room, await met.asks(line))
    return question


def _own(message: Written, met: Meeting) -> set[str]:
    """The bot's reactions on a message."""
    return {emoji for emoji, who in message.reactions.items() if met.bot.person.user in who}


async def _now(met: Meeting, message: Written) -> Written:
    return await met.anna.message(met.room, message.event)


async def _said(met: Meeting, thread: str | None) -> Sequence[str]:
    assert thread is not None
    return await met.answers(thread)


@pytest.mark.parametrize("encrypted", [False, True], ids=["in clear", "encrypted"])
async def test_what_cannot_be_undone_is_asked_first_and_done_once(synapse: Synapse, encrypted: bool) -> None:
    async with crowd(synapse) as people, meeting(people, encrypted=encrypted) as met:
        question = await _asked(met)
        assert question.body == f"{QUESTION}\n✅ does it, ❌ leaves it."
        assert _own(question, met) == {"✅", "❌"}
        assert met.commands.done == []
        await met.reacts(question.event, "✅")
        assert (met.commands.done, met.commands.confirmed) == ([("thing drop", {"number": "3"})], [True])
        assert await _said(met, question.thread) == [f"{question.body}\nAnna: yes, do it", "Done."]
        closed = await _now(met, question)
        assert (_own(closed, met), ASKS in closed.content) == (set(), False)
        await met.reacts(question.event, "❌")
        met.restarts()
        await met.reacts(question.event, "1️⃣")
        assert met.commands.names == ["thing drop"]


async def test_who_says_no_has_nothing_done(synapse: Synapse) -> None:
    async with crowd(synapse) as people, meeting(people) as met:
        question = await _asked(met)
        await met.reacts(question.event, "❌")
        assert met.commands.done == []
        assert (await _now(met, question)).body == f"{question.body}\nAnna: leave it"


async def test_only_who_asked_answers(synapse: Synapse) -> None:
    async with crowd(synapse) as people, meeting(people) as met:
        question = await _asked(met)
        await met.reacts(question.event, "✅", by=met.bert)
        assert (met.commands.done, (await _now(met, question)).edits) == ([], 0)
        await met.reacts(question.event, "✅")
        assert met.commands.names == ["thing drop"]


async def test_a_question_is_answered_after_a_restart_and_then_never_again(synapse: Synapse) -> None:
    async with crowd(synapse) as people, meeting(people) as met:
        question = await _asked(met)
        met.restarts()
        await met.reacts(question.event, "✅")
        assert met.commands.names == ["thing drop"]
        met.restarts()
        await met.reacts(question.event, "❌")
        assert (met.commands.names, (await _now(met, question)).edits) == (["thing drop"], 1)


async def test_a_secret_stands_in_no_message_and_is_gone_with_the_process(synapse: Synapse) -> None:
    async with crowd(synapse) as people, meeting(people) as met:
        question = await _asked(met, "!tribune thing drop 3 --password sesame")
        assert "sesame" not in str(question.content)
        await met.reacts(question.event, "✅")
        assert met.commands.done == [("thing drop", {"number": "3", "password": "sesame"})]
        other = await _asked(met, "!tribune thing drop 4 --password sesame")
        met.restarts()
        await met.reacts(other.event, "✅")
        assert met.commands.names == ["thing drop"]
        (*_, last) = await _said(met, other.thread)
        assert last == "I no longer know what was asked for here. Please ask again: !tribune thing drop"


async def test_a_number_chooses_what_was_offered(synapse: Synapse) -> None:
    async with crowd(synapse) as people, meeting(people) as met:
        offers = tuple(
            Offer(label=Sentence(key=label), command="thing list", values=(("number", number),))
            for label, number in (("News", "1"), ("Sport", "2"))
        )
        met.commands.answers["help"] = Answer(blocks=(Offers(question=Sentence(key="Which one?"), offers=offers),))
        (offered,) = await met.anna.thread(met.room, await met.asks("!tribune help"))
        assert offered.body.splitlines()[:3] == ["Which one?", "1️⃣ News", "   !tribune thing list --number 1"]
        assert _own(offered, met) == {"1️⃣", "2️⃣"}
        await met.reacts(offered.event, "2\u20e3")  # as some clients send it
        assert met.commands.done[1:] == [("thing list", {"number": "2"})]
        assert (await _now(met, offered)).body.endswith("Anna has chosen 2\u20e3")


async def test_a_vote_asks_the_homeserver_for_nothing(synapse: Synapse) -> None:
    async with crowd(synapse) as people, meeting(people) as met:
        question = await _asked(met)
        comment = await met.anna.write(met.room, "I think so, too")
        for emoji in ("👍", "👎", "🚩", "▲", "🎉"):
            assert not await met.reacts(question.event, emoji)
            assert not await met.reacts(comment, emoji, by=met.bert)
        assert met.bot.finding.fetched == 0
        for emoji in ("✅", "❌", "1️⃣"):
            assert not await met.reacts(comment, emoji, by=met.bert)
        assert (met.bot.finding.fetched, met.commands.done) == (1, [])


async def test_what_others_write_asks_nothing(synapse: Synapse) -> None:
    async with crowd(synapse) as people, meeting(people) as met:
        asks = {"does": {"✅": {"command": "thing drop", "values": [["number", "3"]], "confirmed": True}}}
        content = {"msgtype": "m.text", "body": "Free beer?", ASKS: asks}
        trap = await met.bert.send(met.room, "m.room.message", content)
        await met.reacts(trap, "✅")
        assert met.commands.done == []


# --- cases ---


async def _shown(met: Meeting, case: CaseCard = CASE) -> Written:
    message = await met.bot.showing.show_case(refs.channel(met.room), case, "case-12-first")
    return await met.anna.message(met.room, refs.message_id(message).event)


async def test_a_case_is_decided_by_a_reaction(synapse: Synapse) -> None:
    async with crowd(synapse) as people, meeting(people) as met:
        case = await _shown(met)
        assert "✅ Hide it\n❌ It may stay\n1️⃣ Delete it" in case.body
        assert {"✅", "❌", "1️⃣", "6️⃣"} <= _own(case, met)
        assert (await _shown(met)).event == case.event  # asked for again with the same key
        met.restarts()
        await met.reacts(case.event, "✅")
        assert met.commands.done == [("mod agree", {"case": "12", "measure": "hide"})]
        assert await met.answers(case.event) == []  # the message itself tells
        await met.bot.showing.edit_case(refs.message(met.room, case.event), DECIDED)
        closed = await _now(met, case)
        assert "Decided by Anna." in closed.body
        assert (_own(closed, met), "Hide it" in closed.body) == (set(), False)
        assert met.anna.user in closed.reactions["✅"]


async def test_a_case_is_shown_also_where_the_bot_may_not_react(synapse: Synapse) -> None:
    async with crowd(synapse) as people, meeting(people) as met:
        levels = await met.anna.state(met.room, "m.room.power_levels")
        events = {**levels.get("events", {}), "m.reaction": 100}
        await met.anna.set_state(met.room, "m.room.power_levels", {**levels, "events": events})
        case = await _shown(met)
        assert (case.body.startswith("Case 12"), _own(case, met)) == (True, set())


async def test_who_may_not_decide_is_told_and_the_reaction_is_taken_off(synapse: Synapse) -> None:
    async with crowd(synapse) as people, meeting(people) as met:
        case = await _shown(met)
        met.commands.refused = refusing("Sign in to take part.")
        await met.reacts(case.event, "1️⃣", by=met.bert)
        assert await met.answers(case.event) == ["Sign in to take part."]
        assert met.bert.user not in (await _now(met, case)).reactions["1️⃣"]
        await met.anna.grant(met.room, met.bot.person.user, 0)
        await met.reacts(case.event, "1️⃣", by=met.bert)
        assert len(await met.answers(case.event)) == 2
        assert met.bert.user in (await _now(met, case)).reactions["1️⃣"]  # the bot may not


async def test_a_case_is_claimed_given_back_and_claimed_again(synapse: Synapse) -> None:
    async with crowd(synapse) as people, meeting(people) as met:
        case = await _shown(met)
        for _ in range(2):
            await met.reacts(case.event, "5️⃣")
            at = refs.message(met.room, case.event)
            await met.bot.showing.edit_case(at, replace(CASE, claimed_by="Anna"))
            assert "claimed by Anna" in (await _now(met, case)).body
            await met.reacts(case.event, "6️⃣")
            await met.bot.showing.edit_case(at, CASE)
            assert "claimed" not in (await _now(met, case)).body
        assert [values for _, values in met.commands.done] == [{"case": "12"}, {"case": "12", "release": "yes"}] * 2
