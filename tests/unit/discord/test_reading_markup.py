"""What members type on Discord, as HTML."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.discord.markup import Names, spoils, to_html, with_attachments
from bot.domain.html import plain_text, sanitise

NAMES = Names(users={1: "Ada <b>"}, roles={2: "Readers"}, channels={3: "news"})
LINK = '<a href="https://e.org/a">'


@pytest.mark.parametrize(
    ("typed", "html"),
    [
        pytest.param("", "", id="nothing"),
        pytest.param(" \n\n ", "", id="white space"),
        pytest.param("One\nTwo\n\n\nThree", "<p>One<br>Two</p><p>Three</p>", id="lines and paragraphs"),
        pytest.param("a < b & c", "<p>a &lt; b &amp; c</p>", id="signs"),
        pytest.param("*a* _b_", "<p><em>a</em> <em>b</em></p>", id="italic"),
        pytest.param("**a** __b__", "<p><strong>a</strong> <u>b</u></p>", id="bold and underlined"),
        pytest.param("~~a~~", "<p><s>a</s></p>", id="struck"),
        pytest.param("***a***", "<p><strong><em>a</em></strong></p>", id="bold and italic"),
        pytest.param("***a** b*", "<p><em><strong>a</strong> b</em></p>", id="bold ends first"),
        pytest.param("***a* b**", "<p><strong><em>a</em> b</strong></p>", id="italic ends first"),
        pytest.param("**a *b***", "<p><strong>a <em>b</em></strong></p>", id="both end at once"),
        pytest.param("**a *b** c*", "<p><strong>a *b</strong> c*</p>", id="crossed"),
        pytest.param("**a\n\nb**", "<p><strong>a</strong></p><p><strong>b</strong></p>", id="bold over paragraphs"),
        pytest.param("2 * 3 * 4, snake_case_name, **", "<p>2 * 3 * 4, snake_case_name, **</p>", id="no marks"),
        pytest.param("**open", "<p>**open</p>", id="a mark without its end"),
        pytest.param(r"\*a\* \_b\_ \\ \n", r"<p>*a* _b_ \ \n</p>", id="backslashes"),
        pytest.param("¯\\_(ツ)_/¯", "<p>¯\\_(ツ)_/¯</p>", id="a shrug"),
        pytest.param("`*a*` ``b`c``", "<p><code>*a*</code> <code>b`c</code></p>", id="code"),
        pytest.param("`a", "<p>`a</p>", id="code without its end"),
        pytest.param("```py\nif a:\n  *b*\n```", "<pre><code>if a:\n  *b*</code></pre>", id="a block of code"),
        pytest.param("x ```a``` y", "<p>x</p><pre><code>a</code></pre><p>y</p>", id="a block of code in a line"),
        pytest.param("- ```open", "<ul><li>```open</li></ul>", id="a fence without its end"),
        pytest.param("> a\n> b\nc", "<blockquote><p>a<br>b</p></blockquote><p>c</p>", id="a quote"),
        pytest.param("a\n>>> b\n\nc", "<p>a</p><blockquote><p>b</p><p>c</p></blockquote>", id="a quote of the rest"),
        pytest.param(
            "> ```\n> > a\n> ```", "<blockquote><pre><code>&gt; a</code></pre></blockquote>", id="code in a quote"
        ),
        pytest.param(">a", "<p>&gt;a</p>", id="no quote without a space"),
        pytest.param("# a\n## b\n### c\n#d", "<h1>a</h1><h2>b</h2><h3>c</h3><p>#d</p>", id="headings"),
        pytest.param("-# *a*", "<p><small><em>a</em></small></p>", id="small"),
        pytest.param("- a\n  more\n* b", "<ul><li>a<br>more</li><li>b</li></ul>", id="a list"),
        pytest.param("3. a\n4. b", '<ol start="3"><li>a</li><li>b</li></ol>', id="a numbered list"),
        pytest.param(
            "- a\n  - b\n- c\n1. d",
            "<ul><li>a<ul><li>b</li></ul></li><li>c</li></ul><ol><li>d</li></ol>",
            id="lists in one another",
        ),
        pytest.param("[**a** b](https://e.org/a)", f"<p>{LINK}<strong>a</strong> b</a></p>", id="a masked link"),
        pytest.param("[a](<https://e.org/a> 'x')", f"<p>{LINK}a</a></p>", id="a masked link with a title"),
        pytest.param("[a](javascript:x)", "<p>[a](javascript:x)</p>", id="no such addresses"),
        pytest.param("<https://e.org/a>", f"<p>{LINK}https://e.org/a</a></p>", id="an address without preview"),
        pytest.param("(**https://e.org/a**).", f"<p>(<strong>{LINK}https://e.org/a</a></strong>).</p>", id="address"),
        pytest.param("https://.", "<p>https://.</p>", id="hardly an address"),
        pytest.param("<@1> <@!1> <@9>", "<p>@Ada &lt;b&gt; @Ada &lt;b&gt; @unknown</p>", id="members"),
        pytest.param("<@&2> <@&9>", "<p>@Readers @unknown</p>", id="roles"),
        pytest.param("<#3> <#9>", "<p>#news #unknown</p>", id="channels"),
        pytest.param("</top week:7>", "<p>/top week</p>", id="commands"),
        pytest.param("<:cat:7> <a:dog:7>", "<p>:cat: :dog:</p>", id="emoji"),
        pytest.param(
            "<t:60:R>",
            '<p><time datetime="1970-01-01T00:01:00+00:00">1970-01-01 00:01 UTC</time></p>',
            id="a moment",
        ),
        pytest.param("<t:9999999999999>", "<p>&lt;t:9999999999999&gt;</p>", id="a moment out of time"),
        pytest.param("a ||b|| *c*", "<p>a ||b|| <em>c</em></p>", id="the bars of a spoiler stay"),
        pytest.param(
            'https://e.org/"onclick="x',
            '<p><a href="https://e.org/&quot;onclick=&quot;x">https://e.org/"onclick="x</a></p>',
            id="an address cannot leave its attribute",
        ),
    ],
)
def test_typed_text_as_html(typed: str, html: str) -> None:
    assert to_html(typed, NAMES) == html


@pytest.mark.parametrize(
    ("typed", "veiled"),
    [
        pytest.param("a ||b|| c", True, id="words"),
        pytest.param("||a\n\nb||", True, id="paragraphs"),
        pytest.param("||a `b|| c`", True, id="bars before code"),
        pytest.param("> ||a||", True, id="in a quote"),
        pytest.param("`a || b || c`", False, id="code"),
        pytest.param("```\na || b || c\n```", False, id="a block of code"),
        pytest.param(r"\|\|a\|\|", False, id="escaped"),
        pytest.param("a || b", False, id="one pair"),
        pytest.param("||||", False, id="nothing behind the bars"),
    ],
)
def test_whether_something_stands_behind_bars(typed: str, veiled: bool) -> None:
    assert spoils(typed) is veiled


def test_attachments_are_named() -> None:
    assert with_attachments("", ["a<b>.png"]) == "<p>[a&lt;b&gt;.png]</p>"
    assert with_attachments("<p>x</p>", ["a.png", "b.png"]) == "<p>x</p><p>[a.png]</p><p>[b.png]</p>"
    assert with_attachments("<p>x</p>", []) == "<p>x</p>"


SIGNS = st.text(alphabet=st.sampled_from("ab1 *_~|`>\n[]()#-.\\<@:&t/https://e.org)_¯"), max_size=80)


@given(st.one_of(SIGNS, st.text(max_size=200)))
def test_sanitising_loses_nothing(typed: str) -> None:
    html = to_html(typed, NAMES)
    assert plain_text(sanitise(html)) == plain_text(html)
    once = sanitise(html)
    assert sanitise(once) == once


@given(st.lists(st.sampled_from(["a", "b c", "é", "1", "x,"]), min_size=1).map(" ".join), SIGNS)
def test_words_are_kept(words: str, signs: str) -> None:
    text = plain_text(to_html(f"{signs}\n\n{words}"))
    assert all(word in text for word in words.split())


def test_deep_quotes_and_lists_end() -> None:
    quotes = to_html("> " * 1300 + "x")
    assert 1 < quotes.count("<blockquote>") <= 6
    assert "x" in plain_text(quotes)
    lists = to_html("\n".join("  " * depth + "- x" for depth in range(60)))
    assert 1 < lists.count("<ul>") <= 6
    assert lists.count("<li>") == 60


@pytest.mark.parametrize(
    "part",
    [
        "*",
        "_",
        "|",
        "[",
        "`",
        "~",
        "<",
        ">",
        "> ",
        ">>> ",
        "*a",
        "**a *",
        "_a ",
        "[a",
        "[[a]",
        "[a](",
        "[a](<https://e",
        "[a](https://e(",
        "https://",
        "<https://",
        "```\n",
        "- ```\n",
        "``a`",
        "- a\n",
        " ",
        "\n",
        "a\n\n",
        "\\",
        "||a",
        "***a ",
        "# ",
        "1. ",
        "<t:",
        "</a",
        '[a](https://e "',
        "    - a\n",
        "> - a\n",
        "***a**b",
    ],
)
def test_long_input_takes_no_time(part: str) -> None:
    typed = part * (40_000 // len(part))
    began = time.process_time()
    to_html(typed)
    spoils(typed)
    assert time.process_time() - began < 2
