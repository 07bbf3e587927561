"""HTML made safe, and read as text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.html import escape, first_image, lead, plain_text, sanitise

_REL = 'rel="nofollow noopener ugc"'


@pytest.mark.parametrize(
    ("html", "safe"),
    [
        pytest.param("<script>x()</script>a", "a", id="script"),
        pytest.param("<style>p{}</style><p style='x' class='y' id='z'>a</p>", "<p>a</p>", id="style"),
        pytest.param("<p onclick='x()'>a</p>", "<p>a</p>", id="handlers"),
        pytest.param("<iframe src='https://x.example'>i</iframe>a", "a", id="frames"),
        pytest.param("<a href='javascript:x()'>a</a>", f"<a {_REL}>a</a>", id="javascript"),
        pytest.param("<a href='data:text/html,x'>a</a>", f"<a {_REL}>a</a>", id="data"),
        pytest.param("<a href='/b'>a</a>", f'<a href="https://x.example/b" {_REL}>a</a>', id="relative"),
        pytest.param("<a href='#n'>a</a>", f'<a href="https://x.example/d/#n" {_REL}>a</a>', id="fragment"),
        pytest.param("<img src='i.png'>a", "a", id="images are not wanted unless asked for"),
        pytest.param("<p>a<b>b", "<p>a<b>b</b></p>", id="unclosed"),
        pytest.param(
            "<blockquote cite='tribune:comment/7'>q</blockquote>",
            '<blockquote cite="tribune:comment/7">q</blockquote>',
            id="a quote names a comment",
        ),
        pytest.param("<a href='tribune:comment/7'>a</a>", f"<a {_REL}>a</a>", id="a link does not"),
        pytest.param("l\x92été", "l’été", id="repaired"),
        pytest.param("<svg><script>x</script></svg><form><input>f</form>a", "a", id="svg and forms"),
        pytest.param("<custom>a</custom>", "a", id="unknown tags leave their text"),
        pytest.param("a<!-- x -->b", "ab", id="comments"),
    ],
)
def test_sanitise(html: str, safe: str) -> None:
    assert sanitise(html, "https://x.example/d/") == safe


@pytest.mark.parametrize(
    ("html", "safe"),
    [
        ('<img src="/i.png" alt="A" onload="x">', '<img src="https://x.example/i.png" alt="A">'),
        ('<img src="https://y.example/p.gif" width="1" height="1">a', "a"),
        ('<img src="https://feeds.feedburner.com/~r/x/y">a', "a"),
        ('<img src="data:image/png;base64,AA">a', "a"),
        ('<img src="javascript:x">a', "a"),
        ('<img src="tribune:x">a', "a"),
        ('<img alt="&quot;>" src="https://y.example/i.png">', '<img alt="&quot;&gt;" src="https://y.example/i.png">'),
    ],
)
def test_images_are_kept_where_they_are_wanted(html: str, safe: str) -> None:
    assert sanitise(html, "https://x.example/d/", images=True) == safe


@pytest.mark.parametrize("base", [None, "", "file:x", "https://", "http://[bad", "no address"])
def test_relative_addresses_go_where_there_is_no_base(base: str | None) -> None:
    assert sanitise("<a href='/b'>a</a>", base) == f"<a {_REL}>a</a>"


_PIECES = """<p> </p> <a~href=' '> <img~src=x~onerror=y> <svg> <math> <style> </style> <b> &lt; <script> </script>
    <!-- --> <pre> ^ <blockquote~cite='tribune:1'> javascript:x \x92 text " < <table> <td> </table> <noscript>
    <template> <mglyph> <title> &#106; tribune:""".split()
_HTML = st.lists(st.sampled_from([piece.translate({126: " ", 94: "\n"}) for piece in _PIECES]), max_size=25).map(
    "".join
)


@given(st.one_of(_HTML, st.text()), st.booleans())
def test_sanitised_html_stays_as_it_is(html: str, images: bool) -> None:
    once = sanitise(html, "https://x.example/", images=images)
    assert sanitise(once, "https://x.example/", images=images) == once
    assert "<script" not in once
    assert "onerror" not in once or "<img" not in once


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>one</p><p>two</p>", "one\ntwo"),
        ("<p>o<b>n</b>e <i>x</i></p>", "one x"),
        ("a<br>b<hr>c", "a\nb\nc"),
        ("<ul><li>a<li>b</ul>", "a\nb"),
        ("<script>x</script>a &amp; b &lt;c&gt;", "a & b <c>"),
        ('<p title="a>b">x</p>', "x"),
        ("plain   text\nhere", "plain text here"),
        ("<table><tr><td>a</td><td>b</td></tr></table>", "a\nb"),
        ("l&#146;été", "l’été"),
        ("", ""),
    ],
)
def test_plain_text(html: str, text: str) -> None:
    assert plain_text(html) == text


@given(st.one_of(_HTML, st.text()))
def test_plain_text_never_fails(html: str) -> None:
    plain_text(html)


def test_lead_is_one_line_cut_between_words() -> None:
    assert lead("<p>The ferry is <b>back</b></p><p>after two winters</p>", 22) == "The ferry is back…"


def test_plain_text_as_html() -> None:
    assert escape("one <b>\ntwo\n\nthree & four") == "<p>one &lt;b&gt;<br>two</p><p>three &amp; four</p>"


def test_the_first_image_is_not_a_tracking_pixel() -> None:
    html = sanitise(
        '<img src="https://t.example/1x1.gif"><img width=1 src="https://t.example/a"><img src="https://i.example/b?x=1&amp;y">',
        images=True,
    )
    assert first_image(html) == "https://i.example/b?x=1&y"
