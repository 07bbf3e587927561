"""What people type and what comes of it, there and back."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.web.markup import quoted, to_html, to_text
from bot.domain.html import plain_text, sanitise

REL = 'rel="nofollow noopener ugc"'


@pytest.mark.parametrize(
    ("typed", "html"),
    [
        pytest.param("Hello", "<p>Hello</p>", id="a paragraph"),
        pytest.param("One\nTwo\n\nThree", "<p>One<br>Two</p><p>Three</p>", id="lines and paragraphs"),
        pytest.param("One\r\n\r\n\r\nTwo", "<p>One</p><p>Two</p>", id="line ends of a form"),
        pytest.param("", "", id="nothing"),
        pytest.param(" \n\n\t", "", id="white space"),
        pytest.param("a < b & c > d", "<p>a &lt; b &amp; c &gt; d</p>", id="signs"),
        pytest.param("<script>x</script>", "<p>&lt;script&gt;x&lt;/script&gt;</p>", id="markup is text"),
        pytest.param("so *very* good", "<p>so <em>very</em> good</p>", id="stress"),
        pytest.param("2 * 3 * 4 and a*b*c", "<p>2 * 3 * 4 and a*b*c</p>", id="stars that are none"),
        pytest.param("`*x*` it", "<p><code>*x*</code> it</p>", id="code is not read"),
        pytest.param("> said\nso", "<blockquote><p>said</p></blockquote><p>so</p>", id="a quote"),
        pytest.param(
            "> > a\n> b",
            "<blockquote><blockquote><p>a</p></blockquote><p>b</p></blockquote>",
            id="a quote in a quote",
        ),
        pytest.param(
            "> [#12] Ada\n> said",
            '<blockquote cite="tribune:comment/12"><p>said</p></blockquote>',
            id="a quote of a comment",
        ),
        pytest.param("[#12] Ada", "<p>[#12] Ada</p>", id="no quote, no attribution"),
        pytest.param("```\na\n  <b>\n```", "<pre><code>a\n  &lt;b&gt;</code></pre>", id="a block of code"),
        pytest.param("```\nnever closed", "<pre><code>never closed</code></pre>", id="a block without its end"),
        pytest.param(
            "see https://e.org/a?b=1&c=2.",
            f'<p>see <a href="https://e.org/a?b=1&amp;c=2" {REL}>https://e.org/a?b=1&amp;c=2</a>.</p>',
            id="an address",
        ),
        pytest.param(
            "(https://e.org/a_(b))",
            f'<p>(<a href="https://e.org/a_(b)" {REL}>https://e.org/a_(b)</a>)</p>',
            id="brackets around and in an address",
        ),
        pytest.param("javascript:alert(1)", "<p>javascript:alert(1)</p>", id="no such addresses"),
        pytest.param('https://e.org/"onclick="x', None, id="an address cannot leave its attribute"),
        pytest.param("l\x92été", "<p>l’été</p>", id="windows-1252"),
    ],
)
def test_typed_text_as_html(typed: str, html: str | None) -> None:
    made = to_html(typed)
    assert html is None or made == html
    assert "onclick=" not in made.replace("&quot;", '"').partition("</a>")[0] or 'href="https://e.org/"' in made
    assert sanitise(made) == made


@pytest.mark.parametrize(
    "typed",
    [
        "One\ntwo\n\nthree",
        "so *very* good, `x = *y*`",
        "> [#12] Ada\n> One\n>\n> > two\n\nthree",
        "> [#12] Ada\n\nempty quote",
        "```\nif a < b:\n\n    *not stressed*\n```",
        "a https://e.org/a_(b)?q=1&r=2, b",
        "> a\n\n> b",
        "5 > 4 & 3 < 4 &amp;",
        "*`code` and https://e.org*",
    ],
)
def test_there_and_back(typed: str) -> None:
    assert to_text(to_html(typed), {12: "Ada"}) == typed


@given(st.text(alphabet=st.sampled_from("ab *`>\n[#1]<&https://e.org)_"), max_size=80))
def test_what_is_edited_unchanged_stays_the_same(typed: str) -> None:
    html = to_html(typed)
    assert to_html(to_text(html)) == html


@given(st.text(max_size=200))
def test_all_of_it_is_safe(typed: str) -> None:
    html = to_html(typed)
    assert sanitise(html) == html
    assert to_html(to_text(html)) == html


def test_deep_quotes_end() -> None:
    html = to_html(">" * 3000 + " x")
    assert html.count("<blockquote>") <= 6
    assert "x" in plain_text(html)


def test_long_input_takes_no_time() -> None:
    many = ("*a", "`", "> ", "https://(", "*", "[#1]", "a\n\n", "> a\n\n", "* ", "`a ", "```\n", "<", "&")
    for typed in [
        *(each * (20_000 // len(each)) for each in many),
        "https://e.org/" + ")" * 19_000,
        "*a" + " " * 19_000,
    ]:
        began = time.process_time()
        html = to_html(typed)
        to_text(html)
        assert time.process_time() - began < 2, typed[:10]


def test_a_quote_leaves_out_quotes() -> None:
    html = to_html("> [#3] Bob\n> old\n\nnew *thing*")
    assert quoted(7, "Ada", html) == "> [#7] Ada\n> new *thing*\n\n"
    assert to_html(quoted(7, "Ada", html) + "yes") == (
        '<blockquote cite="tribune:comment/7"><p>new <em>thing</em></p></blockquote><p>yes</p>'
    )


def test_html_of_another_network_can_be_quoted() -> None:
    assert quoted(7, "Ada", "Hello <b>you</b><ul><li>one</li></ul>").startswith("> [#7] Ada\n> Hello you")
