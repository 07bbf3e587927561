"""A quote with the words below it: what is posted is read back, whatever stands in it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.discord import refs
from adapters.discord.interactions.quoting import Quoted, as_quote, excerpt, parted, read_back, written

LINES = st.text(st.characters(exclude_categories=("Cs", "Cc", "Zl", "Zp")), min_size=1)


@given(LINES, LINES, LINES)
def test_what_is_written_is_read_back(quote: str, words: str, name: str) -> None:
    quoted = Quoted(quote=quote, words=words, message=refs.message(2, 3))
    assert read_back(written(quoted, name=name, server=1)) == quoted


def test_how_it_looks() -> None:
    quoted = Quoted(quote="A bridge?\nNever.", words="And **yet**.", message=refs.message(22, 33))
    assert written(quoted, name="A*n*n", server=11) == (
        "> A bridge?\n> Never.\n**A\\*n\\*n** [↪](https://discord.com/channels/11/22/33)\nAnd **yet**."
    )
    assert quoted.markdown == "> A bridge?\n> Never.\nAnd **yet**."


@pytest.mark.parametrize(
    "content",
    [
        "",
        "Hello.",
        "> quoted\nHello.",
        "**Ann** [↪](https://example.org/channels/1/2/3)\nHello.",
        "> quoted\n**Ann** [↪](https://discord.com/channels/1/2/3)\n",
        "First. **Ann** [↪](https://discord.com/channels/1/2/3)\nHello.",
    ],
)
def test_other_messages_are_none_of_these(content: str) -> None:
    assert read_back(content) is None


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("> one\n> two\nwords\nmore", ("one\ntwo", "words\nmore")),
        (">one\nwords", ("one", "words")),
        ("words", ("", "words")),
        ("> one\n", ("one", "")),
        ("> one\nwords\n> two", ("one", "words\n> two")),
    ],
)
def test_the_quote_is_what_stands_first(typed: str, expected: tuple[str, str]) -> None:
    assert parted(typed) == expected


def test_of_a_message_that_quotes_only_the_own_words_are_quoted() -> None:
    assert excerpt("> old\nnew\n\nnewer") == "new\nnewer"
    assert excerpt("x" * 400) == "x" * 300 + "…"
    assert as_quote("") == ""
