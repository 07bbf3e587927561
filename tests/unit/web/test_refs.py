"""References of the page."""

from __future__ import annotations

import pytest

from adapters.web import refs
from bot.domain.model import Ref, Vote
from bot.errors import NetworkRefused


def test_what_they_look_like() -> None:
    by = refs.account("a1")
    assert refs.section("world") == "web:section/world"
    assert refs.post("k") == "web:post/k"
    assert refs.thread("k") == "web:thread/k"
    assert refs.said("k") == "web:said/k"
    assert refs.comment("n") == "web:comment/n"
    assert refs.reaction(by, Vote.UP, Ref("discord:1/2")) == "web:reaction/a1/up/discord:1/2"


@pytest.mark.parametrize("ref", ["", "web:", "web:post/", "discord:post/x", "web:thread/x"])
def test_a_reference_of_another_kind_is_refused(ref: str) -> None:
    with pytest.raises(NetworkRefused):
        refs.name_of(Ref(ref), "post")


@pytest.mark.parametrize("name", ["", "a b", "a/b", "../x", "x" * 200])
def test_what_cannot_be_a_name(name: str) -> None:
    with pytest.raises(NetworkRefused):
        refs.section(name)


@pytest.mark.parametrize(
    ("nonce", "good"), [("x" * 16, True), ("x" * 15, False), ("x" * 65, False), ("x/" * 10, False)]
)
def test_nonces(nonce: str, good: bool) -> None:
    assert refs.is_nonce(nonce) is good
