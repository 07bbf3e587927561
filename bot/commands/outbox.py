"""The outbox: what waits there, and what it could not do."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from bot.commands.call import Call, answer, counted, said
from bot.commands.declaring import Arg, Declared, command
from bot.domain.model import OutboxId, Role
from bot.domain.orders import OutboxState
from bot.domain.telling import Sentence
from bot.errors import RequestError
from bot.ports.commands import Answer, Cell, Column, Listing
from bot.ports.governing import OutboxLine

PAGE = 25


class Shown(StrEnum):
    """Which rows are shown."""

    PARKED = "parked"
    PENDING = "pending"


LABELS = {
    Shown.PARKED: "What could not be done",
    Shown.PENDING: "What waits to be done",
}
KINDS = {
    "publish": "post an article",
    "refresh": "bring a post up to date",
    "speak": "say something",
    "remove": "remove a message",
    "tell": "tell somebody something",
    "hide": "hide a comment or bring it back",
    "lock": "lock or unlock a thread",
    "leave": "leave a server",
    "take-off": "take a reaction off a message",
    "rename": "rename a thread",
    "publish-case": "show moderators a case",
    "refresh-case": "bring a shown case up to date",
}
"""What a row is to do."""

_WHICH = "Which one? Give its number, or --all for all that are parked."


@command(
    "outbox list",
    role=Role.ADMIN,
    help="Show what the bot could not do on the networks, and why.",
    examples=("outbox list", "outbox list --state pending"),
    changes=False,
)
async def overview(
    call: Call,
    *,
    state: Annotated[Shown, Arg("What could not be done, or what waits.", labels=LABELS)] = Shown.PARKED,
    page: Annotated[int, Arg("Which page of the list.", least=1)] = 1,
) -> Answer:
    """One page of it."""
    found = await call.house.outbox.lines(call.actor, OutboxState(state), page=page, size=PAGE)
    columns = (
        Column(name="number", label="Number", plain=True),
        Column(name="what", label="What"),
        Column(name="where", label="Where"),
        Column(name="article", label="Article", plain=True),
        Column(name="since", label="Since"),
        Column(name="attempts", label="Attempts"),
        Column(name="answer", label="The network's answer"),
    )
    return answer(
        Listing(
            title=Sentence(key=LABELS[state]),
            columns=columns,
            rows=tuple(_row(line) for line in found.items),
            empty=Sentence(key="There is nothing of the kind."),
            page=found.number,
            pages=found.last,
            total=found.total,
        )
    )


def _row(line: OutboxLine) -> tuple[Cell, ...]:
    what = Sentence(key=KINDS[line.kind])
    return (int(line.id), what, line.place, line.title, line.since, line.attempts, line.answer)


@command(
    "outbox retry",
    role=Role.ADMIN,
    help="Have the bot try again what it could not do.",
    examples=("outbox retry 7", "outbox retry --all"),
)
async def retry(
    call: Call,
    number: Annotated[int | None, Arg("Its number in “outbox list”.", least=1)] = None,
    *,
    all_: Annotated[bool, Arg("All that are parked.")] = False,
) -> Answer:
    """Try again."""
    if (number is None) is not all_:
        raise RequestError(_WHICH)
    done = await call.house.outbox.retry(call.actor, None if number is None else OutboxId(number))
    return answer(counted("{count} is tried again.", "{count} are tried again.", done))


@command(
    "outbox drop",
    role=Role.ADMIN,
    help="Have the bot never do something that waits or is parked.",
    confirm="It will never be done. Is that meant?",
    examples=("outbox drop 7 --yes",),
)
async def drop(call: Call, number: Annotated[int, Arg("Its number in “outbox list”.", least=1)]) -> Answer:
    """Drop it."""
    await call.house.outbox.drop(call.actor, OutboxId(number))
    return said("Number {number} is dropped.", number=number)


COMMANDS: tuple[Declared, ...] = (overview, retry, drop)
