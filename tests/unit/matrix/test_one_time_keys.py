"""What homeservers answer when one-time keys are claimed."""

from __future__ import annotations

from typing import Any

import pytest

from adapters.matrix.keys import well_formed

KEY = {"key": "abc", "signatures": {"@ann:a.example": {"ed25519:D": "signed"}}}
NAME = "signed_curve25519:AAAA"

ANSWERS: dict[str, tuple[Any, list[tuple[str, str, Any]]]] = {
    "a key": ({"@ann:a.example": {"D": {NAME: KEY}}}, [("@ann:a.example", "D", {NAME: KEY})]),
    "none left": ({"@ann:a.example": {"D": {}}}, []),
    "no devices": ({"@ann:a.example": []}, []),
    "a text": ({"@ann:a.example": {"D": {NAME: "abc"}}}, []),
    "without signatures": ({"@ann:a.example": {"D": {NAME: {"key": "abc"}}}}, []),
    "signatures of another kind": ({"@ann:a.example": {"D": {NAME: {"key": "abc", "signatures": "x"}}}}, []),
    "a number": ({"@ann:a.example": {"D": {NAME: {**KEY, "key": 7}}}}, []),
    "one bad of two": (
        {"@bad:b.example": {"E": 7}, "@ann:a.example": {"D": {NAME: KEY}}},
        [("@ann:a.example", "D", {NAME: KEY})],
    ),
    "nobody": ([], []),
}


@pytest.mark.parametrize(("people", "found"), ANSWERS.values(), ids=ANSWERS.keys())
def test_what_is_no_key_is_left_out(people: object, found: object) -> None:
    assert list(well_formed({"one_time_keys": people})) == found


def test_an_answer_without_any_says_nothing() -> None:
    assert list(well_formed({})) == []
