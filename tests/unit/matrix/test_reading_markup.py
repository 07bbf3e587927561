"""What members write on Matrix, as HTML of the house."""

from __future__ import annotations

from typing import Any

import pytest

from adapters.matrix.markup.reading import spoils, to_html
from bot.domain.html import plain_text, sanitise

NAMES = {"@anna:example.org": "Anna", "@eve:evil.example": "Eve"}


def formatted(html: str, body: str = "body", **more: Any) -> dict[str, Any]:
    return {"msgtype": "m.text", "body": body, "format": "org.matrix.custom.html", "formatted_body": html, **more}


def plain(body: str, kind: Any = "m.text", **more: Any) -> dict[str, Any]:
    return {"msgtype": kind, "body": body, **more}


REPLY = {"m.relates_to": {"m.in_reply_to": {"event_id": "$x"}}}

READ = {
    "words": (plain("Hello <b>you</b> & me"), "Hello &lt;b&gt;you&lt;/b&gt; &amp; me"),
    "paragraphs": (plain("One\nand\n\ntwo"), "<p>One<br>and</p><p>two</p>"),
    "an address": (
        plain("See https://example.org/a_(b)?c=1&d=2."),
        'See <a href="https://example.org/a_(b)?c=1&amp;d=2">https://example.org/a_(b)?c=1&amp;d=2</a>.',
    ),
    "marked up": (
        formatted("<p>a <strong>b</strong></p><ul><li>c</li></ul>"),
        "<p>a <strong>b</strong></p><ul><li>c</li></ul>",
    ),
    "a link": (formatted('<a href="https://example.org/">x</a>'), '<a href="https://example.org/">x</a>'),
    "code": (formatted("<pre><code>a &lt; https://b.c</code></pre>"), "<pre><code>a &lt; https://b.c</code></pre>"),
    "an old reply": (
        formatted(
            '<mx-reply><blockquote><a href="https://matrix.to/#/!r/$e">In reply to</a> old</blockquote></mx-reply>new'
        ),
        "new",
    ),
    "an old reply in plain words": (
        plain("> <@anna:example.org> old\n> more\n\nnew\n> quoted", **REPLY),
        "new<br>&gt; quoted",
    ),
    "a quote that is no reply": (plain("> <@anna:example.org> old"), "&gt; &lt;@anna:example.org&gt; old"),
    "a quote of one's own in a reply": (plain("> quoted\nnew", **REPLY), "&gt; quoted<br>new"),
    "somebody known": (formatted('<a href="https://matrix.to/#/@anna:example.org">whoever</a>: hi'), "@Anna: hi"),
    "somebody known, quoted": (
        formatted('<a href="https://matrix.to/#/%40anna%3Aexample.org?via=x"><b>A</b></a>'),
        "@Anna",
    ),
    "somebody known, by the other scheme": (formatted('<a href="matrix:u/anna:example.org">A</a>'), "@Anna"),
    "somebody else": (formatted('<a href="https://matrix.to/#/@bob:example.org"><b>Bob</b> B</a>'), "Bob B"),
    "a room": (formatted('<a href="https://matrix.to/#/#news:example.org">#news</a>'), "#news"),
    "a message": (formatted('<a href="https://matrix.to/#/!r:x/$e?via=x">there</a>'), "there"),
    "a curtain": (formatted('<span data-mx-spoiler="ending">he dies</span>'), "he dies"),
    "a picture": (formatted('<img src="mxc://a/b" alt="cat"> hi'), "hi"),
    "an emoji of one's own": (
        formatted('<img data-mx-emoticon src="mxc://a/b" alt=":cat:" height="32"> hi'),
        ":cat: hi",
    ),
    "nothing but a picture": (formatted('<img src="mxc://a/b">', "look"), "look"),
    "colours": (formatted('<font color="red" data-mx-bg-color="#000">x</font>'), "x"),
    "a script": (formatted("<script>alert(1)</script>x<svg onload=y>"), "x"),
    "not closed": (formatted("<b>x<i>y"), "<b>x<i>y</i></b>"),
    "another format": ({**formatted("<b>x</b>", "plain"), "format": "text/markdown"}, "plain"),
    "a reply without end": (formatted("<mx-reply>all of it", "words"), "words"),
    "an emote": (plain("waves", "m.emote"), "* Anna waves"),
    "an emote in paragraphs": (
        {**formatted("<p>waves</p><p>twice</p>"), "msgtype": "m.emote"},
        "<p>* Anna</p><p>waves</p><p>twice</p>",
    ),
    "an image": (plain("cat.png", "m.image", url="mxc://a/b"), "<p>[cat.png]</p>"),
    "an image with words": (plain("my <cat>", "m.image", filename="cat.png"), "my &lt;cat&gt;<p>[cat.png]</p>"),
    "a file": (plain("a.pdf", "m.file", filename="a.pdf"), "<p>[a.pdf]</p>"),
    "a file with a bad name": (plain("<b>\n\u202e.exe", "m.file"), "<p>[&lt;b&gt; \u202e.exe]</p>"),
    "a place": (plain("Paris, geo:48.85,2.35", "m.location"), "Paris, geo:48.85,2.35"),
    "a notice": (plain("beep", "m.notice"), ""),
    "a verification": (plain("verify me", "m.key.verification.request"), ""),
    "no words": (plain("  "), ""),
    "no text": ({"msgtype": "m.text", "body": 5}, ""),
    "nothing": ({}, ""),
}


@pytest.mark.parametrize("name", READ)
def test_messages_are_read(name: str) -> None:
    content, expected = READ[name]
    assert to_html(content, "Anna", NAMES.get) == expected


def test_a_sticker_is_its_word() -> None:
    assert to_html({"body": "party", "url": "mxc://a/b"}, "Anna", kind="m.sticker") == "<p>[party]</p>"


SPOILERS = {
    "with a reason": (formatted('a <span data-mx-spoiler="the end">b</span>'), "the end"),
    "without": (formatted("a <span data-mx-spoiler>b</span>"), "Spoiler"),
    "several": (formatted('<span data-mx-spoiler="x">b</span><span data-mx-spoiler="y">c</span>'), "x"),
    "a long reason": (formatted(f'<span data-mx-spoiler="{"very " * 50}">b</span>'), "very " * 19 + "very…"),
    "none": (formatted("<b>x</b>"), None),
    "in words alone": (plain("data-mx-spoiler"), None),
    "in quoted words": (formatted("<mx-reply><span data-mx-spoiler>a</span></mx-reply>b"), None),
}


@pytest.mark.parametrize("name", SPOILERS)
def test_curtains_are_seen(name: str) -> None:
    content, expected = SPOILERS[name]
    assert spoils(content) == expected


HOSTILE = {
    "no end of tags": "<a " * 20_000,
    "no end of comments": "<!--" * 15_000,
    "no end of a name": '<a href="' * 6_000,
    "deep": "<b>" * 20_000,
    "deep mentions": '<a href="https://matrix.to/#/@anna:example.org">' * 1_300,
    "deep replies": "<mx-reply>" * 6_000,
    "brackets": "https://example.org/" + ")" * 60_000,
    "addresses": "https://" * 8_000,
    "entities": "&" * 60_000,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_what_is_made_to_take_long_is_read(name: str) -> None:
    """Each of these takes half a minute where it is read carelessly."""
    assert plain_text(to_html(formatted(HOSTILE[name]), "Anna", NAMES.get))


def test_nothing_to_click_on_is_left_of_a_mention() -> None:
    html = sanitise(to_html(formatted('<a href="https://matrix.to/#/@anna:example.org">@room</a> @room'), "Eve"))
    assert html == "@room @room"
