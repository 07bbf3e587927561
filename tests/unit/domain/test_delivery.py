"""An order step by step, through crashes and lost answers at any point."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bot.domain import delivery
from bot.domain.delivery import (
    CLOCKS_APART,
    FOREVER,
    Call,
    Finished,
    Look,
    Means,
    RefillPolicy,
    Wait,
    next_act,
    refill,
    retry_in,
)
from bot.domain.model import PostId, Ref
from bot.domain.orders import Backlog, Publish, Refresh, Step

NOW = datetime(2026, 5, 4, 12, tzinfo=UTC)
SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)
NAMES = delivery.steps_of(Publish(post_id=PostId(1)), invites=True, seeds=("👍", "👎"))
FORGETFUL = Means(keys_last=timedelta(0), settles_after=10 * SECOND)
MINUTES = Means(keys_last=5 * MINUTE, settles_after=10 * SECOND)
LASTING = Means(keys_last=FOREVER, settles_after=None)

POSTED = Step(name="post", marked_at=NOW, ref=Ref("t:1"), done=True)
ASKED = Step(name="post", marked_at=NOW)

CASES = [
    # name, steps, seconds since NOW, in doubt, means, what to do
    ("the beginning", (), 0, False, FORGETFUL, Call(step="post")),
    ("a restored backup", (), 0, True, FORGETFUL, Look(step="post", since=None)),
    ("a restored backup where keys last", (), 0, True, LASTING, Call(step="post")),
    ("interrupted just now", (ASKED,), 4, False, FORGETFUL, Wait(until=NOW + 10 * SECOND)),
    ("interrupted and settled", (ASKED,), 10, False, FORGETFUL, Look(step="post", since=NOW - CLOCKS_APART)),
    ("interrupted, the key is known", (ASKED,), 60, False, MINUTES, Call(step="post")),
    ("interrupted, the key is forgotten", (ASKED,), 600, False, MINUTES, Look(step="post", since=NOW - CLOCKS_APART)),
    ("interrupted, the key lasts", (ASKED,), 10**6, False, LASTING, Call(step="post")),
    ("posted", (POSTED,), 0, False, FORGETFUL, Call(step="thread")),
    ("posted, then restored", (POSTED,), 0, True, FORGETFUL, Call(step="thread")),
]


@pytest.mark.parametrize(("name", "steps", "after", "doubt", "means", "act"), CASES, ids=[each[0] for each in CASES])
def test_what_is_done_next(
    name: str, steps: tuple[Step, ...], after: int, doubt: bool, means: Means, act: delivery.Act
) -> None:
    assert next_act(NAMES, steps, now=NOW + after * SECOND, in_doubt=doubt, means=means) == act


def test_a_seed_that_was_interrupted_is_simply_done_again() -> None:
    steps: tuple[Step, ...] = ()
    for name in NAMES[:3]:
        steps = delivery.complete(steps, name, Ref(f"t:{name}"))
    steps = delivery.mark(steps, "seed:👍", NOW)
    assert next_act(NAMES, steps, now=NOW, in_doubt=True, means=FORGETFUL) == Call(step="seed:👍")


def test_all_steps_done_is_the_end() -> None:
    steps: tuple[Step, ...] = ()
    for name in NAMES:
        steps = delivery.complete(delivery.mark(steps, name, NOW), name, None)
    assert next_act(NAMES, steps, now=NOW, in_doubt=True, means=FORGETFUL) == Finished()


def test_a_step_that_was_surely_not_done_is_unmarked() -> None:
    assert delivery.unmark(delivery.mark((), "post", NOW), "post") == ()


def test_a_network_that_cannot_be_looked_at_is_asked_again() -> None:
    blind = Means(keys_last=timedelta(0), settles_after=None)
    assert next_act(NAMES, (ASKED,), now=NOW, in_doubt=False, means=blind) == Call(step="post")


def test_a_refresh_is_one_step() -> None:
    assert delivery.steps_of(Refresh(post_id=PostId(1)), invites=True, seeds=("👍",)) == ("edit",)


def test_tries_are_ever_further_apart_up_to_a_quarter_of_an_hour() -> None:
    waits = [retry_in(attempt, None, 0) for attempt in range(1, 30)]
    assert waits[:3] == [2 * SECOND, 4 * SECOND, 8 * SECOND]
    assert waits == sorted(waits)
    assert waits[-1] == 15 * MINUTE
    assert retry_in(1, timedelta(hours=1), 0) == timedelta(hours=1)


POLICY = RefillPolicy(outage_after=60 * MINUTE, keep=30, per_minute=6)
BACKLOGS = [
    # name, waiting, oldest minutes ago, after downtime, parks?, (None: as they come)
    ("nothing waits", 0, None, False, None),
    ("many, but just now", 500, 1, False, None),
    ("a few, for long", 5, 600, False, None),
    ("some, for long", 20, 600, False, False),
    ("many, for long", 31, 600, False, True),
    ("many just now, after the bot was away", 31, 0, True, True),
]


@pytest.mark.parametrize(("name", "waiting", "ago", "away", "parks"), BACKLOGS, ids=[each[0] for each in BACKLOGS])
def test_a_lane_is_refilled_after_an_outage(
    name: str, waiting: int, ago: int | None, away: bool, parks: bool | None
) -> None:
    backlog = Backlog(waiting=waiting, oldest=None if ago is None else NOW - ago * MINUTE)
    plan = refill(backlog, NOW, POLICY, after_downtime=away)
    assert (plan and plan.park) is parks
    if plan is not None:
        assert plan.gap == 10 * SECOND
