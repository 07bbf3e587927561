"""Reactions in bulk: a batch comes to the same as its events one by one, and the caches to what the facts say."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from bot.domain.events import Cleared, Event, Outcome
from bot.domain.model import FlagReason
from bot.errors import StorageError
from bot.ports.signals import Signal
from bot.signals import Noticeboard
from storage.schema.order import flags
from tests.contract.storage.world import World, later
from tests.contract.talk import EMOJI, Side, side

PEOPLE = ("ann", "ben", "cid", "dot", "muted", "banned", "void", "robot")
MESSAGES = ("post", "ann1", "ben1", "nowhere")


Act = tuple[str, str, str, str, int | None, str | None]

_acts = st.lists(
    st.tuples(
        st.sampled_from(["react", "react", "unreact"]),
        st.sampled_from(PEOPLE),
        st.sampled_from(EMOJI),
        st.sampled_from(MESSAGES),
        st.one_of(st.none(), st.integers(0, 3)),
        st.sampled_from([None, None, "renamed"]),
    ),
    max_size=25,
)


def _events(side: Side, acts: Sequence[Act]) -> list[Event]:
    return [
        side.reacted(who, emoji, message, at, shown) if act == "react" else side.unreacted(who, emoji, message, at or 0)
        for act, who, emoji, message, at, shown in acts
    ]


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(acts=_acts)
async def test_a_batch_comes_to_the_same_as_its_events_one_by_one(world: World, acts: list[Act]) -> None:
    one, many = await side(world), await side(world)
    for event in _events(one, acts):
        assert await one.discussion.take(event) == Outcome()
    assert await many.discussion.take_many(_events(many, acts)) == [Outcome()] * len(acts)
    assert await one.state() == await many.state()


async def test_reactions_that_come_at_once_are_all_counted(world: World) -> None:
    talk = await side(world)
    await asyncio.gather(
        *(talk.discussion.take(talk.reacted(f"m{n}", "👎" if n % 3 else "👍", "ann1", n)) for n in range(120))
    )
    assert (await talk.state())["totals"][0] == ("web:ann1", 40, 80, -40)
    await asyncio.gather(*(talk.discussion.take(talk.unreacted(f"m{n}", "👍", "ann1", 200)) for n in range(0, 120, 3)))
    assert (await talk.state())["totals"][0] == ("web:ann1", 0, 80, -80)


async def test_what_comes_between_reactions_stays_between_them(world: World) -> None:
    talk = await side(world)
    events: list[Event] = [
        talk.reacted("cid", "👍", "ann1", 1),
        Cleared(message=talk.ref("ann1"), at=later(2)),
        talk.reacted("dot", "👎", "ann1", 3),
        talk.unreacted("dot", "👎", "ann1", 4),
        talk.reacted("dot", "👍", "ann1", 5),
    ]
    await talk.discussion.take_many(events)
    assert (await talk.state())["totals"][0] == ("web:ann1", 1, 0, 1)


async def test_a_flag_among_reactions_is_filed(world: World) -> None:
    talk = await side(world)
    await talk.discussion.take_many(
        [
            talk.reacted("cid", "👍", "ann1", 1),
            talk.reacted("cid", "🚩", "ann1", 2),
            talk.reacted("dot", "👍", "ann1", 3),
        ]
    )
    async with world.store.read() as tx:
        assert [row.reason for row in await tx.sql.all(select(flags))] == [FlagReason.OTHER]
    state = await talk.state()
    assert state["totals"][0] == ("web:ann1", 2, 0, 2)
    assert len(state["reactions"]) == 2


async def test_a_batch_is_told_once(world: World) -> None:
    board = Noticeboard()
    talk = await side(world, signals=board)
    async with board.subscribe() as heard:
        await talk.discussion.take_many([talk.reacted(f"m{n}", "👍", "ann1", n) for n in range(50)])
        await talk.discussion.take_many([talk.reacted("m1", "👍", "ann1", 1)])  # known already: nothing to tell
        board.publish(Signal(community_id=world.community))
        signals = [await anext(heard), await anext(heard)]
    assert [signal.discussion_id for signal in signals] == [talk.discussion_id, None]


async def test_one_that_cannot_be_stored_keeps_none_of_the_others_from_it(world: World) -> None:
    talk = await side(world)
    broken = "\udce9"  # no text that a database takes
    events = [talk.reacted(f"m{n}", broken if n == 3 else "👍", "ann1", n) for n in range(6)]
    with pytest.raises(Exception, match="surrogates"):
        await talk.discussion.take_many(events)
    assert (await talk.state())["totals"][0] == ("web:ann1", 5, 0, 5)

    events = [talk.reacted(f"n{n}", broken if n == 3 else "👍", "ann1", n) for n in range(6)]
    answers = await asyncio.gather(*(talk.discussion.take(each) for each in events), return_exceptions=True)
    assert [isinstance(each, Exception) for each in answers] == [False, False, False, True, False, False]
    assert (await talk.state())["totals"][0] == ("web:ann1", 10, 0, 10)


async def test_who_gives_up_waiting_takes_nobody_along(world: World) -> None:
    talk = await side(world)
    tasks = [asyncio.create_task(talk.discussion.take(talk.reacted(f"m{n}", "👍", "ann1", n))) for n in range(5)]
    await asyncio.sleep(0)
    tasks[0].cancel()
    answers = await asyncio.gather(*tasks, return_exceptions=True)
    assert isinstance(answers[0], asyncio.CancelledError)
    assert answers[1:] == [Outcome()] * 4
    assert (await talk.state())["totals"][0][1] in {4, 5}


async def test_a_closed_database_is_told_to_all(world: World) -> None:
    talk = await side(world)
    await world.store.close()
    events = [talk.reacted(f"m{n}", "👍", "ann1", n) for n in range(3)]
    answers = await asyncio.gather(*(talk.discussion.take(each) for each in events), return_exceptions=True)
    assert [type(each) for each in answers] == [StorageError] * 3
