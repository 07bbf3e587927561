"""Links as text: nothing to click on, nothing hidden, and everything else as it was."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.html import links_as_text, plain_text, sanitise

CASES: list[tuple[str, str, str]] = [
    ("nothing", "", ""),
    ("no link", "<p>One &amp; <b>two</b></p>", "<p>One &amp; <b>two</b></p>"),
    ("words", '<a href="https://a.example/x">here</a>', "here (https://a.example/x)"),
    ("the address itself", '<a href="https://a.example/x">https://a.example/x</a>', "https://a.example/x"),
    (
        "another address",
        '<a href="https://b.example/">https://a.example/</a>',
        "https://a.example/ (https://b.example/)",
    ),
    ("within words", 'See <a href="https://a.example/">this</a>, then.', "See this (https://a.example/), then."),
    (
        "two",
        '<a href="https://a.example/">one</a> <a href="https://b.example/">two</a>',
        "one (https://a.example/) two (https://b.example/)",
    ),
    ("tags within", '<a href="https://a.example/">a <b>bold</b> one</a>', "a <b>bold</b> one (https://a.example/)"),
    ("tags around", '<p><i><a href="https://a.example/">x</a></i></p>', "<p><i>x (https://a.example/)</i></p>"),
    (
        "tags around the address itself",
        '<a href="https://a.example/"><b>https://a.example/</b></a>',
        "<b>https://a.example/</b>",
    ),
    ("no words", '<p><a href="https://a.example/"></a></p>', "<p>https://a.example/</p>"),
    ("no address", "<a>here</a>", "here"),
    ("an address that is none", '<a href="javascript:alert(1)">here</a>', "here"),
    ("mail", '<a href="mailto:ann@a.example">write to me</a>', "write to me (ann@a.example)"),
    ("mail to the address that is shown", '<a href="mailto:ann@a.example">ann@a.example</a>', "ann@a.example"),
    ("entities in the address", '<a href="https://a.example/?a=1&amp;b=2">x</a>', "x (https://a.example/?a=1&amp;b=2)"),
    (
        "entities in the address that is shown",
        '<a href="https://a.example/?a=1&amp;b=2">https://a.example/?a=1&amp;b=2</a>',
        "https://a.example/?a=1&amp;b=2",
    ),
    (
        "a tag in the address",
        '<a href="https://a.example/?<b>x&quot;">x</a>',
        'x (https://a.example/?&lt;b&gt;x")',
    ),
    (
        "a title that looks like an address",
        '<a title=" href=" href="https://a.example/">x</a>',
        "x (https://a.example/)",
    ),
    (
        "a title that looks like a link",
        '<abbr title="<a href=x>">x</abbr><a href="https://a.example/" title="</a>">y</a>',
        '<abbr title="&lt;a href=x&gt;">x</abbr>y (https://a.example/)',
    ),
    (
        "a quote keeps what it quotes",
        '<blockquote cite="tribune:12"><p>as <a href="https://a.example/">said</a></p></blockquote>',
        '<blockquote cite="tribune:12"><p>as said (https://a.example/)</p></blockquote>',
    ),
    (
        "a link within a link",
        '<a href="https://a.example/"><table><tr><td><a href="https://b.example/">x</a></td></tr></table></a>',
        "<table><tbody><tr><td>x (https://b.example/)</td></tr></tbody></table> (https://a.example/)",
    ),
]


@pytest.mark.parametrize(("name", "html", "text"), CASES, ids=[name for name, *_ in CASES])
def test_a_link_is_its_words_and_its_address(name: str, html: str, text: str) -> None:
    assert links_as_text(sanitise(html)) == text


parts = st.sampled_from(
    [
        '<a href="https://a.example/?x=1&amp;y=2">',
        '<a href="https://b.example/" title="> </a>">',
        "<A HREF='https://c.example/\"x'>",
        "</a>",
        "<b>",
        "</b>",
        "<p>",
        "<table><tr><td>",
        "</table>",
        '<blockquote cite="tribune:1">',
        "</blockquote>",
        '<abbr title="<a href=x>">',
        "&lt;a href=x&gt;",
        "&amp;",
        "https://a.example/?x=1&amp;y=2",
        "words ",
    ]
)
documents = st.lists(parts, max_size=14).map("".join).map(sanitise)


@given(documents)
def test_nothing_is_left_to_click_on(html: str) -> None:
    assert re.search("<a[ >]|</a>", links_as_text(html)) is None


@given(documents)
def test_twice_is_once(html: str) -> None:
    assert links_as_text(links_as_text(html)) == links_as_text(html)


@given(documents)
def test_what_comes_out_is_as_safe_as_what_went_in(html: str) -> None:
    text = links_as_text(html)
    assert _tags(sanitise(text)) == _tags(text) == [each for each in _tags(html) if each != "a"]


def _tags(html: str) -> list[str]:
    return re.findall(r'<([a-z]+)[^>"]*(?:"[^"]*"[^>"]*)*>', html)


@given(documents)
def test_all_words_and_addresses_are_still_there(html: str) -> None:
    left = iter(plain_text(links_as_text(html)))
    assert all(character in left for character in re.sub(r"\s", "", plain_text(html)))
