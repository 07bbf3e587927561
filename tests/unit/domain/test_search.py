"""What counts as a word, what people ask for, and where it is found in a text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.search import LONGEST_QUERY, MOST_TERMS, Sought, Term, places, read, snippet, words
from bot.domain.wrong import Wrong


@pytest.mark.parametrize(
    ("text", "found"),
    [
        pytest.param("L'école, l’IA", ["l", "ecole", "l", "ia"], id="apostrophes"),
        pytest.param("e\u0301cole", ["ecole"], id="an accent of its own"),
        pytest.param("CŒUR æsir", ["coeur", "aesir"], id="ligatures"),
        pytest.param("Straße STRASSE", ["strasse", "strasse"], id="sharp s"),
        pytest.param("porte-monnaie snake_case", ["porte", "monnaie", "snake", "case"], id="hyphens"),
        pytest.param("ﬁn № ½", ["fin", "no", "1", "2"], id="compatibility"),
        pytest.param("Ødegård Łódź ıstanbul", ["odegard", "lodz", "istanbul"], id="letters with strokes"),
        pytest.param("Ελλάς ΕΛΛΆΣ", ["ελλασ", "ελλασ"], id="Greek"),
        pytest.param("x" * 100, ["x" * 64], id="very long"),
        pytest.param("…!?", [], id="none"),
    ],
)
def test_words(text: str, found: list[str]) -> None:
    assert words(text) == found


def _term(*found: str, beginning: bool = False) -> Term:
    return Term(words=found, beginning=beginning)


@pytest.mark.parametrize(
    ("query", "terms"),
    [
        pytest.param("école", (_term("ecole", beginning=True),), id="the last is a beginning"),
        pytest.param("la mer", (_term("la"), _term("mer", beginning=True)), id="only the last"),
        pytest.param("le if", (_term("le"), _term("if")), id="not a short one"),
        pytest.param("if*", (_term("if", beginning=True),), id="but where it is said"),
        pytest.param("bri* old", (_term("bri", beginning=True), _term("old", beginning=True)), id="any with a star"),
        pytest.param('"la mer" bleue', (_term("la", "mer"), _term("bleue", beginning=True)), id="a phrase"),
        pytest.param("«la mer»", (_term("la", "mer"),), id="French quotes"),
        pytest.param('"la mer', (_term("la", "mer"),), id="a quote left open"),
        pytest.param("l'école", (_term("l", "ecole", beginning=True),), id="an apostrophe"),
        pytest.param("mer mer", (_term("mer"), _term("mer", beginning=True)), id="twice"),
        pytest.param("… mer", (_term("mer", beginning=True),), id="signs"),
    ],
)
def test_what_is_asked_for(query: str, terms: tuple[Term, ...]) -> None:
    assert read(query) == Sought(terms=terms)


@pytest.mark.parametrize("query", ["", "  ", '""', "…", "a*", "x" * (LONGEST_QUERY + 1), "ab " * (MOST_TERMS + 1)])
def test_what_cannot_be_looked_for(query: str) -> None:
    with pytest.raises(Wrong):
        read(query)


@pytest.mark.parametrize(
    ("text", "query", "marked"),
    [
        pytest.param("L’École de Nice", "ecole", "L’*École* de Nice", id="as it is written"),
        pytest.param("une e\u0301cole", "école", "une *e\u0301cole*", id="with its accent"),
        pytest.param("l'IA et l'ia", "l’ia", "*l'IA* et *l'ia*", id="both"),
        pytest.param("la mer, la mer", '"mer la"', "la *mer, la* mer", id="over a comma"),
        pytest.param("un cœur", "coeu*", "un *cœur*", id="a ligature"),
        pytest.param("nothing", "else", "nothing", id="none"),
    ],
)
def test_where_it_is_found(text: str, query: str, marked: str) -> None:
    assert snippet(text, read(query)).marked() == marked


def test_a_snippet_shows_where_most_is_found() -> None:
    text = "bridge " + "word " * 100 + "the old bridge was opened " + "word " * 100
    found = snippet(text, read("old bridge opened"), length=80)
    assert "the *old* *bridge* was *opened*" in found.marked()
    assert found.text.startswith("…")
    assert found.text.endswith("…")
    assert len(found.text) <= 82


@given(st.text(max_size=200), st.text(min_size=1, max_size=20))
def test_marks_are_within_the_text_and_apart(text: str, query: str) -> None:
    try:
        sought = read(query)
    except Wrong:
        return
    found = snippet(text, sought, length=60)
    ends = [0, *(place for mark in found.marks for place in mark), len(found.text)]
    assert ends == sorted(ends)
    assert found.marked("", "") == found.text


@given(st.text(max_size=200))
def test_every_word_of_a_text_is_found_in_it(text: str) -> None:
    for each in words(text)[:5]:
        assert places(text, Sought(terms=(Term(words=(each,)),)))
