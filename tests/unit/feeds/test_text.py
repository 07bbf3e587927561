"""Repair of text, titles, words."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.text import plain_title, repair, shorten, words


@pytest.mark.parametrize(
    ("broken", "meant"),
    [
        pytest.param("l\x92exécutif", "l’exécutif", id="C1 apostrophe"),
        pytest.param("l&#146;exécutif", "l’exécutif", id="decimal reference to C1"),
        pytest.param("l&#x92;exécutif", "l’exécutif", id="hexadecimal reference to C1"),
        pytest.param("\x93oui\x94 \x85", "“oui” …", id="quotation marks and ellipsis"),
        pytest.param("12 \x80", "12 €", id="euro"),
        pytest.param("d\xe2\x80\x99accord", "d’accord", id="UTF-8 encoded twice"),
        pytest.param("LIBERT\xc9\x94", "LIBERTÉ”", id="an accent before a C1 quotation mark is no UTF-8"),
        pytest.param("&#160;&#233;", "&#160;&#233;", id="other references stay"),
        pytest.param("a\x00b\x0bc\ud800d\ufffe", "abcd", id="forbidden characters"),
        pytest.param("a\tb\nc", "a\tb\nc", id="white space stays"),
        pytest.param("a\x81b", "ab", id="a byte that windows-1252 leaves undefined"),
    ],
)
def test_repair(broken: str, meant: str) -> None:
    assert repair(broken) == meant


@given(st.text())
def test_what_is_repaired_stays(text: str) -> None:
    once = repair(text)
    assert repair(once) == once or "&#" in text


@pytest.mark.parametrize(
    ("raw", "title"),
    [
        ("AT&amp;amp;T", "AT&T"),
        ("AT&amp;T", "AT&T"),
        ("AT&T", "AT&T"),
        ("<b>Bold</b> words", "Bold words"),
        ("&lt;b&gt;Bold&lt;/b&gt; words", "Bold words"),
        ("a < b > c", "a < b > c"),
        ("List<String> explained", "List<String> explained"),
        ("What <b> does", "What <b> does"),
        ("one<br/>two", "one two"),
        ("  two\n lines ", "two lines"),
        ("l&#146;été &eacute;ternel", "l’été éternel"),
        ("<3 hearts", "<3 hearts"),
        ('<a href="x">link</a>', "link"),
        ("", ""),
    ],
)
def test_titles_become_plain(raw: str, title: str) -> None:
    assert plain_title(raw) == title


def test_words_are_compared_without_case_and_form() -> None:
    assert words("L’Été à Paris, ﬁn !") == ["l", "été", "à", "paris", "fin"]


@pytest.mark.parametrize(
    ("text", "limit", "short"),
    [
        ("short", 10, "short"),
        ("one two three", 9, "one two…"),
        ("one two three", 8, "one two…"),
        ("unbreakablyloong", 8, "unbreak…"),
        ("wait, what is it", 8, "wait…"),
    ],
)
def test_shorten(text: str, limit: int, short: str) -> None:
    assert shorten(text, limit) == short


@given(st.text(), st.integers(min_value=1, max_value=40))
def test_shortened_text_keeps_the_limit(text: str, limit: int) -> None:
    assert len(shorten(text, limit)) <= limit
