"""How a homeserver wants to be shown that it is the owner who replaces an account's keys."""

from __future__ import annotations

from typing import Any

import pytest

from adapters.matrix.signing import PasswordWanted, proof
from bot.errors import NetworkRefused

USER = "@bot:example.org"
BY_PASSWORD: dict[str, Any] = {"session": "s", "flows": [{"stages": ["m.login.sso"]}, {"stages": ["m.login.password"]}]}
PAGE = {"url": "https://account.example.org/?action=reset"}


def test_the_password_is_handed_in_with_the_session() -> None:
    assert proof(USER, "rosebud", BY_PASSWORD) == {
        "type": "m.login.password",
        "identifier": {"type": "m.id.user", "user": USER},
        "password": "rosebud",
        "session": "s",
    }


def test_without_one_it_says_what_to_run() -> None:
    with pytest.raises(PasswordWanted, match="run `tribune matrix verify`"):
        proof(USER, None, BY_PASSWORD)


@pytest.mark.parametrize(
    ("asked", "where"),
    [
        ({"flows": [{"stages": ["m.oauth"]}], "params": {"m.oauth": PAGE}}, "https://account.example.org/"),
        ({"flows": [{"stages": ["m.login.sso"]}]}, "its own page"),
        ({"flows": [{"stages": ["m.login.password", "m.login.terms"]}]}, "its own page"),
        ({"flows": ["nonsense"], "params": {"x": 1}}, "its own page"),
    ],
)
def test_what_a_password_does_not_do_is_left_to_the_owner(asked: dict[str, Any], where: str) -> None:
    with pytest.raises(NetworkRefused, match="approve new keys at") as caught:
        proof(USER, "rosebud", asked)
    assert where in str(caught.value)
    assert not isinstance(caught.value, PasswordWanted)
