"""The HTML of the house as Matrix's clients show it, and as plain text."""

from __future__ import annotations

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from adapters.matrix.markup.escaping import GAP
from adapters.matrix.markup.writing import to_matrix
from bot.domain.html import sanitise

TABLE = {
    "a paragraph": ("<p>Say it.</p>", "<p>Say it.</p>", "Say it."),
    "two": ("<p>One.</p><p>Two.</p>", "<p>One.</p><p>Two.</p>", "One.\n\nTwo."),
    "lines": ("One<br>Two", "One<br>Two", "One\nTwo"),
    "white space": ("<p>One\n  two</p>", "<p>One\n  two</p>", "One two"),
    "stress": ("<b>a</b> <em>b</em> <s>c</s>", "<b>a</b> <em>b</em> <del>c</del>", "a b c"),
    "what Matrix lacks": (
        "<cite>a</cite> <kbd>b</kbd> <mark>c</mark> <small>d</small>",
        "<em>a</em> <code>b</code> <strong>c</strong> d",
        "a b c d",
    ),
    "a quote in a line": ("He said <q>no</q>.", "He said “no”.", "He said “no”."),
    "a quote": (
        "<blockquote><p>One.</p><p>Two.</p></blockquote><p>Three.</p>",
        "<blockquote><p>One.</p><p>Two.</p></blockquote><p>Three.</p>",
        "> One.\n\n> Two.\n\nThree.",
    ),
    "a list": (
        "<p>So:</p><ul><li>one</li><li>two</li></ul><p>Well.</p>",
        "<p>So:</p><ul><li>one</li><li>two</li></ul><p>Well.</p>",
        "So:\n\n- one\n- two\n\nWell.",
    ),
    "a counted list": (
        '<ol start="3"><li>one<ul><li>in it</li></ul></li><li>two</li></ol>',
        '<ol start="3"><li>one<ul><li>in it</li></ul></li><li>two</li></ol>',
        "3. one\n  - in it\n4. two",
    ),
    "code": ("<pre>a\n\n  b</pre>", "<pre>a\n\n  b</pre>", "a\n\n  b"),
    "a table": (
        "<table><tr><th>a</th><th>b</th></tr><tr><td>1</td><td>2</td></tr></table>",
        "<table><tbody><tr><th>a</th><th>b</th></tr><tr><td>1</td><td>2</td></tr></tbody></table>",
        "a | b\n1 | 2",
    ),
    "a link": (
        '<a href="https://a.example/b?c=1&amp;d=2">there</a>',
        '<a href="https://a.example/b?c=1&amp;d=2">there</a>',
        "there (https://a.example/b?c=1&d=2)",
    ),
    "a link that is its words": (
        '<a href="https://a.example/b">https://a.example/b</a>',
        '<a href="https://a.example/b">https://a.example/b</a>',
        "https://a.example/b",
    ),
    "signs": ("a &lt; b &amp; c", "a &lt; b &amp; c", "a < b & c"),
    "the room": ("Hey @room, @ROOM!", f"Hey @{GAP}room, @{GAP}ROOM!", f"Hey @{GAP}room, @{GAP}ROOM!"),
    "the room in pieces": ("@<b>room</b>", "@<b>room</b>", f"@{GAP}room"),
    "a name": (
        '<a href="https://matrix.to/#/@ann:a.example">Ann</a>',
        "Ann",
        f"Ann (https://matrix.{GAP}to/#/@ann:a.example)",
    ),
    "a name in the text": (
        "https://matrix.to/#/@ann:a.example matrix:u/ann:a.example",
        f"https://matrix.{GAP}to/#/@ann:a.example matrix:{GAP}u/ann:a.example",
        f"https://matrix.{GAP}to/#/@ann:a.example matrix:{GAP}u/ann:a.example",
    ),
    "the room in a link": (
        '<a href="https://a.example/@room">there</a>',
        '<a href="https://a.example/@room">there</a>',
        "there (https://a.example/%40room)",
    ),
    "nothing": ("", "", ""),
}


@pytest.mark.parametrize(("house", "html", "plain"), TABLE.values(), ids=TABLE.keys())
def test_html_of_the_house_is_written(house: str, html: str, plain: str) -> None:
    words = to_matrix(sanitise(house))
    assert (words.html, words.plain) == (html, plain)


CUT = {
    "fits": (12, "<p>Hello <b>brave</b></p>", "Hello brave"),
    "in a word": (8, "<p>Hello <b>br…</b></p>", "Hello br…"),
    "between": (6, "<p>Hello <b>…</b></p>", "Hello …"),
    "before": (3, "<p>Hel…</p>", "Hel…"),
}


@pytest.mark.parametrize(("limit", "html", "plain"), CUT.values(), ids=CUT.keys())
def test_what_is_too_long_is_cut_and_ended(limit: int, html: str, plain: str) -> None:
    words = to_matrix("<p>Hello <b>brave</b></p>", limit)
    assert (words.html, words.plain) == (html, plain)


TAGS = "<p> </p> <b> </b> <ul> <li> </ul> <blockquote> </blockquote> <q> </q> <br> </a> <pre> </pre> <script>".split()
WORDS = ["a b", "@room", "&lt;i&gt;", "<a href='https://matrix.to/#/@a:b'>", "\n"]
PIECES = st.lists(st.sampled_from([*TAGS, *WORDS]), max_size=20).map("".join)


@given(PIECES, st.integers(0, 30))
@example("<pre><a href='https://matrix.to/#/@a:b'>\n", 1)
@example("<pre><a href='https://matrix.to/#/@a:b'>\n\nx", 9)
def test_what_is_written_is_whole_and_calls_nobody(house: str, limit: int) -> None:
    words = to_matrix(sanitise(house), limit)
    assert sanitise(words.html) == words.html
    assert re.search(r"@room\b", words.plain) is None
    assert "matrix.to" not in words.html
