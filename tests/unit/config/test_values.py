"""Durations."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic_core import PydanticCustomError

from bot.config.values import parse_duration, show_duration


@pytest.mark.parametrize(
    ("text", "seconds"), [("45s", 45), ("30m", 1800), ("1h30m", 5400), ("1h 30m", 5400), ("2d", 172_800), ("0s", 0)]
)
def test_a_duration_is_read(text: str, seconds: int) -> None:
    assert parse_duration(text) == timedelta(seconds=seconds)


@pytest.mark.parametrize("text", ["", "30", "m", "1w", "1h!", "-5m", "1.5h", 30, None, ["1h"]])
def test_what_is_none_is_refused(text: object) -> None:
    with pytest.raises(PydanticCustomError):
        parse_duration(text)


@given(st.integers(min_value=0, max_value=10**7))
def test_a_duration_that_is_shown_can_be_read(seconds: int) -> None:
    value = timedelta(seconds=seconds)
    assert parse_duration(show_duration(value)) == value
