"""What buttons carry is read back, is never secret, and always fits."""

from __future__ import annotations

from itertools import count

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.discord import custom_ids
from adapters.discord.interactions.presses import DO, KEPT, Ask, Forgotten, Presses
from bot.domain.model import Role
from bot.ports.commands import Command, Kind, Parameter

COMMAND = Command(
    name="feed add",
    help="Add one.",
    role=Role.ADMIN,
    parameters=(
        Parameter(name="address", kind=Kind.TEXT, help="Where."),
        Parameter(name="password", kind=Kind.SECRET, help="Not shown."),
    ),
)


def presses(most: int = 10) -> Presses:
    numbers = count(1)
    return Presses(lambda name: COMMAND, lambda: f"k{next(numbers)}", most)


def read(of: Presses, carried: str) -> Ask | Forgotten:
    found = custom_ids.read(carried)
    assert found is not None
    assert found.kind in (DO, KEPT)
    return of.read(found.rest) if found.kind == DO else of.recall(found.rest)


@given(st.text(), st.booleans())
def test_what_is_carried_is_read_back(address: str, confirmed: bool) -> None:
    ask, of = Ask(command="feed add", values=(("address", address),), confirmed=confirmed), presses()
    carried = of.write(ask)
    assert len(carried) <= 100
    assert read(of, carried) == ask


@pytest.mark.parametrize(
    ("ask", "kept"),
    [
        (Ask(command="feed add", values=()), False),
        (Ask(command="feed add", values=(("address", "https://example.org/"),), confirmed=True), False),
        (Ask(command="feed add", values=(("address", "x" * 100),)), True),
        (Ask(command="feed add", values=(("password", "hunter2"),)), True),
    ],
)
def test_after_a_restart_the_command_is_known_and_what_fits_and_is_not_secret(ask: Ask, kept: bool) -> None:
    carried = presses().write(ask)
    assert "hunter2" not in carried
    assert read(presses(), carried) == (Forgotten(command="feed add") if kept else ask)


def test_only_so_much_is_kept() -> None:
    of = presses(most=2)
    asks = [Ask(command="feed add", values=(("password", each),)) for each in "abc"]
    carried = [of.write(each) for each in asks]
    assert [read(of, each) for each in carried] == [Forgotten(command="feed add"), *asks[1:]]
