"""Colours as people write them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.colours import read_colour, write_colour
from bot.domain.wrong import Wrong


@pytest.mark.parametrize(
    ("text", "colour"),
    [
        ("#1f7a8c", 0x1F7A8C),
        ("1F7A8C", 0x1F7A8C),
        (" #FFF ", 0xFFFFFF),
        ("Teal", 0x008080),
        ("grey", 0x808080),
        ("#000000", 0),
    ],
)
def test_what_is_a_colour(text: str, colour: int) -> None:
    assert read_colour(text) == colour


@pytest.mark.parametrize("text", ["", "plaid", "#12345", "#gggggg", "0x1f7a8c", "rgb(1,2,3)", "#1f7a8cff"])
def test_what_is_none(text: str) -> None:
    with pytest.raises(Wrong):
        read_colour(text)


@given(st.integers(min_value=0, max_value=0xFFFFFF))
def test_what_is_written_is_read_again(colour: int) -> None:
    assert read_colour(write_colour(colour)) == colour
