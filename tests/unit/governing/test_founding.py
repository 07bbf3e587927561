"""The short names of communities that servers make, and what they are called."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.governing.founding import LONGEST_SLUG, called, slug_of


@pytest.mark.parametrize(
    ("name", "taken", "slug"),
    [
        ("Readers' Club", set(), "readers-club"),
        ("Été à Besançon", set(), "ete-a-besancon"),
        ("  --  ", set(), "server"),
        ("日本", {"server"}, "server-2"),
        ("Town", {"town", "town-2"}, "town-3"),
        ("x" * 60, set(), "x" * 40),
        ("x" * 60, {"x" * 40}, "x" * 38 + "-2"),
    ],
)
def test_a_short_name_is_made_of_letters_and_free(name: str, taken: set[str], slug: str) -> None:
    assert slug_of(name, taken) == slug


@given(st.text(max_size=80), st.sets(st.sampled_from(["server", "a", "a-2"])))
def test_every_short_name_can_stand_in_an_address(name: str, taken: set[str]) -> None:
    slug = slug_of(name, taken)
    assert slug not in taken
    assert 0 < len(slug) <= LONGEST_SLUG
    assert set(slug) <= set("abcdefghijklmnopqrstuvwxyz0123456789-")
    assert not slug.startswith("-")
    assert not slug.endswith("-")


@pytest.mark.parametrize(
    ("given_", "shown"),
    [
        ("Readers\n\n@everyone", "Readers @everyone"),
        ("a\u202eb\u2066c\u200b", "abc"),
        ("👩\u200d💻 Club", "👩\u200d💻 Club"),
        ("\x00 \u202e ", ""),
    ],
)
def test_a_name_is_one_visible_line(given_: str, shown: str) -> None:
    assert called(given_) == shown


def test_a_name_is_not_too_long() -> None:
    assert len(called("word " * 60)) <= 80
