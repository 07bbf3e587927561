"""Filters: what they find in both languages, which part decided, and what is said of those that cannot be read."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.filter_text import without_accents
from bot.domain.filters import Judgement, read
from bot.domain.model import Content
from bot.domain.wrong import Wrong

ENGLISH = Content(
    title="City council opens the Porter-Street bridge",
    link="https://news.example/bridge",
    author="Ann O’Leary",
    lead="The mayor’s office said it won't cost more than £4 million.",
    summary="<p>The mayor’s office said it <b>won't</b> cost more than £4 million.</p>",
    body="<p>Covid-19 delayed the works; Zoë Quinn called it “a triumph”. AT&amp;T sponsored it.</p>",
    categories=("Local News", "Transport"),
)
FRENCH = Content(
    title="À l’école, l’IA fait son entrée : « un vrai cœur de métier »",
    link="https://journal.example/ecole",
    author="Élodie Lefèvre",
    lead="Le porte-avions est resté à quai aujourd’hui.",
    categories=("Éducation", "Sciences et techniques"),
)

FOUND: list[tuple[str, Content, bool]] = [
    # words
    ("bridge", ENGLISH, True),
    ("BRIDGE", ENGLISH, True),
    ("bridges", ENGLISH, False),
    ("brid", ENGLISH, False),
    ("ridge", ENGLISH, False),
    ("brid*", ENGLISH, True),
    ("ridge*", ENGLISH, False),
    ("million", ENGLISH, True),
    ("£4", ENGLISH, True),
    ("4", ENGLISH, True),
    ("won't", ENGLISH, True),
    ("won’t", ENGLISH, True),
    ("mayor's", ENGLISH, True),
    ("mayor", ENGLISH, True),
    ("o'leary", ENGLISH, True),
    ("Zoe", ENGLISH, True),
    ("Zoë", ENGLISH, True),
    ("AT&T", ENGLISH, True),
    ("strong", ENGLISH, False),  # markup is not said
    ("news.example", ENGLISH, False),  # nor is the address
    ("école", FRENCH, True),
    ("ecole", FRENCH, True),
    ("ÉCOLE", FRENCH, True),
    ("ECOLE", FRENCH, True),
    ("e\u0301cole", FRENCH, True),
    ("écoles", FRENCH, False),
    ("école*", FRENCH, True),
    ("l'IA", FRENCH, True),
    ("l’IA", FRENCH, True),
    ("IA", FRENCH, True),
    ("ia", FRENCH, True),
    ("d'IA", FRENCH, False),
    ("cœur", FRENCH, True),
    ("coeur", FRENCH, True),
    ("aujourd'hui", FRENCH, True),
    ("entrée", FRENCH, True),
    ("entree", FRENCH, True),
    ("entrêe", FRENCH, False),  # what has accents is meant as it is written
    # hyphens
    ("Porter-Street", ENGLISH, True),
    ("porter‑street", ENGLISH, True),
    ("Porter", ENGLISH, True),
    ('"porter street"', ENGLISH, True),
    ("Street-Porter", ENGLISH, False),
    ("porte-avions", FRENCH, True),
    ("porte–avions", FRENCH, True),
    ("avions", FRENCH, True),
    ("avion", FRENCH, False),
    ("covid-19", ENGLISH, True),
    ("covid-1", ENGLISH, False),
    # phrases
    ('"city council"', ENGLISH, True),
    ('"council city"', ENGLISH, False),
    ('"city  COUNCIL"', ENGLISH, True),
    ("“city council”", ENGLISH, True),
    ('"city coun*"', ENGLISH, True),
    ('"bridge the mayor"', ENGLISH, False),  # a phrase does not go from the title into the text
    ("« vrai cœur »", FRENCH, True),
    ("«vrai coeur»", FRENCH, True),
    ('"cœur vrai"', FRENCH, False),
    # operators
    ("bridge council", ENGLISH, True),
    ("bridge tunnel", ENGLISH, False),
    ("bridge AND council", ENGLISH, True),
    ("tunnel OR bridge", ENGLISH, True),
    ("tunnel OR ferry", ENGLISH, False),
    ("NOT tunnel", ENGLISH, True),
    ("NOT bridge", ENGLISH, False),
    ("-tunnel", ENGLISH, True),
    ("-bridge", ENGLISH, False),
    ('-"city council"', ENGLISH, False),
    ("bridge -tunnel", ENGLISH, True),
    ("tunnel ferry OR bridge", ENGLISH, True),
    ("tunnel (ferry OR bridge)", ENGLISH, False),
    ("bridge (ferry OR council)", ENGLISH, True),
    ("NOT (ferry OR tunnel)", ENGLISH, True),
    ("NOT ferry OR tunnel", ENGLISH, True),
    ("NOT bridge OR council", ENGLISH, True),
    ("NOT NOT bridge", ENGLISH, True),
    ("école ET IA", FRENCH, True),
    ("lycée OU école", FRENCH, True),
    ("NON lycée", FRENCH, True),
    ("école SAUF", FRENCH, False),  # no operator: a word that is not there
    ("and", ENGLISH, False),
    ("et", FRENCH, True),
    ('"et"', FRENCH, True),
    ('"OR"', ENGLISH, False),
    # fields
    ("title:bridge", ENGLISH, True),
    ("text:bridge", ENGLISH, False),
    ("text:mayor", ENGLISH, True),
    ("title:mayor", ENGLISH, False),
    ("author:ann", ENGLISH, True),
    ('author:"ann o\'leary"', ENGLISH, True),
    ("author:zoe", ENGLISH, False),
    ("category:transport", ENGLISH, True),
    ('category:"local news"', ENGLISH, True),
    ('category:"news transport"', ENGLISH, False),
    ("Title: bridge", ENGLISH, True),
    ("title:(bridge council)", ENGLISH, True),
    ("title:(bridge OR mayor)", ENGLISH, True),
    ("title:(NOT mayor)", ENGLISH, True),
    ("-title:bridge", ENGLISH, False),
    ("title:brid*", ENGLISH, True),
    ("titre:ecole", FRENCH, True),
    ("auteur:lefevre", FRENCH, True),
    ("auteur:lefèvre", FRENCH, True),
    ("catégorie:education", FRENCH, True),
    ("categorie:sciences", FRENCH, True),
    ("texte:quai", FRENCH, True),
    # regular expressions
    ("/bridge/", ENGLISH, True),
    ("/BRIDGE/", ENGLISH, True),
    ("/(?-i)BRIDGE/", ENGLISH, False),
    (r"/\bcovid-?1\d\b/", ENGLISH, True),
    (r"title:/^city .* bridge$/", ENGLISH, True),
    (r"title:/^bridge/", ENGLISH, False),
    (r"/£\d+ million/", ENGLISH, True),
    (r"/l'IA\b/", FRENCH, True),
    (r"/École|lycée/", FRENCH, True),
    (r"/ecole/", FRENCH, False),  # it sees the text as it stands
    (r"/\p{Lu}lodie/", FRENCH, True),
    (r"/a\/b/", Content(title="a/b", link=None), True),
    ("bridge -/tunnel|ferry/", ENGLISH, True),
    # other scripts
    ("日本", Content(title="日本政府は発表した", link=None), True),
    ("中国", Content(title="日本政府は発表した", link=None), False),
    ("москва", Content(title="Новости: Москва сегодня", link=None), True),
    ("еще", Content(title="Ещё раз", link=None), True),
    ("हिन्दी", Content(title="समाचार हिन्दी में", link=None), True),
    ("हिन", Content(title="समाचार हिन्दी में", link=None), False),
    ("straße", Content(title="In der STRASSE", link=None), True),
    ("fi", Content(title="ﬁ", link=None), True),
    ("", ENGLISH, True),
    ("   ", ENGLISH, True),
]


@pytest.mark.parametrize(("expression", "content", "passes"), FOUND, ids=[e for e, *_ in FOUND])
def test_what_passes(expression: str, content: Content, passes: bool) -> None:
    assert read(expression).judge(content).passes is passes


BECAUSE: list[tuple[str, bool, str]] = [
    ("bridge", True, "bridge"),
    ("tunnel", False, "tunnel"),
    ("tunnel OR bridge", True, "bridge"),
    ("tunnel OR ferry", False, "tunnel OR ferry"),
    ("bridge  council", True, "bridge  council"),
    ("bridge tunnel council", False, "tunnel"),
    ("bridge NOT  council", False, "NOT  council"),
    ("bridge -council", False, "-council"),
    ("bridge NOT (ferry OR council)", False, "NOT (ferry OR council)"),
    ("bridge title: mayor", False, "title: mayor"),
    ("title:(bridge OR mayor) ferry", False, "ferry"),
    ("(tunnel OR ferry) bridge", False, "tunnel OR ferry"),
    ("bridge /tun+el/ council", False, "/tun+el/"),
    ('bridge "council city"', False, '"council city"'),
    ("", True, ""),
]


@pytest.mark.parametrize(("expression", "passes", "because"), BECAUSE, ids=[e for e, *_ in BECAUSE])
def test_the_part_that_decided_is_named_in_its_own_words(expression: str, passes: bool, because: str) -> None:
    assert read(expression).judge(ENGLISH) == Judgement(passes=passes, because=because)


WRONG: list[tuple[str, str]] = [
    ("(bridge", "The parenthesis at character 1 is not closed"),
    ("bridge (", "The parenthesis at character 8 is not closed"),
    ("bridge)", "The “)” at character 7 closes nothing"),
    ("()", "The parentheses at character 1 are empty"),
    ('a "bridge', "The quotation mark at character 3 is not closed"),
    ("« pont", "The quotation mark at character 1 is not closed"),
    ("OR bridge", "Before “OR” at character 1 something is missing"),
    ("bridge OR", "After “OR” at character 8 something is missing"),
    ("bridge AND OR x", "Before “OR” at character 12 something is missing"),
    ("pont ET", "After “ET” at character 6 something is missing"),
    ("(a OR) b", "After “OR” at character 4 something is missing"),
    ("NOT", "After “NOT” at character 1 something is missing"),
    ("titel:bridge", "At character 1 there is no field “titel”; there are title, author, category and text."),
    ("title:", "The field “title” at character 1 has nothing to look for"),
    ("a (title:)", "The field “title” at character 4 has nothing to look for"),
    ("bridge …", "“…” at character 8 holds no word; for signs use a regular expression"),
    ('""', "“” at character 1 holds no word"),
    ("- bridge", "“-” at character 1 holds no word"),
    ("*", "In “*” at character 1 the * does not stand at the end of a word"),
    ("*bridge", "In “*bridge” at character 1 the * does not stand at the end of a word"),
    ("br*ge", "In “br*ge” at character 1 the * does not stand at the end of a word"),
    ('"br* council"', "In “br* council” at character 1 the * does not stand at the end of a word"),
    ("/bridge", "The regular expression at character 1 is not closed"),
    (r"/bridge\/", "The regular expression at character 1 is not closed"),
    ("a /(?=b)/", "The regular expression at character 3 looks around with “(?=”, which RE2 cannot do; use NOT"),
    ("/(?!b)/", "looks around with “(?!”"),
    ("/(?<=b)c/", "looks around with “(?<=”"),
    ("/(?<!b)c/", "looks around with “(?<!”"),
    (r"/(a)\1/", r"refers back with “\1”, which RE2 cannot do"),
    (r"/(?P<n>a)(?P=n)/", "refers back with “(?P”"),
    (r"/(?P<n>a)\k<n>/", r"refers back with “\k”"),
    ("/a{2000}/", "The regular expression at character 1 is too large"),
    ("/((((a{9}){9}){9}){9})/", "The regular expression at character 1 is too large"),
    ("/[b/", "The regular expression at character 1 cannot be read at “[b”"),
    ("/a++/", "The regular expression at character 1 cannot be read at “++”"),
    (f"/{'a' * 501}/", "The regular expression at character 1 is longer than 500 characters"),
    ("a " * 1001, "The filter is longer than 2000 characters"),
    ("(" * 31 + "a" + ")" * 31, "At character 31 the filter is nested more than 30 deep"),
    ("NOT " * 31 + "a", "At character 121 the filter is nested more than 30 deep"),
]


@pytest.mark.parametrize(("expression", "told"), WRONG, ids=[e[:20] for e, _ in WRONG])
def test_what_cannot_be_read_is_told_with_its_place(expression: str, told: str) -> None:
    with pytest.raises(Wrong) as wrong:
        read(expression)
    assert told in str(wrong.value)


def test_what_nests_as_deep_as_it_may_is_read() -> None:
    assert read("(" * 30 + "bridge" + ")" * 30).judge(ENGLISH).passes


def test_an_article_is_not_said_to_hold_what_it_lacks() -> None:
    nothing = Content(title="…", link=None)
    for expression in ("author:x", "category:x", "text:x", "title:x", "/x/"):
        assert not read(expression).judge(nothing).passes
        assert read(f"NOT {expression}").judge(nothing).passes


# --- properties ---

_TERMS = st.sampled_from(
    ("bridge", "tunnel", '"city council"', "title:mayor", "text:mayor", "/cov.d/", "author:ann", "coun*", "category:x")
)


def _grown(parts: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.one_of(
        st.builds("({} OR {})".format, parts, parts),
        st.builds("({} {})".format, parts, parts),
        st.builds("({} ET {})".format, parts, parts),
        st.builds("NOT {}".format, parts),
        st.builds("-{}".format, parts),
    )


EXPRESSIONS = st.recursive(_TERMS, _grown, max_leaves=8)


def passes(expression: str) -> bool:
    return read(expression).judge(ENGLISH).passes


@given(EXPRESSIONS)
def test_not_twice_changes_nothing(expression: str) -> None:
    assert passes(f"NOT NOT ({expression})") is passes(expression)


@given(EXPRESSIONS, EXPRESSIONS)
def test_not_divides_as_de_morgan_said(one: str, other: str) -> None:
    assert passes(f"NOT ({one} OR {other})") is passes(f"(NOT {one}) (NOT {other})")
    assert passes(f"NOT ({one} AND {other})") is passes(f"(NOT {one}) OR (NOT {other})")


@given(EXPRESSIONS, EXPRESSIONS, EXPRESSIONS)
def test_and_binds_closer_than_or(one: str, other: str, third: str) -> None:
    assert passes(f"{one} OR {other} {third}") is passes(f"{one} OR ({other} {third})")


@given(EXPRESSIONS)
def test_the_part_that_decided_stands_in_the_expression(expression: str) -> None:
    because = read(expression).judge(ENGLISH).because
    assert because
    assert because in expression


@given(st.text() | st.text(alphabet='ab*:/"()-«»\\?[]{}+ ORANDTtitle’'))
def test_whatever_is_written_is_read_or_told_to_be_wrong(expression: str) -> None:
    try:
        found = read(expression)
    except Wrong:
        return
    found.judge(ENGLISH)


@given(st.text(), st.text(), st.text())
def test_no_article_is_too_strange(title: str, lead: str, author: str) -> None:
    content = Content(title=title, link=None, lead=lead, author=author)
    assert not read('bridge AND NOT bridge OR /zz/ "zz qq"').judge(content).passes


@given(st.from_regex(r"[a-zà-öø-ÿœ]{1,12}", fullmatch=True))
def test_a_word_is_found_as_it_is_written_and_without_its_accents(word: str) -> None:
    content = Content(title=f"Un mot, l’{word} : voilà", link=None)
    assert read(f'"{word}"').judge(content).passes
    assert read(f'"{without_accents(word)}"').judge(content).passes
