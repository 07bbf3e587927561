"""What people write, read as what it is."""

from __future__ import annotations

from datetime import date, timedelta
from enum import StrEnum
from typing import Annotated, Any

import pytest

from bot.commands.call import Call, said
from bot.commands.declaring import Arg, FileText, Secret, Slot, command
from bot.commands.reading import LONGEST, read
from bot.domain.model import Channel, Role
from bot.errors import RequestError
from bot.ports.commands import Answer, Choice, Kind, Parameter


class Colour(StrEnum):
    RED = "red"
    BLUE = "Blue"


LABELS = {Colour.RED: "Red as blood", Colour.BLUE: "Blue as the sky"}


@command("all kinds", role=Role.READER, help="Takes everything.", examples=("all kinds x",))
async def everything(
    call: Call,
    text: Annotated[str, Arg("A text.")],
    channel: Annotated[Channel | None, Arg("A channel.")],
    words: Annotated[str, Arg("The rest.", rest=True)] = "none",
    *,
    number: Annotated[int, Arg("A number.", least=1, most=9)] = 3,
    switch: Annotated[bool, Arg("A switch.")],
    lasting: Annotated[timedelta | None, Arg("How long.", name="for")] = None,
    since: Annotated[date | None, Arg("Since when.")] = None,
    colour: Annotated[Colour, Arg("The colour.", labels=LABELS)] = Colour.RED,
    password: Annotated[Secret | None, Arg("A secret.")] = None,
    file: Annotated[FileText | None, Arg("A file.")] = None,
) -> Answer:
    return said("Done.")


SLOTS = {each.parameter.name: each for each in everything.slots}


def test_the_doors_know_what_the_signature_says() -> None:
    assert everything.command.parameters == (
        Parameter(name="text", kind=Kind.TEXT, help="A text.", required=True, placed=True),
        Parameter(name="channel", kind=Kind.CHANNEL, help="A channel.", placed=True, completes=True),
        Parameter(name="words", kind=Kind.TEXT, help="The rest.", placed=True, rest=True),
        Parameter(name="number", kind=Kind.NUMBER, help="A number.", least=1, most=9),
        Parameter(name="switch", kind=Kind.SWITCH, help="A switch.", completes=True),
        Parameter(name="for", kind=Kind.SPAN, help="How long."),
        Parameter(name="since", kind=Kind.DATE, help="Since when."),
        Parameter(
            name="colour",
            kind=Kind.CHOICE,
            help="The colour.",
            choices=(Choice(value="red", label="Red as blood"), Choice(value="Blue", label="Blue as the sky")),
            completes=True,
        ),
        Parameter(name="password", kind=Kind.SECRET, help="A secret."),
        Parameter(name="file", kind=Kind.FILE, help="A file."),
    )


def test_what_is_left_out_is_what_the_signature_says() -> None:
    usual = {name: slot.default for name, slot in SLOTS.items() if not slot.parameter.required}
    assert usual == {
        "channel": None, "words": "none", "number": 3, "switch": False, "for": None, "since": None,
        "colour": Colour.RED, "password": None, "file": None,
    }  # fmt: skip


def test_a_parameter_that_says_nothing_of_itself_is_a_mistake_of_ours() -> None:
    with pytest.raises(TypeError, match="the parameter name has no Arg"):

        @command("bad one", role=Role.READER, help="Bad.", examples=())
        async def bad(call: Call, name: str) -> Answer:
            return said("Done.")


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("text", "  a b ", "a b"),
        ("text", "l\x92école", "l’école"),
        ("number", " 7 ", 7),
        ("switch", "", True),
        ("switch", "Oui", True),
        ("switch", "no", False),
        ("for", "1h30m", timedelta(minutes=90)),
        ("for", "2 d", timedelta(days=2)),
        ("for", "1w", timedelta(days=7)),
        ("for", "90s", timedelta(seconds=90)),
        ("for", "15min", timedelta(minutes=15)),
        ("since", "2026-01-31", date(2026, 1, 31)),
        ("colour", "blue", Colour.BLUE),
        ("password", "p w", "p w"),
        ("file", " <x/>\n", " <x/>\n"),
    ],
)
def test_values(name: str, text: str, value: Any) -> None:
    assert read(SLOTS[name], text) == value


@pytest.mark.parametrize(
    ("name", "text", "told"),
    [
        ("number", "x", "number: “x” is no whole number."),
        ("number", "1.5", "number: “1.5” is no whole number."),
        ("number", "٣", "number: “٣” is no whole number."),
        ("number", "0", "number: 0 is too small; at least 1."),
        ("number", "10", "number: 10 is too large; at most 9."),
        ("switch", "maybe", "switch: “maybe” is neither yes nor no."),
        ("for", "soon", "for: “soon” is no length of time. Write it like 45m, 12h or 1d12h."),
        ("for", "", "for: “” is no length of time. Write it like 45m, 12h or 1d12h."),
        ("for", "30m1h", "for: “30m1h” is no length of time. Write it like 45m, 12h or 1d12h."),
        ("since", "31.1.2026", "since: “31.1.2026” is no date. Write it like 2026-01-31."),
        ("colour", "green", "colour: “green” is not one of: red, Blue."),
        ("text", "x" * (LONGEST + 1), "text: that is too long; at most 10000 characters."),
    ],
)
def test_what_is_no_value_is_named_with_its_parameter_and_a_remedy(name: str, text: str, told: str) -> None:
    slot: Slot = SLOTS[name]
    with pytest.raises(RequestError) as refused:
        read(slot, text)
    assert str(refused.value) == told
