"""Templates: what they show, what vanishes, and that nothing reaches beyond their fields."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.model import Article, ArticleId, Content, FeedId
from bot.domain.templates import FIELDS, fields_of, read
from bot.domain.wrong import Wrong

ARTICLE = Article(
    id=ArticleId(1),
    marker="abcdefghij",
    primary_feed=FeedId(1),
    source="The Paper",
    content=Content(
        title="Bridge opens",
        link="https://news.example/bridge?a={title}",
        author="Ann",
        published=datetime(2026, 1, 12, 23, 30, tzinfo=UTC),
        lead="It was {late}.",
        categories=("Local", "Works"),
    ),
    revision=1,
    first_seen=datetime(2026, 1, 13, tzinfo=UTC),
)
BARE = Article(
    id=ArticleId(2),
    marker="abcdefghik",
    primary_feed=FeedId(1),
    source="The Paper",
    content=Content(title="Bridge opens", link=None),
    revision=1,
    first_seen=datetime(2026, 1, 13, tzinfo=UTC),
)

SHOWN: list[tuple[str, str, str]] = [
    ("{title}", "Bridge opens", "Bridge opens"),
    ("{title} ({source})", "Bridge opens (The Paper)", "Bridge opens (The Paper)"),
    ("{title}[ – {author}]", "Bridge opens – Ann", "Bridge opens"),
    ("{title}[ – {author}, {link}]", "Bridge opens – Ann, https://news.example/bridge?a={title}", "Bridge opens"),
    ("{date} {time}", "2026-01-13 00:30", "2026-01-13 01:00"),
    ("{lead}", "It was {late}.", ""),  # what an article says is no template
    ("[#{categories}]", "#Local, Works", ""),
    ("{{title}} [[{title}]]", "{title} [Bridge opens]", "{title} [Bridge opens]"),
    ("[{title}{{}}]", "Bridge opens{}", "Bridge opens{}"),
    ("{title}\n{source}", "Bridge opens\nThe Paper", "Bridge opens\nThe Paper"),
    ("  {title}  ", "Bridge opens", "Bridge opens"),
    ("Words", "Words", "Words"),
    ("", "", ""),
]


@pytest.mark.parametrize(("text", "full", "bare"), SHOWN, ids=[text for text, *_ in SHOWN])
def test_what_a_template_shows(text: str, full: str, bare: str) -> None:
    template = read(text)
    assert template.render(fields_of(ARTICLE, zone="Europe/Paris")) == full
    assert template.render(fields_of(BARE, zone="Europe/Paris")) == bare


BEYOND = [
    "{title.__class__}",
    "{title.__class__.__mro__[1].__subclasses__}",
    "{title[0]}",
    "{0}",
    "{}",
    "{title!r}",
    "{title:>1000000000}",
    "{title:{link}}",
    "{article}",
    "{__builtins__}",
    "{self.__init__.__globals__}",
    "{fields.get}",
    "{ title }",
    "{TITLE}",
    "{{{title.real}}}",
]


@pytest.mark.parametrize("text", BEYOND)
def test_nothing_reaches_beyond_the_fields(text: str) -> None:
    with pytest.raises(Wrong, match="of the template"):
        read(text)


@pytest.mark.parametrize(
    "text", ["%(title)s", "$title", "${title}}", "{{ title.__class__ }}", "{% import os %}", "`id`"]
)
def test_other_languages_of_templates_are_plain_text_or_refused(text: str) -> None:
    try:
        shown = read(text).render(fields_of(ARTICLE))
    except Wrong:
        return
    assert shown == text.replace("{{", "{").replace("}}", "}")


WRONG: list[tuple[str, str]] = [
    ("{titel}", "At character 1 of the template there is no field “titel”. There are: title, link, author"),
    ("a {", "The “{” at character 3 of the template stands alone"),
    ("a }", "The “}” at character 3 of the template stands alone"),
    ("a ]", "The “]” at character 3 of the template stands alone"),
    ("[{title}", "The part in brackets at character 1 of the template is not closed"),
    ("[a [{title}]]", "opens a part within a part"),
    ("x [words]", "The part in brackets at character 3 of the template has no field"),
    ("x" * 1001, "The template is longer than 1000 characters"),
]


@pytest.mark.parametrize(("text", "told"), WRONG, ids=[text[:20] for text, _ in WRONG])
def test_what_cannot_be_read_is_told_with_its_place(text: str, told: str) -> None:
    with pytest.raises(Wrong) as wrong:
        read(text)
    assert told in str(wrong.value)


def test_what_comes_out_is_no_longer_than_a_post() -> None:
    fields = dict.fromkeys(FIELDS, "word " * 10_000)
    assert len(read("{title}").render(fields)) <= 500
    assert len(read("{title} {lead} {author} {source} {categories}").render(fields)) <= 1_500


def test_every_field_has_a_value_and_help() -> None:
    assert set(fields_of(ARTICLE)) == set(FIELDS)
    assert all(FIELDS.values())


@given(st.text(alphabet="{}[] titlelink.!:0") | st.text(), st.text())
def test_whatever_is_written_is_read_or_told_to_be_wrong(text: str, title: str) -> None:
    fields = dict.fromkeys(FIELDS, "") | {"title": title}
    try:
        template = read(text)
    except Wrong:
        return
    template.render(fields)


@given(st.text(min_size=1).filter(str.strip))
def test_text_without_signs_is_shown_as_it_is(text: str) -> None:
    doubled = "".join(sign * 2 if sign in "{}[]" else sign for sign in text)
    assert read(doubled[:1000]).render({}) or len(doubled) > 1000
    if len(doubled) <= 1000:
        assert read(doubled).render({}) == text.strip()
