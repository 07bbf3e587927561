"""Stored HTML as it is shown."""

from __future__ import annotations

from adapters.web.reading import Quoted, quoted_ids, with_images, with_quotes
from bot.locale import translator

QUOTE = '<blockquote cite="tribune:comment/12"><p>x</p></blockquote>'


def test_a_quote_names_its_author_and_leads_there() -> None:
    known = {12: Quoted(author="<Ada>", address='/a/1/c/12"')}
    shown = with_quotes(QUOTE, known, translator("fr"))
    assert shown == (
        '<blockquote><p class="attribution"><a href="/a/1/c/12&quot;">&lt;Ada&gt; a écrit\u00a0:</a></p>'
        "<p>x</p></blockquote>"
    )


def test_a_quote_of_what_cannot_be_seen_stays_a_quote() -> None:
    assert with_quotes(QUOTE, {}, translator("en")) == "<blockquote><p>x</p></blockquote>"


def test_which_comments_are_quoted() -> None:
    assert quoted_ids(QUOTE + '<blockquote cite="https://e.org">y</blockquote>') == {12}


def test_images_load_late_over_https_or_not_at_all() -> None:
    html = '<p><img src="https://e.org/a.png" alt="a > b"><img src="http://e.org/b.png"></p>'
    assert with_images(html, True) == '<p><img loading="lazy" src="https://e.org/a.png" alt="a > b"></p>'
    assert with_images(html, False) == "<p></p>"
