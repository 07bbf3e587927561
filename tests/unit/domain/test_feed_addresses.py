"""Addresses of feeds, as people write them."""

from __future__ import annotations

import pytest

from bot.domain.feed_addresses import apart, spellings
from bot.domain.model import Credentials

NOTHING = Credentials()


@pytest.mark.parametrize(
    ("address", "bare", "credentials"),
    [
        ("https://a.example/x", "https://a.example/x", NOTHING),
        (" https://me:p%40ss@a.example/x ", "https://a.example/x", Credentials(user="me", password="p@ss")),
        ("me:p@a.example", "a.example", Credentials(user="me", password="p")),
        ("https://me@a.example", "https://a.example", Credentials(user="me")),
        ("https://:p@a.example", "https://a.example", Credentials(password="p")),
        ("https://a.example/@me", "https://a.example/@me", NOTHING),
        ("https://a.example?by=me@b.example", "https://a.example?by=me@b.example", NOTHING),
        ("a.example/x#me@b", "a.example/x#me@b", NOTHING),
    ],
)
def test_what_opens_an_address_is_taken_out_of_it(address: str, bare: str, credentials: Credentials) -> None:
    assert apart(address, NOTHING) == (bare, credentials)


def test_what_is_given_beside_an_address_comes_first() -> None:
    given = Credentials(user="you", headers=(("X-Key", "1"),))
    assert apart("https://me:p@a.example", given)[1] == Credentials(user="you", password="p", headers=given.headers)


def test_spellings_of_one_address() -> None:
    assert set(spellings("HTTPS://A.example/x")) >= {
        "https://a.example/x", "https://a.example/x/", "http://a.example/x", "http://a.example/x/",
    }  # fmt: skip
    assert "https://a.example/X" in spellings("a.example/X#top")
    assert spellings("https://a.example/x")[0] == "https://a.example/x"
