"""Corrections: what an excerpt is, which reports are one, and when a later revision has mended it."""

from __future__ import annotations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from bot.domain import corrections
from bot.domain.corrections import Change, Excerpt, difference, find, mended, refusal, same_key, text_of
from bot.domain.model import Content, CorrectionKind

TITLE = "The new bridge over the river"
BODY = (
    "<p>The concil met on Monday evening, and voted on the bridge after a long debate.</p>"
    "<p>It will cost 5 million euros; the mayor said that it\u00a0opens in may.</p>"
)


def article(body: str = BODY, *, title: str = TITLE, lead: str = "", summary: str = "") -> Content:
    return Content(title=title, link=None, lead=lead, summary=summary, body=body)


def revised(old: str, new: str) -> Content:
    assert old in BODY
    return article(BODY.replace(old, new, 1))


TEXTS: list[tuple[str, Content, str]] = [
    ("a title alone", article(""), TITLE),
    ("paragraphs on one line", article("<p>One.</p><p>Two.</p>"), f"{TITLE} One. Two."),
    ("entities are read", article("<p>Fish &amp; chips</p>"), f"{TITLE} Fish & chips"),
    ("the summary where there is no body", article("", summary="<p>In short.</p>"), f"{TITLE} In short."),
    ("a lead of its own", article("<p>At length.</p>", lead="In short."), f"{TITLE} In short. At length."),
    (
        "a lead that begins the body",
        article("<p>In short, at length.</p>", lead="In short, at"),
        f"{TITLE} In short, at length.",
    ),
    (
        "a lead over two paragraphs of the body",
        article("<p>One.</p><p>Two.</p>", lead="One. Two."),
        f"{TITLE} One. Two.",
    ),
]


@pytest.mark.parametrize(("name", "content", "text"), TEXTS, ids=[name for name, *_ in TEXTS])
def test_what_excerpts_are_looked_for_in(name: str, content: Content, text: str) -> None:
    assert text_of(content) == text


FOUND: list[tuple[str, str, tuple[str, str, str] | None]] = [
    # what was chosen, and the words before, themselves, and after
    ("a word", "concil", ("new bridge over the river The ", "concil", " met on Monday evening, and voted")),
    ("several words", "a long debate", ("and voted on the bridge after ", "a long debate", ". It will cost 5 million")),
    ("at the very beginning", "The new", ("", "The new", " bridge over the river The concil")),
    ("at the very end", "in may.", ("the mayor said that it opens ", "in may.", "")),
    (
        "with line ends and spaces",
        " met\n on  Monday ",
        ("bridge over the river The concil ", "met on Monday", " evening, and voted on the bridge"),
    ),
    ("with a space that does not break", "it opens", ("million euros; the mayor said that ", "it opens", " in may.")),
    (
        "over the end of a paragraph",
        "debate. It",
        ("on the bridge after a long ", "debate. It", " will cost 5 million euros; the"),
    ),
    ("the first of several", "bridge", ("The new ", "bridge", " over the river The concil met")),
    ("by itself rather than within", "it", ("million euros; the mayor said that ", "it", " opens in may.")),
    ("within where nowhere by itself", "onci", ("bridge over the river The c", "onci", "l met on Monday evening, and")),
    ("not there", "council", None),
    ("in another case", "CONCIL", None),
    ("nothing", " \n ", None),
    ("what would be a pattern", "con.il", None),
]


@pytest.mark.parametrize(("name", "chosen", "words"), FOUND, ids=[name for name, *_ in FOUND])
def test_where_chosen_words_stand(name: str, chosen: str, words: tuple[str, str, str] | None) -> None:
    found = find(article(), chosen)
    assert (found and (found.before, found.text, found.after)) == words


REFUSED: list[tuple[str, CorrectionKind, str, str | None]] = [
    ("a typo with its words", CorrectionKind.TYPO, "concil", None),
    ("a typo without", CorrectionKind.TYPO, "", corrections.CHOOSE),
    ("a fact without", CorrectionKind.FACT, "  ", corrections.CHOOSE),
    ("a dead link without", CorrectionKind.DEAD_LINK, "", None),
    ("a wrong image without", CorrectionKind.WRONG_IMAGE, "", None),
    ("a duplicate without", CorrectionKind.DUPLICATE, "", None),
    ("a dead link with its words", CorrectionKind.DEAD_LINK, "the mayor said", None),
    ("a dead link with other words", CorrectionKind.DEAD_LINK, "https://a.example/", corrections.NOT_THERE),
    ("other words", CorrectionKind.TYPO, "council", corrections.NOT_THERE),
    ("too long", CorrectionKind.TYPO, "concil " * 100, corrections.TOO_LONG),
    ("too long only by its spaces", CorrectionKind.TYPO, "concil" + " " * 600 + "met", None),
]


