"""Which messages ask the bot for something."""

from __future__ import annotations

from typing import Any

import pytest

from adapters.matrix.commands.addressing import addressed
from bot.commands import line as typed_line

ME = "@tribune-1:example.org"
PILL = f'<a href="https://matrix.to/#/{ME}">Tribune</a>'
THREAD = {"rel_type": "m.thread", "event_id": "$post"}
ANSWER = {"m.in_reply_to": {"event_id": "$post"}}


def read(body: str, html: str | None = None, *, mentioned: bool = False, relates: Any = None) -> str | None:
    content: dict[str, Any] = {"msgtype": "m.text", "body": body}
    content |= {"m.relates_to": relates} if relates is not None else {}
    content |= {"formatted_body": html} if html is not None else {}
    content |= {"m.mentions": {"user_ids": [ME]}} if mentioned else {}
    return addressed(lambda text: typed_line.addressed(text, "!tribune"), content, ME, "Tribune")


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("after the prefix", read("!tribune feed list")),
        ("nothing after it", read("!Tribune:")),
        ("in a thread", read("!tribune feed list", relates=THREAD)),
        ("below the quote of what is answered", read("> <@anna:ex.org> !tribune help\n\n!tribune me", relates=ANSWER)),
        ("a link to the bot first", read("Tribune: feed list", f"{PILL}: feed list")),
        ("the same with quoted address", read("Tribune feed list", PILL.replace("@", "%40") + " feed list")),
        ("the link names it otherwise", read("The paper: feed list", PILL.replace(">T", ">A t") + ": feed list")),
        ("by its account", read(f"{ME}: feed list", mentioned=True)),
        ("by the beginning of its account", read("@tribune-1 feed list", mentioned=True, relates=THREAD)),
        ("by its name", read("tribune, feed list", mentioned=True)),
        ("within a sentence, outside of discussions", read("feed list @Tribune", mentioned=True)),
        ("an answer that begins with it", read("Tribune: feed list", mentioned=True, relates=ANSWER)),
    ],
)  # fmt: skip
def test_for_the_bot(line: str, found: str | None) -> None:
    expected = {"nothing after it": "", "below the quote of what is answered": "me"}
    assert found == expected.get(line, "feed list")


@pytest.mark.parametrize(
    ("what", "found"),
    [
        ("a comment", read("I like it")),
        ("the prefix as part of a word", read("!tribunes feed list")),
        ("the prefix quoted from another", read("> <@anna:example.org> !tribune help\n\nWell", relates=ANSWER)),
        ("its name without a mention", read("Tribune: feed list")),
        ("a longer name that begins so", read("Tribunes of the people", mentioned=True, relates=THREAD)),
        ("an answer, which mentions by itself", read("I like it", mentioned=True, relates=ANSWER)),
        ("a comment about it", read("what Tribune says", mentioned=True, relates=THREAD)),
        ("a link to somebody else", read("Anna: help", PILL.replace("tribune-1", "anna") + ": help")),
        ("a link in the middle", read("ask Tribune: help", f"ask {PILL}: help", relates=THREAD)),
        ("a new version of a command", read(
            "* !tribune help", relates={"rel_type": "m.replace", "event_id": "$a"}
        )),
    ],
)  # fmt: skip
def test_not_for_the_bot(what: str, found: str | None) -> None:
    assert found is None, what


@pytest.mark.parametrize(
    "content",
    [
        {"body": 1},
        {},
        {"body": "x", "m.mentions": 7},
        {"body": "x", "m.mentions": {"user_ids": ME}},
        {"body": "x", "m.relates_to": "$a"},
        {"body": "x", "m.relates_to": {"m.in_reply_to": []}},
        {"body": "x", "formatted_body": ["<a"]},
    ],
)
def test_what_nobody_should_send_breaks_nothing(content: dict[str, Any]) -> None:
    assert addressed(lambda text: None, content, ME, None) is None


@pytest.mark.parametrize("html", [" " * 2_000_000, "<mx-reply>" * 200_000, "<a href='https://matrix.to/#/a" * 60_000])
def test_what_is_long_and_says_nothing_is_read_in_no_time(html: str) -> None:
    """What is looked for at every place of it would take hours."""
    assert read("x", html) is None
