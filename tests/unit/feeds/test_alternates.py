"""Which feeds a page names, however odd its HTML."""

from __future__ import annotations

import time

import pytest

from feeds.alternates import MOST, alternates
from feeds.discovery import spelt_out, usual_places

PAGE = "https://news.example/blog/index.html"
RSS = 'type="application/rss+xml"'


def _named(html: str | bytes, content_type: str | None = "text/html") -> list[tuple[str, str]]:
    body = html.encode() if isinstance(html, str) else html
    return [(each.address, each.title) for each in alternates(body, content_type, PAGE)]


@pytest.mark.parametrize(
    ("html", "named"),
    [
        (f'<link rel="alternate" {RSS} href="/feed" title="All">', [("https://news.example/feed", "All")]),
        (f'<link rel="alternate" {RSS} href="feed.xml">', [("https://news.example/blog/feed.xml", "")]),
        (f'<link rel="alternate" {RSS} href="//cdn.example/f">', [("https://cdn.example/f", "")]),
        (f'<link rel="alternate" {RSS} href="?feed=rss2">', [("https://news.example/blog/index.html?feed=rss2", "")]),
        ("<LINK REL=Alternate TYPE='Application/RSS+XML' HREF=/a>", [("https://news.example/a", "")]),
        (
            '<link rel="alternate" type="application/atom+xml; charset=utf-8" href="/a">',
            [("https://news.example/a", "")],
        ),
        ('<link rel="alternate" type="application/feed+json" href="/a.json">', [("https://news.example/a.json", "")]),
        ('<link rel="alternate" type="application/rdf+xml" href="/a.rdf">', [("https://news.example/a.rdf", "")]),
        ('<link rel="alternate" type="text/xml" href="/rss">', [("https://news.example/rss", "")]),
        ('<link rel="alternate" type="application/json" href="/feed.json">', [("https://news.example/feed.json", "")]),
        ('<link rel="feed" href="/a">', [("https://news.example/a", "")]),
        (f'<link rel="home alternate" {RSS} href="/a">', [("https://news.example/a", "")]),
        (f'<link rel="alternate" {RSS} href="feed://news.example/a">', [("http://news.example/a", "")]),
        (f'<link rel="alternate" {RSS} href="feed:https://news.example/a">', [("https://news.example/a", "")]),
        (f'<link rel="alternate" {RSS} href="/a#top">', [("https://news.example/a", "")]),
        (f'<link rel="alternate" {RSS} href="\n /a \t">', [("https://news.example/a", "")]),
        (
            f'<base href="https://other.example/x/"><link rel="alternate" {RSS} href="a">',
            [("https://other.example/x/a", "")],
        ),
        (
            f'<base href="/x/"><base href="/y/"><link rel="alternate" {RSS} href="a">',
            [("https://news.example/x/a", "")],
        ),
        (f'<base href="javascript:1"><link rel="alternate" {RSS} href="/a">', [("https://news.example/a", "")]),
        (f'<base target="_top"><link rel="alternate" {RSS} href="/a">', [("https://news.example/a", "")]),
        (f'<body><p>words<link rel="alternate" {RSS} href="/a"></p>', [("https://news.example/a", "")]),
        (
            f'<link rel="alternate" {RSS} href="/a" title="One"><link rel="alternate" {RSS} href="/a" title="Two">',
            [("https://news.example/a", "One")],
        ),
        (
            f'<link rel="alternate" {RSS} href="/b" title="B"><link rel="alternate" {RSS} href="/a" title="A">',
            [("https://news.example/b", "B"), ("https://news.example/a", "A")],
        ),
        (
            f'<link rel="alternate" {RSS} href="/a" title="  &Eacute;t&eacute; &amp;\n co ">',
            [("https://news.example/a", "Été & co")],
        ),
    ],
)
def test_what_a_page_names(html: str, named: list[tuple[str, str]]) -> None:
    assert _named(html) == named
    assert _named(f"<!doctype html><html><head><title>x</title></head>{html}") == named