@pytest.mark.parametrize(("name", "kind", "chosen", "why"), REFUSED, ids=[name for name, *_ in REFUSED])
def test_which_excerpts_are_taken(name: str, kind: CorrectionKind, chosen: str, why: str | None) -> None:
    assert refusal(kind, chosen, article()) == why


SAME: list[tuple[str, tuple[CorrectionKind, str], tuple[CorrectionKind, str], bool]] = [
    ("the same words", (CorrectionKind.TYPO, "concil"), (CorrectionKind.TYPO, "concil"), True),
    ("spaced otherwise", (CorrectionKind.TYPO, "concil met"), (CorrectionKind.TYPO, " concil\n met "), True),
    ("in another case", (CorrectionKind.TYPO, "Concil"), (CorrectionKind.TYPO, "concil"), True),
    ("called another kind", (CorrectionKind.TYPO, "5 million"), (CorrectionKind.FACT, "5 million"), True),
    ("more words", (CorrectionKind.TYPO, "concil"), (CorrectionKind.TYPO, "concil met"), False),
    ("no words, one kind", (CorrectionKind.DEAD_LINK, ""), (CorrectionKind.DEAD_LINK, " "), True),
    ("no words, two kinds", (CorrectionKind.DEAD_LINK, ""), (CorrectionKind.WRONG_IMAGE, ""), False),
    ("words that read like a kind", (CorrectionKind.TYPO, "kind dead-link"), (CorrectionKind.DEAD_LINK, ""), False),
]


@pytest.mark.parametrize(("name", "one", "other", "same"), SAME, ids=[name for name, *_ in SAME])
def test_which_reports_are_one(
    name: str, one: tuple[CorrectionKind, str], other: tuple[CorrectionKind, str], same: bool
) -> None:
    assert (same_key(*one) == same_key(*other)) is same


MENDED: list[tuple[str, str, Content, str | None]] = [
    # what was reported, the later revision, what stands there now
    ("unchanged", "concil", article(), None),
    ("corrected", "concil", revised("concil", "council"), "council"),
    ("several words for one", "concil", revised("concil", "town council"), "town council"),
    ("taken out", "long", revised("long ", ""), ""),
    ("taken out from between words of a sentence", "a long debate", revised(" a long debate", ""), ""),
    ("only its case", "may", revised("in may", "in May"), "May"),
    ("still there with a word before it", "debate", revised("long debate", "long and heated debate"), None),
    ("still there with a comma after it", "evening", revised("Monday evening", "Monday evening "), None),
    ("a longer word that holds it", "may", revised("in may", "in mayhem"), "mayhem"),
    ("a longer number that ends like it", "5 million", revised("5 million", "15 million"), "15 million"),
    ("a hyphen that makes it another word", "long", revised("long debate", "life-long debate"), "life-long"),
    ("corrected here, and still elsewhere", "bridge", article(title="The new bride over the river"), "bride"),
    ("corrected elsewhere, and still here", "The new bridge", revised("the bridge", "the new bridge"), None),
    ("moved to another place", "concil", article(BODY.replace("concil ", "", 1) + "<p>The concil.</p>"), ""),
    ("a rewritten sentence", "concil", article("<p>On Monday the council voted for it.</p>"), None),
    ("the words before it rewritten", "concil", revised("The concil", "Its council"), None),
    ("the words after it rewritten", "concil", revised("concil met on", "council sat on"), None),
    ("the sentence is gone", "concil", article("<p>It will cost 5 million euros.</p>"), None),
    ("everything is gone", "concil", article("", title=""), None),
    ("much was put in its place", "concil", revised("concil", "council" + " and others" * 40), None),
    ("the beginning corrected", "The new", article(title="A brand new bridge over the river"), "A brand new"),
    ("the beginning taken out", "The new", article(title="bridge over the river"), ""),
    ("the beginning unchanged", "The new", article(BODY + "<p>More.</p>"), None),
    ("the end corrected", "in may.", revised("in may.", "in May."), "in May."),
    ("the end taken out", " in may.", revised(" in may.", ""), ""),
    ("the end unchanged, a long paragraph put after it", "in may.", article(BODY + f"<p>{'More. ' * 50}</p>"), None),
    ("another word beside it that is changed, too", "debate", revised("a long debate", "a longer session"), None),
    ("other paragraphs rewritten", "concil", article(BODY.replace("concil", "council")[:90] + "…</p>"), "council"),
    ("a neighbour that grew", "a long", article(BODY.replace("after a long", "afterwards a longish")), None),
    ("before a full stop, taken out", "in may", revised(" in may", ""), ""),
    ("half of a word", "onci", revised("concil", "council"), "ounci"),
]


