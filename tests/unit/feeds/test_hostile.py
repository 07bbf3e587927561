"""Documents that want to do harm, and documents that are nothing."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from feeds.cut import without_doctype
from feeds.errors import NotAFeed
from tests.unit.feeds.documents import parse, rss, story

_LAUGHS = "".join(f'<!ENTITY l{i + 1} "{f"&l{i};" * 10}">' for i in range(12))
_BODY = "<rss version='2.0'><channel><title>&{};</title><item><title>T &{};</title></item></channel></rss>"


def _with_entity(doctype: str, name: str) -> bytes:
    return (doctype + _BODY.replace("{}", name)).encode()


@pytest.mark.parametrize(
    "document",
    [
        pytest.param(_with_entity(f'<!DOCTYPE rss [<!ENTITY l0 "ha">{_LAUGHS}]>', "l12"), id="billion laughs"),
        pytest.param(_with_entity('<!DOCTYPE rss [<!ENTITY x SYSTEM "file:///etc/passwd">]>', "x"), id="external"),
        pytest.param(
            _with_entity('<!DOCTYPE rss [<!ENTITY x "]>"><!-- ]> --><!ENTITY y "<a>">]>', "y"), id="disguised"
        ),
        pytest.param(_with_entity("<!DOCTYPE rss [<!ENTITY x 'secret'>", "x"), id="unclosed"),
        pytest.param(_with_entity('<?xml version="1.0"?><!doctype RSS [<!ENTITY x "secret">]>', "x"), id="lower case"),
        pytest.param(_with_entity('<!DOCTYPE rss SYSTEM "http://127.0.0.1:9/x.dtd">', "x"), id="external subset"),
        pytest.param(
            _with_entity('<!DOCTYPE rss [<!ENTITY % p SYSTEM "file:///etc/passwd"> %p;]>', "p"), id="parameter"
        ),
    ],
)
def test_no_entity_is_expanded(document: bytes) -> None:
    started = time.perf_counter()
    try:
        feed = parse(document)
    except NotAFeed:
        return
    told = repr(feed)
    assert "haha" not in told
    assert "root:" not in told
    assert "secret" not in told
    assert time.perf_counter() - started < 5


def test_a_harmless_document_type_is_no_obstacle() -> None:
    doctype = (
        '<!DOCTYPE rss PUBLIC "-//Netscape Communications//DTD RSS 0.91//EN" "http://my.netscape.com/rss-0.91.dtd">'
    )
    (entry,) = parse(f"{doctype}{_BODY.replace('{}', 'eacute')}".encode()).entries
    assert entry.title == "T é"
    assert without_doctype(doctype + "<rss/>") == "<rss/>"


@pytest.mark.parametrize("depth", [300, 10_000, 200_000])
def test_deep_nesting_is_refused(depth: int) -> None:
    nested = "<a>" * depth + "</a>" * depth
    with pytest.raises(NotAFeed, match="nested too deeply"):
        parse(f"<rss><channel><item><title>T</title>{nested}</item></channel></rss>".encode())


def test_deep_nesting_of_html_does_no_harm() -> None:
    (entry,) = parse(rss(f"<title>T</title><description>{'&lt;div&gt;' * 5000}x</description>")).entries
    assert "x" in entry.summary


def test_deep_json_is_refused() -> None:
    with pytest.raises(NotAFeed, match="nested too deeply"):
        parse(b'{"items":' + b"[" * 200_000)


@pytest.mark.parametrize(
    ("document", "reason"),
    [
        (b"", "the answer is empty"),
        (b" \n ", "the answer is empty"),
        (b"<!DOCTYPE html><html><body>x</body></html>", "this is a web page (HTML), not a feed"),
        (b"<!-- x -->\n<HTML><body>x</body></html>", "this is a web page (HTML), not a feed"),
        (b"<opml version='2.0'><body/></opml>", "this is XML (<opml>), not a feed"),
        (b"just words", "this is plain text, not a feed"),
        (b'{"a": 1}', "this is JSON, but no JSON Feed"),
        (b"[1, 2]", "this is JSON, but no JSON Feed"),
        (b'{"a": ', "this is broken JSON (line 1: expecting value)"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "this is plain text, not a feed"),
        (b"\xff\xd8\xff\xe0<", "this is no feed"),
    ],
)
def test_what_is_no_feed_is_told_apart(document: bytes, reason: str) -> None:
    with pytest.raises(NotAFeed) as refusal:
        parse(document)
    assert refusal.value.reason == reason


@pytest.mark.parametrize(
    ("damage", "count"),
    [
        pytest.param(lambda body: b"\r\n\xef\xbb\xbf " + body, 2, id="leading space"),
        pytest.param(lambda body: b"Warning: x in y on line 3\n" + body, 2, id="a message of PHP first"),
        pytest.param(lambda body: body.replace(b"Text 1.", b"Fish & chips"), 2, id="a bare ampersand"),
        pytest.param(lambda body: body.replace(b"Text 1.", b"d&eacute;j&agrave;&nbsp;vu"), 2, id="entities of HTML"),
        pytest.param(lambda body: body.replace(b"Text 1.", b"a\x00b\x0bc&#0;&#x1f;d"), 2, id="control characters"),
        pytest.param(lambda body: body.replace(b"</channel>", b""), 2, id="an unclosed channel"),
        pytest.param(lambda body: body[: body.index(b"Text 2")], 2, id="cut off"),
        pytest.param(lambda body: body.replace(b"Text 1.", b"<b>bold<i>"), 2, id="tags crossed"),
        pytest.param(lambda body: body.replace(b"Text 1.", b"</category></width>"), 1, id="closed but never opened"),
        pytest.param(lambda body: body.replace(b"utf-8", b"utf-16"), 2, id="a wrong declaration"),
        pytest.param(lambda body: body.decode().encode("utf-16"), 2, id="UTF-16 declared as UTF-8"),
    ],
)
def test_damaged_documents_are_read_all_the_same(damage: object, count: int) -> None:
    assert callable(damage)
    feed = parse(damage(rss(story(1), story(2))))
    assert [entry.title for entry in feed.entries] == [f"Story {number + 1}" for number in range(count)]


def test_entities_are_not_touched_in_cdata() -> None:
    (entry,) = parse(rss("<title>a & b</title><link><![CDATA[https://news.example/?a=1&b=2]]></link>")).entries
    assert (entry.title, entry.link) == ("a & b", "https://news.example/?a=1&b=2")


_PIECES = rb"""<rss> <channel> <item> </item> <title> </title> <entry> <![CDATA[ ]]> & <link/> <!DOCTYPE~rss~[ ]> <div>
    <feed~xmlns='http://www.w3.org/2005/Atom'> <content~type='xhtml'> &lt;p&gt; &#146; <media:content~url='x'> </feed>
    <guid> <pubDate> <description> <image> <source> <author> { "items":[ text""".split()
_XML = st.lists(
    st.sampled_from([*(piece.replace(b"~", b" ") for piece in _PIECES), b"\x92", b"\xc3\xa9", b"\x00"]), max_size=30
).map(b"".join)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.one_of(_XML, st.binary(max_size=300), _XML.map(lambda inner: b"<rss><channel>" + inner)))
def test_nothing_crashes_reading(document: bytes) -> None:
    try:
        feed = parse(document)
    except NotAFeed:
        return
    assert len(feed.seen) == 40 * feed.total
    assert parse(document, seen=feed.seen).entries == ()


def test_the_file_system_is_not_read_by_name() -> None:
    assert Path("/etc/passwd").exists()
    with pytest.raises(NotAFeed):
        parse(b"/etc/passwd")
