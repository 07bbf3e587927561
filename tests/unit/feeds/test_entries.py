"""What an item of RSS or Atom becomes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.unit.feeds.documents import ADDRESS, atom, entry_in, parse, rss

_TITLE = "<title>T</title>"


@pytest.mark.parametrize(
    ("item", "field", "value"),
    [
        ("<title>AT&amp;amp;T</title>", "title", "AT&T"),
        ("<title>&amp;lt;b&amp;gt;x&amp;lt;/b&amp;gt;</title>", "title", "x"),
        ("<title><![CDATA[l\x92été]]></title>", "title", "l’été"),
        ("<title>l&#146;exécutif</title>", "title", "l’exécutif"),
        ("<guid isPermaLink='false'>a1</guid>", "title", ""),
        (f"<title>{'word ' * 200}</title>", "title", "word " * 99 + "word…"),
        (_TITLE + f"<link>https://news.example/{'a' * 5000}</link>", "link", None),
        (_TITLE + "<description>a&amp;#1;b&amp;#146;c</description>", "summary", "ab’c"),
        (_TITLE + "<link>/a</link>", "link", "https://feeds.example/a"),
        (_TITLE + "<link>a b</link>", "link", "https://feeds.example/news/a%20b"),
        (_TITLE + "<link>javascript:x()</link>", "link", None),
        (_TITLE + "<guid>https://news.example/1</guid>", "link", "https://news.example/1"),
        (_TITLE + "<guid isPermaLink='false'>x1</guid>", "id", "x1"),
        (
            _TITLE
            + "<link>https://proxy.example/~r/1</link><feedburner:origLink>https://news.example/1</feedburner:origLink>",
            "link",
            "https://news.example/1",
        ),
        (_TITLE + "<author>anna@news.example (Anna Berg)</author>", "author", "Anna Berg"),
        (_TITLE + "<author>Anna Berg &lt;anna@news.example&gt;</author>", "author", "Anna Berg"),
        (_TITLE + "<author>anna@news.example</author>", "author", "anna"),
        (_TITLE + "<dc:creator>Anna Berg</dc:creator><dc:creator>Jo Ek</dc:creator>", "author", "Anna Berg, Jo Ek"),
        (_TITLE, "author", None),
        (
            _TITLE + "<pubDate>Mon, 12 Jan 2026 10:00:00 +0200</pubDate>",
            "published",
            datetime(2026, 1, 12, 8, tzinfo=UTC),
        ),
        (_TITLE + "<dc:date>2026-01-12T10:00:00Z</dc:date>", "published", datetime(2026, 1, 12, 10, tzinfo=UTC)),
        (_TITLE + "<pubDate>soon</pubDate>", "published", None),
        (_TITLE + "<pubDate>Thu, 01 Jan 1970 00:00:00 GMT</pubDate>", "published", None),
        (
            _TITLE + "<pubDate>Mon, 12 Jan 2099 10:00:00 GMT</pubDate>",
            "published",
            datetime(2099, 1, 12, 10, tzinfo=UTC),
        ),
        (
            _TITLE + "<description>&lt;p&gt;x&lt;script&gt;y&lt;/script&gt;&lt;/p&gt;</description>",
            "summary",
            "<p>x</p>",
        ),
        (
            _TITLE + "<description>&amp;lt;p&amp;gt;x &amp;amp; y&amp;lt;/p&amp;gt;</description>",
            "summary",
            "<p>x &amp; y</p>",
        ),
        (_TITLE + "<content:encoded>&lt;p&gt;whole&lt;/p&gt;</content:encoded>", "content", "<p>whole</p>"),
        (_TITLE + "<content:encoded>&lt;p&gt;whole&lt;/p&gt;</content:encoded>", "summary", ""),
        (_TITLE + "<category>A</category><category>b</category><category>a</category>", "categories", ("A", "b")),
        (_TITLE + "<comments>https://news.example/1#talk</comments>", "comments_url", "https://news.example/1#talk"),
        (_TITLE + "<dc:language>fr</dc:language>", "language", "fr"),
        (_TITLE + "<description>cut off […]</description>", "teaser", True),
        (_TITLE + "<description>complete.</description>", "teaser", False),
    ],
)
def test_fields_of_an_rss_item(item: str, field: str, value: Any) -> None:
    assert getattr(entry_in(item), field) == value


_IMG = "&lt;p&gt;&lt;img src='/first.jpg'&gt;x&lt;/p&gt;"
_PIXEL = "&lt;img src='https://t.example/a' width='1' height='1'&gt;"


@pytest.mark.parametrize(
    ("item", "image"),
    [
        pytest.param("<media:content url='/a.jpg' medium='image'/>", "https://feeds.example/a.jpg", id="media:content"),
        pytest.param(
            "<media:content url='/a.jpg' width='90'/><media:content url='/b.jpg' width='900'/>",
            "https://feeds.example/b.jpg",
            id="the largest",
        ),
        pytest.param(
            "<media:group><media:content url='/v.mp4' type='video/mp4'/><media:thumbnail url='/t.jpg'/></media:group>",
            "https://feeds.example/t.jpg",
            id="a film's thumbnail",
        ),
        pytest.param(
            "<enclosure url='/e.png' type='image/png' length='1'/>", "https://feeds.example/e.png", id="enclosure"
        ),
        pytest.param("<enclosure url='/e.mp3' type='audio/mpeg' length='1'/>", None, id="sound"),
        pytest.param("<itunes:image href='/i.jpg'/>", "https://feeds.example/i.jpg", id="itunes"),
        pytest.param(f"<description>{_IMG}</description>", "https://feeds.example/first.jpg", id="in the text"),
        pytest.param(f"<description>{_PIXEL}{_IMG}</description>", "https://feeds.example/first.jpg", id="no pixel"),
        pytest.param(f"<description>{_PIXEL}</description>", None, id="only a pixel"),
        pytest.param("<media:content url='data:image/png;base64,AA' medium='image'/>", None, id="data"),
        pytest.param("<media:thumbnail url='javascript:x'/>", None, id="javascript"),
    ],
)
def test_image(item: str, image: str | None) -> None:
    assert entry_in(_TITLE + item).image == image


def test_atom_entry() -> None:
    (entry,) = parse(
        atom(
            "<id>tag:news.example,2026:1</id><title type='html'>Fish &amp;amp; &lt;em&gt;chips&lt;/em&gt;</title>"
            "<link href='a' rel='alternate'/><link href='/a#talk' rel='replies' type='text/html'/>"
            "<updated>2026-01-13T10:00:00+01:00</updated><published>2026-01-12T10:00:00Z</published>"
            "<content type='xhtml' xml:base='https://other.example/d/'><div xmlns='http://www.w3.org/1999/xhtml'>"
            "<p>See <a href='e'>there</a></p></div></content><category term='x' label='Fish'/>",
            head="<title>News</title><author><name>The desk</name></author>",
        )
    ).entries
    assert entry.id == "tag:news.example,2026:1"
    assert entry.title == "Fish & chips"
    assert entry.link == "https://feeds.example/news/a"
    assert entry.comments_url == "https://feeds.example/a#talk"
    assert entry.published == datetime(2026, 1, 12, 10, tzinfo=UTC)
    assert entry.updated == datetime(2026, 1, 13, 9, tzinfo=UTC)
    assert '<a href="https://other.example/d/e"' in entry.content
    assert entry.author == "The desk"
    assert entry.categories == ("Fish",)


def test_language_is_inherited() -> None:
    (first, second) = parse(
        b"<feed xmlns='http://www.w3.org/2005/Atom' xml:lang='fr-FR'><entry><title>un</title></entry>"
        b"<entry xml:lang='en'><title>two</title></entry></feed>"
    ).entries
    assert (first.language, second.language) == ("fr-FR", "en")


def test_the_feed_itself() -> None:
    feed = parse(
        rss(_TITLE, head="<title>News &amp;amp; more</title><link>/</link><language>en_GB</language><ttl>90</ttl>")
    )
    assert (feed.title, feed.link, feed.language) == ("News & more", "https://feeds.example/", "en-GB")
    assert feed.ttl == timedelta(minutes=90)
    assert feed.total == 1


@pytest.mark.parametrize("ttl", ["", "0", "-5", "often", "1.5"])
def test_a_ttl_that_says_nothing(ttl: str) -> None:
    assert parse(rss(_TITLE, head=f"<ttl>{ttl}</ttl>")).ttl is None


def test_a_ttl_is_at_most_a_day() -> None:
    assert parse(rss(_TITLE, head="<ttl>99999999999</ttl>")).ttl == timedelta(days=1)


def test_an_item_with_nothing_in_it_is_left_out_with_a_warning() -> None:
    feed = parse(rss(_TITLE, "<pubDate>Mon, 12 Jan 2026 10:00:00 GMT</pubDate>"))
    assert [entry.title for entry in feed.entries] == ["T"]
    assert feed.total == 2
    assert feed.warnings == ("the item at place 2 holds neither id, link, title nor text, and was left out",)


def test_a_feed_without_items_is_a_feed() -> None:
    feed = parse(rss())
    assert (feed.entries, feed.total, feed.warnings) == ((), 0, ("the feed holds no entries",))


def test_addresses_of_a_file_are_not_resolved() -> None:
    (entry,) = parse(rss(_TITLE + "<link>/a</link>"), address="file:examples/feed.xml").entries
    assert entry.link is None
    assert ADDRESS.startswith("https:")