@pytest.mark.parametrize(("name", "chosen", "later", "now"), MENDED, ids=[name for name, *_ in MENDED])
def test_what_a_later_revision_has_mended(name: str, chosen: str, later: Content, now: str | None) -> None:
    excerpt = find(article(), chosen)
    assert excerpt is not None
    assert mended(excerpt, later) == now


def test_repeated_words_are_mended_once_none_of_them_is_left() -> None:
    paragraph = "<p>Since Monday in the whole town the concil is on strike until the end of May.</p>"
    excerpt = find(article(paragraph * 3), "concil")
    assert excerpt is not None
    first, all_of_them = paragraph.replace("concil", "council"), (paragraph * 3).replace("concil", "council")
    assert mended(excerpt, article(first + paragraph * 2)) is None
    assert mended(excerpt, article(all_of_them)) == "council"


def test_what_has_no_excerpt_is_never_mended() -> None:
    assert mended(Excerpt(text="", before="", after=""), article("")) is None


plain_words = st.text("abcdeé-’, .", min_size=1, max_size=6)
texts = st.lists(plain_words, min_size=1, max_size=30).map(" ".join)


@given(texts, st.data())
def test_chosen_words_are_found_and_not_mended_by_what_is_unchanged(text: str, data: st.DataObject) -> None:
    content = article("", title=text)
    said = text_of(content)
    assume(said)
    start = data.draw(st.integers(0, len(said) - 1))
    chosen = said[start : data.draw(st.integers(start + 1, len(said)))]
    excerpt = find(content, chosen)
    assert (excerpt is None) is (not chosen.strip())
    if excerpt is not None:
        assert excerpt.before + excerpt.text + excerpt.after in said
        assert mended(excerpt, content) is None


DIFFERENCES: list[tuple[str, str, str, list[tuple[Change, str]]]] = [
    ("nothing", "", "", []),
    ("the same", "one two", "one  two", [(Change.SAME, "one two")]),
    ("all new", "", "one two", [(Change.NEW, "one two")]),
    ("all gone", "one two", "", [(Change.GONE, "one two")]),
    (
        "one word for another",
        "the concil met",
        "the council met",
        [(Change.SAME, "the"), (Change.GONE, "concil"), (Change.NEW, "council"), (Change.SAME, "met")],
    ),
    ("a word put in", "a debate", "a long debate", [(Change.SAME, "a"), (Change.NEW, "long"), (Change.SAME, "debate")]),
    ("a word taken out", "a long day", "a day", [(Change.SAME, "a"), (Change.GONE, "long"), (Change.SAME, "day")]),
    ("a comma", "so it is", "so, it is", [(Change.GONE, "so"), (Change.NEW, "so,"), (Change.SAME, "it is")]),
]


@pytest.mark.parametrize(("name", "old", "new", "runs"), DIFFERENCES, ids=[name for name, *_ in DIFFERENCES])
def test_what_a_difference_shows(name: str, old: str, new: str, runs: list[tuple[Change, str]]) -> None:
    assert difference(old, new) == runs


@given(texts, texts)
def test_a_difference_holds_both_texts(old: str, new: str) -> None:
    runs = difference(old, new)
    assert _joined(runs, Change.GONE) == old.split()
    assert _joined(runs, Change.NEW) == new.split()
    assert all(text for _, text in runs)


def _joined(runs: list[tuple[Change, str]], kind: Change) -> list[str]:
    return [word for change, text in runs if change in (Change.SAME, kind) for word in text.split()]
