"""HTML as Discord's markdown, and that it says there what it says here."""

from __future__ import annotations

import re
import time
from html import escape as as_entities

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.discord.markup import escape, escape_line, to_html, to_markdown
from bot.domain.html import escape as as_html
from bot.domain.html import plain_text, sanitise
from bot.domain.text import one_line, repair

GAP = "\u200b"
CALLING = re.compile(r"<[@#]|@everyone|@here", re.IGNORECASE)
LINKING = re.compile(r"(?<!\(<)https?://")
CODE = re.compile("<(?:pre|code|kbd)>")


@pytest.mark.parametrize(
    ("html", "markdown"),
    [
        pytest.param("", "", id="nothing"),
        pytest.param("<p> </p><ul><li></li></ul>", "", id="nothing within"),
        pytest.param("<p>a<br>b</p><p>c</p>", "a\nb\n\nc", id="lines and paragraphs"),
        pytest.param("<b>a</b> <i>b</i> <u>c</u> <del>d</del>", "**a** *b* __c__ ~~d~~", id="stress"),
        pytest.param("<b>a <i>b</i></b>", f"**a *b*{GAP}**", id="stress within stress"),
        pytest.param("<b>a</b><i>b</i>", f"**a**{GAP}*b*", id="stress beside stress"),
        pytest.param("x<b> a </b>y", "x **a** y", id="white space is not stressed"),
        pytest.param("<b>a<br>b</b>", "**a\nb**", id="stress over lines"),
        pytest.param("<h1>a</h1><p>b</p><h4>c</h4>", "# a\nb\n\n**c**", id="headings"),
        pytest.param("<ul><li>a<ul><li>b</li></ul></li><li>c</li></ul>", "- a\n  - b\n- c", id="lists"),
        pytest.param('<ol start="9"><li>a</li><li><p>b</p><p>c</p></li></ol>', "9. a\n10. b\n    c", id="numbers"),
        pytest.param("<blockquote><p>a</p><p>b</p></blockquote>c", "> a\n> \n> b\n\nc", id="a quote"),
        pytest.param("<blockquote>a<blockquote>b</blockquote></blockquote>", "> a\n> \n> > b", id="a quote in a quote"),
        pytest.param("<pre><code>a\n  *b*\n</code></pre>", "```\na\n  *b*\n```", id="a block of code"),
        pytest.param("<pre>a```b</pre>", f"```\na`{GAP}``b\n```", id="a fence in code"),
        pytest.param("<ul><li><pre>a\n\nb</pre></li></ul>", "- `a`\n  `b`", id="code in a list"),
        pytest.param("<code>a`b</code> <code>`</code>", "``a`b`` `` ` ``", id="backticks in code"),
        pytest.param("<code>@everyone &lt;@1&gt;</code>", f"`@{GAP}everyone <{GAP}@1>`", id="mentions in code"),
        pytest.param("<table><tr><th>a</th><th>b</th></tr><tr><td>c</td></tr></table>", r"a \| b" + "\nc", id="table"),
        pytest.param("*a* _b_ ~~c~~ ||d|| `e` \\", r"\*a\* \_b\_ \~\~c\~\~ \|\|d\|\| \`e\` " + "\\\\", id="signs"),
        pytest.param("# a<br>- b<br>&gt; c<br>1. d<br>1.5", "\\# a\n\\- b\n\\> c\n1\\. d\n1.5", id="beginnings"),
        pytest.param("[a](https://e.org)", r"\[a](https\://e.org)", id="typed links are text"),
        pytest.param("@everyone @<b>here</b>", f"@{GAP}everyone @**here**", id="calls"),
        pytest.param("@<q>here</q>", f"@{GAP}here", id="a call in two parts"),
        pytest.param("&lt;@1&gt; &lt;@&amp;2&gt; &lt;#3&gt;", r"\<\@1> \<\@&2> \<\#3>", id="mentions"),
        pytest.param("&lt;t:1:R&gt; &lt;:a:1&gt;", r"\<t\:1:R> \<\:a:1>", id="moments and emoji"),
        pytest.param(":cat: 5:30", r"\:cat: 5:30", id="emoji by name"),
        pytest.param("discord.gg/abc", r"discord.gg\/abc", id="invitations"),
        pytest.param('<a href="https://e.org/(a)">b</a>', "[b](<https://e.org/%28a%29>)", id="a link"),
        pytest.param('<b><a href="https://e.org/">a</a></b>', "[**a**](<https://e.org/>)", id="a stressed link"),
        pytest.param('<a href="https://e.org/a_b">https://e.org/a_b</a>', "<https://e.org/a_b>", id="an address"),
        pytest.param('<a href="https://e.org/">a [b]*</a>', r"a \[b]\* (<https://e.org/>)", id="signs in a link"),
        pytest.param('<a href="https://e.org/">e.org</a>', "[e.org](<https://e.org/>)", id="its own host"),
        pytest.param(
            '<a href="https://evil.org/">bank.com</a>', "[bank.com](<https://evil.org/>) (evil.org)", id="host"
        ),
        pytest.param(
            '<a href="https://bank.com@evil.org/">bank.<b>com</b></a>',
            "[bank.**com**](<https://bank.com@evil.org/>) (evil.org)",
            id="another host, in parts",
        ),
        pytest.param(
            '<a href="https://evil.org/">https://bank.com</a>',
            r"https\://bank.com (<https://evil.org/>)",
            id="another address",
        ),
        pytest.param('<a href="https://e.org/@everyone">a</a>', "[a](<https://e.org/%40everyone>)", id="a call in it"),
        pytest.param('<a href="mailto:a@e.org">write</a>', "write (a@e.org)", id="mail"),
        pytest.param('<a href="https://e.org/"></a>', "", id="a link without words"),
    ],
)
def test_html_as_markdown(html: str, markdown: str) -> None:
    assert to_markdown(sanitise(html), 2000) == markdown


