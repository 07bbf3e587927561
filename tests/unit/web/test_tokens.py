"""Signatures."""

from __future__ import annotations

import pytest

from adapters.web.tokens import Signer, random_token, token_hash

SIGNER = Signer(b"k" * 32)


def test_what_is_signed_can_be_read_again() -> None:
    token = random_token()
    assert SIGNER.unsign("session town", SIGNER.sign("session town", token)) == token


@pytest.mark.parametrize(
    "forged",
    [
        "",
        ".",
        "x",
        "token.",
        ".mac",
        "token.AAAA",
        "töken.\ud800",
        Signer(b"o" * 32).sign("session town", "token"),
        SIGNER.sign("session club", "token"),
        SIGNER.sign("visitor town", "token"),
        SIGNER.sign("session town", "token") + "x",
        "x" + SIGNER.sign("session town", "token"),
    ],
)
def test_what_is_forged_cannot(forged: str) -> None:
    assert SIGNER.unsign("session town", forged) is None


def test_tokens_are_long_and_stored_as_hashes() -> None:
    token = random_token()
    assert len(token) >= 43
    assert token_hash(token) != token_hash(random_token())
    assert len(token_hash(token)) == 32