@pytest.mark.parametrize(
    "html",
    [
        "",
        "   ",
        "<",
        "<!---->",
        "\0\0\0",
        "plain words",
        "<link>",
        "<link rel=alternate>",
        f'<link rel="alternate" {RSS}>',
        f'<link rel="alternate" {RSS} href="">',
        f'<link rel="stylesheet" {RSS} href="/a">',
        f'<link rel="alternate stylesheet" {RSS} href="/a">',
        '<link rel="alternate" hreflang="fr" href="/fr">',
        '<link rel="alternate" type="text/html" href="/m">',
        '<link rel="alternate" type="application/json" href="/wp-json/wp/v2/pages/2">',
        '<link rel="alternate" type="application/json+oembed" href="/oembed?feed">',
        '<link rel="alternate" type="application/opensearchdescription+xml" href="/feed">',
        f'<link rel="alternate" {RSS} href="javascript:alert(1)">',
        f'<link rel="alternate" {RSS} href="data:text/xml,x">',
        f'<link rel="alternate" {RSS} href="file:///etc/passwd">',
        f'<link rel="alternate" {RSS} href="http://[::1">',
        f'<link rel="alternate" {RSS} href="http://news.example:99999999/a">',
        f'<link rel="alternate" {RSS} href="{PAGE}">',
        f'<link rel="alternate" {RSS} href="/{"a" * 3000}">',
        f'<!-- <link rel="alternate" {RSS} href="/a"> -->',
        f'<script>\'<link rel="alternate" {RSS} href="/a">\'</script>',
        f'<textarea><link rel="alternate" {RSS} href="/a"></textarea>',
    ],
)
def test_what_names_no_feed(html: str) -> None:
    assert _named(html) == []


@pytest.mark.parametrize(
    "body",
    [
        f'<?xml version="1.0" encoding="utf-16"?><html><link rel="alternate" {RSS} href="/a" title="Été">'.encode(),
        f'<meta charset="iso-8859-1"><link rel="alternate" {RSS} href="/a" title="Été">'.encode("latin-1"),
        f'<link rel="alternate" {RSS} href="/a" title="Été">'.encode("utf-16"),
        f'<link rel="alternate" {RSS} href="/a" title="Été">'.encode("windows-1252"),
        f'\ufeff<link rel="alternate" {RSS} href="/a" title="Été">'.encode(),
    ],
)
def test_pages_in_whatever_encoding(body: bytes) -> None:
    assert _named(body) == [("https://news.example/a", "Été")]


def test_a_hostile_page_is_read_in_a_moment() -> None:
    link = f'<link rel="alternate" {RSS} href="/{{}}">'
    many = "".join(link.format(number) for number in range(20_000))
    deep = "<div>" * 200_000 + link.format("deep")
    attributes = f"<link {' '.join(f'a{number}=1' for number in range(50_000))}>"
    started = time.monotonic()
    assert len(_named(many)) == MOST
    _named(deep)
    assert _named(attributes + link.format("after")) == [("https://news.example/after", "")]
    _named("<" * 1_000_000)
    _named("&" * 1_000_000)
    assert time.monotonic() - started < 20


@pytest.mark.parametrize(
    ("typed", "addresses"),
    [
        ("news.example", ("https://news.example", "http://news.example")),
        (" news.example:8080/a ", ("https://news.example:8080/a", "http://news.example:8080/a")),
        ("//news.example/a", ("https://news.example/a", "http://news.example/a")),
        ("https://news.example/a", ("https://news.example/a",)),
        ("HTTP://news.example/a", ("http://news.example/a",)),
        ("feed://news.example/a", ("https://news.example/a", "http://news.example/a")),
        ("feed:https://news.example/a", ("https://news.example/a",)),
        ("news.example/?u=http://x", ("https://news.example/?u=http://x", "http://news.example/?u=http://x")),
        ("ftp://news.example/a", ("ftp://news.example/a",)),
        ("", ()),
        ("//", ()),
    ],
)
def test_what_somebody_means(typed: str, addresses: tuple[str, ...]) -> None:
    assert spelt_out(typed) == addresses


def test_the_usual_places_lie_beside_the_page_and_at_the_root() -> None:
    assert usual_places("https://news.example/")[:2] == ("https://news.example/feed", "https://news.example/rss")
    beside = usual_places("https://news.example/blog/")
    assert beside[0] == "https://news.example/blog/feed"
    assert "https://news.example/feed.xml" in beside
    assert len(beside) == len(set(beside))