@pytest.mark.parametrize(
    ("html", "limit", "markdown"),
    [
        pytest.param("<p>one two</p>", 7, "one two", id="it fits"),
        pytest.param("<p>one two three</p>", 10, "one two…", id="between words"),
        pytest.param("<p><b>one two three</b></p>", 13, "**one two…**", id="marks are ended"),
        pytest.param("<p>one</p><p>two</p>", 6, "one…", id="between blocks"),
        pytest.param("<pre>one\ntwo\nthree</pre>", 17, "```\none\ntwo…\n```", id="code is ended"),
        pytest.param("<p>abcdefghij</p>", 5, "abcd…", id="a long word"),
        pytest.param("<p>ab</p>", 1, "…", id="hardly anything"),
        pytest.param("<p>ab</p>", 0, "", id="nothing"),
    ],
)
def test_what_is_too_long_is_cut(html: str, limit: int, markdown: str) -> None:
    assert to_markdown(sanitise(html), limit) == markdown


SIGNS = "ab1 *_~|`>\n[]()#-.\\<@:&;/!éツ"
WORDS = st.one_of(
    st.text(alphabet=st.sampled_from(SIGNS), max_size=20),
    st.lists(
        st.sampled_from(
            ["@everyone", "<@1>", "<#1>", "<@&1>", "<t:1:R>", "<:a:1>", "https://e.org/a_b", "```", "1. ", "- "]
        )
        | st.sampled_from(
            ["> ", ">>> ", "# ", "-# ", "||a||", "[a](https://e.org)", "</a:1>", "¯\\_(ツ)_/¯", " a ", "\n"]
        ),
        max_size=5,
    ).map("".join),
    st.text(max_size=20),
)
TEXT = WORDS.map(as_entities)
LINK = st.sampled_from(["a", "two words", "É"]).map(lambda words: f'<a href="https://e.org/(x)_*">{words}</a>')
INLINE = st.recursive(
    TEXT | LINK | st.just("<br>"),
    lambda inner: st.builds(
        lambda tag, parts: f"<{tag}>{''.join(parts)}</{tag}>",
        st.sampled_from("b strong em i u s del code kbd q small sub".split()),
        st.lists(inner, max_size=3),
    ),
    max_leaves=6,
)
BLOCKS = st.recursive(
    INLINE,
    lambda inner: st.builds(
        lambda tag, parts: _block(tag, parts),
        st.sampled_from("p div h1 h3 h5 blockquote ul ol pre dl figure".split()),
        st.lists(inner, max_size=3),
    ),
    max_leaves=8,
)
HTML = st.lists(BLOCKS, max_size=3).map("".join).map(sanitise)


def _block(tag: str, parts: list[str]) -> str:
    inner = "".join(f"<li>{part}</li>" for part in parts) if tag in {"ul", "ol"} else "".join(parts)
    return f"<{tag}>{inner}</{tag}>"


def _said(html: str) -> list[str]:
    return plain_text(html).replace(GAP, "").split()


@given(HTML)
def test_there_and_back_it_says_the_same(html: str) -> None:
    assert _said(to_html(to_markdown(html, 100_000))) == _said(html)


@given(HTML, st.integers(min_value=0, max_value=60))
def test_a_cut_fits_and_says_the_beginning(html: str, limit: int) -> None:
    markdown = to_markdown(html, limit)
    assert len(markdown) <= limit
    said = "".join(_said(to_html(markdown)))
    whole = "".join(_said(html))
    assert said == whole or whole.startswith(said.removesuffix("…"))


@given(HTML)
def test_nothing_pings_or_becomes_a_link(html: str) -> None:
    markdown = to_markdown(html, 100_000)
    assert not CALLING.search(markdown)
    assert CODE.search(html) or not LINKING.search(markdown)


@given(WORDS)
def test_escaped_text_reads_as_it_was(text: str) -> None:
    for markdown, expected in ((escape(text), repair(text)), (escape_line(text), one_line(repair(text)))):
        assert _said(to_html(markdown)) == _said(as_html(expected))
        assert not CALLING.search(markdown)
        assert not LINKING.search(markdown)


def test_an_escaped_line_is_one() -> None:
    assert escape_line("# a\n- b") == r"\# a - b"
    assert escape("# a\r\n- b\u2028> c") == "\\# a\n\\- b\n\\> c"


@pytest.mark.parametrize(
    "part",
    [
        "*",
        "_",
        "|",
        "[",
        "a:",
        "@",
        "a.",
        "x" * 100,
        "<br>",
        "<b>a",
        "<b>a</b><i>b</i>",
        "<blockquote>",
        "<ul><li>a",
        "<q>a</q>",
        "<p>a</p>",
        '<a href="https://e.org/">a.</a>',
        "<code>`</code>",
        "<table><tr><td>a",
        "<pre>`",
    ],
)
def test_long_input_takes_no_time(part: str) -> None:
    html = sanitise(part * (40_000 // len(part)))
    began = time.process_time()
    for limit in (2000, 10_000_000):
        to_markdown(html, limit)
    escape(part * (40_000 // len(part)))
    assert time.process_time() - began < 2
