"""Articles and words as messages on Matrix show them."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from adapters.matrix.cards import LARGEST, edit_content, in_thread, post_content, said_content
from adapters.matrix.markers import MARKER
from adapters.matrix.markup.escaping import GAP
from bot.ports.network import Card, Say

CARD = Card(
    title="The bridge is open again",
    link="https://gazette.example/bridge",
    source="The Gazette",
    author="A. Mason",
    lead="After two years of work the old bridge carries its first cars.",
    image="https://gazette.example/bridge.jpg",
    dated=datetime(2026, 5, 1, 12, tzinfo=UTC),
    up=3,
    down=1,
    comments=2,
    marker="b71d9e",
    language="en",
)
PICTURE = "mxc://a.example/abc"
EVENT_LIMIT = 65_536
AROUND = 2_000  # bytes of an event beside its content
ENCRYPTED = 4 / 3  # how much longer base64 is


def test_a_post_shows_the_article() -> None:
    content = post_content(CARD, PICTURE)
    assert content["msgtype"] == "m.text"
    assert content["format"] == "org.matrix.custom.html"
    assert content["formatted_body"] == (
        '<h4><a href="https://gazette.example/bridge">The bridge is open again</a></h4>'
        "<p>A. Mason, The Gazette · 1 May 2026, 12:00 UTC</p>"
        "<p>After two years of work the old bridge carries its first cars.</p>"
        "<p>▲ 3  ▼ 1 · 2 comments</p>"
        '<img src="mxc://a.example/abc" alt="">'
    )
    assert content["body"] == (
        "The bridge is open again\n"
        "A. Mason, The Gazette · 1 May 2026, 12:00 UTC\n"
        "After two years of work the old bridge carries its first cars.\n"
        "https://gazette.example/bridge\n"
        "▲ 3  ▼ 1 · 2 comments"
    )
    assert content["m.mentions"] == {}
    assert content[MARKER] == CARD.marker


def test_a_post_speaks_the_language_of_its_channel_and_has_its_time() -> None:
    content = post_content(replace(CARD, language="fr", zone="Europe/Paris", up=12345), None)
    assert "1 mai 2026 à 14:00 CEST" in content["body"]
    assert "▲ 12\u202f345  ▼ 1 · 2 commentaires" in content["formatted_body"]


@pytest.mark.parametrize(
    ("changes", "line"),
    [
        ({"author": None}, "The Gazette · 1 May"),
        ({"author": None, "source": ""}, "<p>1 May"),
        ({"words": "Read this"}, "<p>The Gazette · 1 May"),
        ({"author": "A\n<b>"}, "<p>A &lt;b&gt;, The Gazette · 1 May"),
    ],
)
def test_the_line_under_the_title_names_who_wrote_it(changes: dict[str, Any], line: str) -> None:
    assert line in post_content(replace(CARD, **changes), None)["formatted_body"]


def test_a_templates_words_stand_in_place_of_the_lead() -> None:
    content = post_content(replace(CARD, words="One <two>\nThree"), None)
    assert "<p>One &lt;two&gt;<br>Three</p>" in content["formatted_body"]
    assert "One <two>\nThree" in content["body"]
    assert CARD.lead not in content["body"]


def test_an_article_without_text_or_link_is_posted() -> None:
    content = post_content(replace(CARD, link=None, lead="", title=" "), None)
    assert content["formatted_body"].startswith("<h4>…</h4><p>A. Mason")
    assert content["body"].startswith("…\nA. Mason, The Gazette · 1 May 2026, 12:00 UTC\n▲")


@pytest.mark.parametrize(
    "link",
    [
        "ftp://a.example/x",
        "https://a.example/x y",
        "https://",
        "javascript:x",
        "https://matrix.to/#/@ann:a.example",
        f"https://a.example/{'x' * 3000}",
    ],
)
def test_what_is_no_address_of_a_page_is_no_link(link: str) -> None:
    content = post_content(replace(CARD, link=link), None)
    assert "href" not in content["formatted_body"]
    assert link not in content["body"]


def test_tags_and_categories_stand_there_once_and_no_more_than_a_handful() -> None:
    many = tuple(f"c{number}" for number in range(20))
    content = post_content(replace(CARD, tags=("City",), categories=("city", "x" * 99, *many)), None)
    assert f"<p>City · {'x' * 39}… · c0 · c1 · c2 · c3</p>" in content["formatted_body"]


def test_what_is_sensitive_stands_behind_a_curtain_and_has_no_picture() -> None:
    content = post_content(replace(CARD, sensitive='blood "& more"'), PICTURE)
    html, why = content["formatted_body"], "blood &quot;&amp; more&quot;"
    assert html.startswith('<p>Sensitive: blood "&amp; more"</p>')
    assert f'<h4><span data-mx-spoiler="{why}"><a href="{CARD.link}">{CARD.title}</a></span></h4>' in html
    assert f'<p><span data-mx-spoiler="{why}">{CARD.lead}</span></p>' in html
    assert "<img" not in html
    assert content["body"].startswith('Sensitive: blood "& more"\nA. Mason')
    assert CARD.title not in content["body"]
    assert CARD.lead not in content["body"]


HOSTILE = "@room <b>x</b> https://matrix.to/#/@ann:a.example"


@pytest.mark.parametrize("field", ["title", "lead", "author", "source", "words", "sensitive"])
def test_what_a_feed_says_calls_nobody(field: str) -> None:
    content = post_content(replace(CARD, **{field: HOSTILE}), None)  # type: ignore[arg-type]
    assert content["m.mentions"] == {}
    for text in (content["body"], content["formatted_body"]):
        assert "@room" not in text
        assert "matrix.to" not in text
    assert "<b>" not in content["formatted_body"]


def test_categories_call_nobody() -> None:
    assert f"@{GAP}room" in post_content(replace(CARD, categories=("@room",)), None)["body"]


CALLED = {
    "the room": ("room", {"room": True}, "<br>@room</p>", "\n@room"),
    "a person": (
        "ann:a.example",
        {"user_ids": ["@ann:a.example"]},
        '<br><a href="https://matrix.to/#/@ann:a.example">@ann:a.example</a></p>',
        "\n@ann:a.example",
    ),
    "a role elsewhere": ("City desk", {}, "<br>@City desk</p>", "\n@City desk"),
    "hostile": ('x"><b>:a', {}, '<br>@x"&gt;&lt;b&gt;:a</p>', '\n@x"><b>:a'),
    "nobody": (None, {}, "comments</p>", "comments"),
}


@pytest.mark.parametrize(("mention", "called", "html", "plain"), CALLED.values(), ids=CALLED.keys())
def test_whom_an_admins_rule_names_is_called(mention: str | None, called: object, html: str, plain: str) -> None:
    content = post_content(replace(CARD, mention=mention), None)
    assert content["m.mentions"] == called
    assert content["formatted_body"].endswith(html)
    assert content["body"].endswith(plain)


def test_an_edit_calls_nobody_again_and_keeps_the_marker() -> None:
    content = post_content(replace(CARD, mention="room"), PICTURE)
    edit = edit_content("$post", content)
    assert edit["m.mentions"] == {}
    assert edit["m.new_content"] == content
    assert edit["m.new_content"][MARKER] == CARD.marker
    assert edit["m.relates_to"] == {"rel_type": "m.replace", "event_id": "$post"}
    assert edit["body"] == f"* {content['body']}"


LONG = {
    "text": "word " * 20_000,
    "without a space": "x" * 100_000,
    "signs": "&<>" * 30_000,
    "emoji": "😀" * 30_000,
    "quotes": '"\\' * 30_000,
}


@pytest.mark.parametrize("text", LONG.values(), ids=LONG.keys())
def test_whatever_is_said_fits_into_an_event_edited_and_encrypted(text: str) -> None:
    every = replace(
        CARD,
        title=text,
        lead=text,
        author=text,
        source=text,
        sensitive=text,
        categories=(text,) * 99,
        link="https://a.example/" + "%C3%A9" * 300,
    )
    for card in (every, replace(every, sensitive=None), replace(every, words=text)):
        content = post_content(card, PICTURE)
        assert len(json.dumps(content)) <= LARGEST
        assert len(json.dumps(edit_content("$" + "x" * 43, content))) * ENCRYPTED + AROUND < EVENT_LIMIT
    said = said_content(
        Say(html=f"<p>{text.replace('&', '&amp;').replace('<', '&lt;')}</p>", marker="m", language="en")
    )
    assert len(json.dumps(said)) <= LARGEST
    assert said["body"].endswith("…")


def test_what_is_said_is_a_notice() -> None:
    content = said_content(Say(html="<p>Say <b>it</b>.</p>", marker="m1", language="en"))
    assert content == {
        "msgtype": "m.notice",
        "body": "Say it.",
        "format": "org.matrix.custom.html",
        "formatted_body": "<p>Say <b>it</b>.</p>",
        "m.mentions": {},
        MARKER: "m1",
    }


def test_what_is_said_in_a_thread_is_shown_where_there_are_none() -> None:
    content = in_thread(said_content(Say(html="It.", marker="m1", language="en")), "$root")
    assert content["m.relates_to"] == {
        "rel_type": "m.thread",
        "event_id": "$root",
        "is_falling_back": True,
        "m.in_reply_to": {"event_id": "$root"},
    }
