"""Names: what is kept of them, and what is no name."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.web.names import clean_name
from bot.errors import RequestError


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        pytest.param("Ada", "Ada", id="as it is"),
        pytest.param("  Ada   Lovelace ", "Ada Lovelace", id="white space"),
        pytest.param("Ada\u00a0\u2003\u3000Lovelace", "Ada Lovelace", id="white space that looks the same"),
        pytest.param("Ada\r\nLovelace\t", "Ada Lovelace", id="line ends"),
        pytest.param("Ada\u2028Lovelace", "Ada Lovelace", id="line separator"),
        pytest.param("e\u0301lan", "élan", id="composed"),
        pytest.param("A\u200bd\u200d\ufeffa", "Ada", id="zero width"),
        pytest.param("\u202eAda\u2066\u2069", "Ada", id="direction marks"),
        pytest.param("A\u00add\u2060a", "Ada", id="soft hyphen and joiner"),
        pytest.param("A\x00d\x1ba\x85x", "Ada x", id="control characters"),
        pytest.param("Ada\ufe0f", "Ada", id="variation selector"),
        pytest.param("A\u3164\u2800da", "Ada", id="letters that show nothing"),
        pytest.param("a" + "\u0335" * 20 + "b", "a\u0335\u0335b", id="piled marks"),
        pytest.param("Ⅳ élan-vital_9", "Ⅳ élan-vital_9", id="punctuation stays"),
        pytest.param("李四", "李四", id="not Latin"),
        pytest.param("<b>Ada</b>", "<b>Ada</b>", id="markup is text"),
        pytest.param("x" * 40, "x" * 40, id="the longest"),
    ],
)
def test_what_is_kept(typed: str, name: str) -> None:
    assert clean_name(typed) == name


@pytest.mark.parametrize(
    "typed",
    [
        "",
        " ",
        "A",
        "A\u200b\u200b\u200b",
        "\u202e\u202e\u202e",
        "x" * 41,
        "x" * 100_000,
        "...",
        "\u3164\u3164\u3164",
        "🙂🙂",
        "\ud800\ud800",
    ],
)
def test_what_is_no_name(typed: str) -> None:
    with pytest.raises(RequestError):
        clean_name(typed)


@given(st.text(max_size=60))
def test_a_clean_name_stays_as_it_is(typed: str) -> None:
    try:
        name = clean_name(typed)
    except RequestError:
        return
    assert clean_name(name) == name
    assert name == name.strip()
    assert unicodedata.is_normalized("NFC", name)
    assert all(unicodedata.category(character)[0] != "C" for character in name)
