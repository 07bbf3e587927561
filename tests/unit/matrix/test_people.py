"""What members of rooms are called."""

from __future__ import annotations

import nio
import pytest

from adapters.matrix import refs
from adapters.matrix.people import name_in, who_is
from bot.domain.events import Who
from tests.unit.matrix.rooms import ANNA, ME, ROOM, room

NAMES = {
    "a name": ("Eve", "Eve"),
    "another's name": ("Anna", "Anna (@eve:example.org)"),
    "another's name with a sign that nobody sees": ("Anna\u200b", "Anna (@eve:example.org)"),
    "a name that turns the text": ("\u202eeve", "eve (@eve:example.org)"),
    "a name on lines": ("Eve\n@everyone", "Eve @everyone (@eve:example.org)"),
    "a name like an account": ("Anna (@anna:example.org)", "Anna (@anna:example.org) (@eve:example.org)"),
    "the account of another": ("@anna:example.org", "@anna:example.org (@eve:example.org)"),
    "one's own account": ("@eve:example.org", "@eve:example.org"),
    "no name": ("", "@eve:example.org"),
    "nothing to be seen": ("\u200b\u2066", "@eve:example.org"),
    "a long name": ("Eve " * 60, "Eve " * 24 + "Eve… (@eve:example.org)"),
    "an emoji of several": ("👩\u200d🚀", "👩\u200d🚀"),
}


@pytest.mark.parametrize("name", NAMES)
def test_names_are_clean_and_nobody_elses(name: str) -> None:
    called, expected = NAMES[name]
    assert name_in(room(eve=called), "@eve:example.org") == expected


def test_who_is_not_there_is_named_by_the_account() -> None:
    assert who_is(room(), "@gone:example.org") == Who(ref=refs.account("@gone:example.org"), name="@gone:example.org")


def test_who_was_copied_is_told_apart_too() -> None:
    assert name_in(room(eve="Anna"), ANNA) == "Anna (@anna:example.org)"


def test_a_name_that_is_no_text_is_none() -> None:
    found = nio.MatrixRoom(ROOM, ME)
    found.add_member(ANNA, 5, None)  # type: ignore[arg-type]
    assert name_in(found, ANNA) == ANNA
