"""How an order is carried out step by step, so that a crash or a lost answer anywhere neither loses nor doubles it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.domain.model import Ref
from bot.domain.orders import (
    Backlog,
    Hide,
    Leave,
    Lock,
    Order,
    Publish,
    PublishCase,
    Refresh,
    RefreshCase,
    Remove,
    Rename,
    Speak,
    Step,
    TakeOff,
    Tell,
)

FOREVER = timedelta(days=36_500)
CLOCKS_APART = timedelta(minutes=5)  # how far a network's clock may be from ours
POST, THREAD, INVITE, SAY, EDIT, DELETE = "post", "thread", "invite", "say", "edit", "delete"
TELL, HIDE, LOCK, LEAVE = "tell", "hide", "lock", "leave"
TAKE_OFF, RENAME, SHOW_CASE, EDIT_CASE = "take-off", "rename", "show-case", "edit-case"
SEED = "seed:"
# To do these twice changes nothing; a thread that is there already is the one that is opened.
REPEATABLE = (THREAD, SEED, EDIT, DELETE, HIDE, LOCK, TAKE_OFF, RENAME, EDIT_CASE, LEAVE)


@dataclass(frozen=True, kw_only=True, slots=True)
class Call:
    """Do this step now."""

    step: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Look:
    """This step may have been done: look for what it made, from `since` on, before it is done again."""

    step: str
    since: datetime | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Wait:
    """What was sent may still be on its way: look at `until`."""

    until: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Finished:
    """Nothing is left to do."""


Act = Call | Look | Wait | Finished


@dataclass(frozen=True, kw_only=True, slots=True)
class Means:
    """What a network offers against doing a thing twice: keys it remembers, and a way to look."""

    keys_last: timedelta
    settles_after: timedelta | None  # None: it cannot be looked at


def steps_of(order: Order, *, invites: bool, seeds: Sequence[str]) -> tuple[str, ...]:
    """The names of an order's steps, in order; `seeds` are the emoji to put under a post."""
    match order:
        case Publish():
            return (POST, THREAD, *([INVITE] if invites else []), *(SEED + emoji for emoji in seeds))
        case Refresh():
            return (EDIT,)
        case Speak():
            return (SAY,)
        case Remove():
            return (DELETE,)
        case Tell():
            return (TELL,)
        case Hide():
            return (HIDE,)
        case Lock():
            return (LOCK,)
        case TakeOff():
            return (TAKE_OFF,)
        case Rename():
            return (RENAME,)
        case PublishCase():
            return (SHOW_CASE,)
        case RefreshCase():
            return (EDIT_CASE,)
        case Leave():
            return (LEAVE,)


def next_act(names: Sequence[str], steps: Sequence[Step], *, now: datetime, in_doubt: bool, means: Means) -> Act:
    """What to do next.

    A step that was marked and has no end was interrupted: within the life of its key it is simply called again, else
    it is looked for once what was sent has settled. A step that was never marked is looked for only where the whole
    order is in doubt.
    """
    known = {step.name: step for step in steps}
    for name in names:
        step = known.get(name)
        if step is None or not step.done:
            break
    else:
        return Finished()
    if name.startswith(REPEATABLE) or means.settles_after is None:
        return Call(step=name)
    if step is None or step.marked_at is None:
        return Look(step=name, since=None) if in_doubt else Call(step=name)
    return _interrupted(name, step.marked_at, now, means, means.settles_after)


def _interrupted(name: str, marked_at: datetime, now: datetime, means: Means, settles: timedelta) -> Act:
    if means.keys_last >= FOREVER or now - marked_at < means.keys_last:
        return Call(step=name)
    if now - marked_at < settles:
        return Wait(until=marked_at + settles)
    return Look(step=name, since=marked_at - CLOCKS_APART)


def find_step(steps: Sequence[Step], name: str) -> Step | None:
    """The step of that name, if it was begun."""
    for step in steps:
        if step.name == name:
            return step
    return None


def mark(steps: Sequence[Step], name: str, now: datetime) -> tuple[Step, ...]:
    """Note that a step is about to be called; to be stored before the call.

    Marking again keeps nothing of the earlier try: what it may have done has been looked for.
    """
    return _put(steps, Step(name=name, marked_at=now))


def unmark(steps: Sequence[Step], name: str) -> tuple[Step, ...]:
    """Note that a step was surely not done."""
    return tuple(step for step in steps if step.name != name)


def complete(steps: Sequence[Step], name: str, ref: Ref | None) -> tuple[Step, ...]:
    """Note that a step is done, and what it made."""
    begun = find_step(steps, name)
    marked_at = begun.marked_at if begun is not None else None
    return _put(steps, Step(name=name, marked_at=marked_at, ref=ref, done=True))


def _put(steps: Sequence[Step], step: Step) -> tuple[Step, ...]:
    return (*[each for each in steps if each.name != step.name], step)


# --- tries, backlogs ------------------------------------------------------------------------------

FIRST_RETRY = timedelta(seconds=2)
LONGEST_RETRY = timedelta(minutes=15)


def retry_in(attempts: int, asked: timedelta | None, jitter: float) -> timedelta:
    """How long to wait after the `attempts`-th failure: doubling from 2 s to 15 min, or as long as the network asks."""
    backoff: timedelta = min(FIRST_RETRY * 2 ** min(attempts - 1, 12), LONGEST_RETRY)
    return max(backoff * (1 + jitter / 4), asked or timedelta(0))


@dataclass(frozen=True, kw_only=True, slots=True)
class RefillPolicy:
    """How a lane is refilled after an outage."""

    outage_after: timedelta = timedelta(hours=1)
    keep: int = 30
    per_minute: int = 6

    @property
    def gap(self) -> timedelta:
        """The time between two posts while a lane is refilled."""
        return timedelta(minutes=1) / self.per_minute


@dataclass(frozen=True, kw_only=True, slots=True)
class Refill:
    """What to do about a backlog: park the oldest beyond `keep`, post the others `gap` apart."""

    park: bool
    gap: timedelta


def refill(backlog: Backlog, now: datetime, policy: RefillPolicy, *, after_downtime: bool) -> Refill | None:
    """None while nothing was held up: posts go out as they come.

    Held up means that the oldest waiting post is older than an outage, or that the bot itself was away that long.
    """
    if backlog.oldest is None or backlog.waiting <= policy.per_minute:
        return None
    if not after_downtime and now - backlog.oldest < policy.outage_after:
        return None
    return Refill(park=backlog.waiting > policy.keep, gap=policy.gap)
