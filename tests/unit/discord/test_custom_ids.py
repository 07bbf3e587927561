"""What buttons carry comes back as it was put there, and nothing else is taken for it."""

from __future__ import annotations

import pytest

from adapters.discord import custom_ids
from adapters.discord.custom_ids import CaseAction, CustomId
from bot.domain.model import CaseId


@pytest.mark.parametrize("kind", [*custom_ids.OF_POSTS, "page"])
@pytest.mark.parametrize("rest", ["b71d9e", "news list:2", ""])
def test_what_is_made_is_read_back(kind: str, rest: str) -> None:
    assert custom_ids.read(custom_ids.custom_id(kind, rest)) == CustomId(kind=kind, rest=rest)


@pytest.mark.parametrize("action", CaseAction)
def test_an_action_on_a_case_is_read_back(action: CaseAction) -> None:
    made = custom_ids.read(custom_ids.for_case(action, CaseId(17)))
    assert made is not None
    assert made.kind == custom_ids.CASE
    assert custom_ids.read_case(made.rest) == (action, CaseId(17))


@pytest.mark.parametrize(
    "foreign", ["", "t", "t:", "t:best", "t::x", "x:best:b71d9e", "best:b71d9e", "0123456789abcdef"]
)
def test_what_others_made_is_none_of_ours(foreign: str) -> None:
    assert custom_ids.read(foreign) is None


@pytest.mark.parametrize("rest", ["", "hide", "hide:", "hide:x", "hide:-1", "hide:²", "burn:1", "hide:1:2"])
def test_what_names_no_case_is_none(rest: str) -> None:
    assert custom_ids.read_case(rest) is None


@pytest.mark.parametrize(("kind", "rest"), [("best", "x" * 94), ("", "x"), ("a:b", "x")])
def test_what_could_not_be_read_back_is_not_made(kind: str, rest: str) -> None:
    with pytest.raises(ValueError, match="no custom ID"):
        custom_ids.custom_id(kind, rest)


def test_the_longest_is_made() -> None:
    assert len(custom_ids.custom_id("best", "x" * 93)) == custom_ids.LONGEST
