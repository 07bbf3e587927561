"""Only new items are read, and the result is that of reading everything."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.domain.model import ParsedFeed
from feeds.seen import pack, unpack
from tests.unit.feeds.documents import atom, parse, rss, story


def _titles(feed: ParsedFeed) -> list[str]:
    return [entry.title for entry in feed.entries]


def test_seen_items_are_left_out() -> None:
    first = parse(rss(story(1), story(2)))
    again = parse(rss(story(3), story(1), story(2)), seen=first.seen)
    assert _titles(again) == ["Story 3"]
    assert again.entries[0].position == 0
    assert again.total == 3
    assert parse(rss(story(3), story(1), story(2)), seen=again.seen).entries == ()


def test_a_changed_item_comes_again() -> None:
    first = parse(rss(story(1), story(2)))
    again = parse(rss(story(1), story(2, "<category>new</category>")), seen=first.seen)
    assert _titles(again) == ["Story 2"]
    assert again.entries[0].position == 1


def test_the_head_may_change_freely() -> None:
    first = parse(rss(story(1), head="<title>News</title><lastBuildDate>Mon, 12 Jan 2026 10:00:00 GMT</lastBuildDate>"))
    again = parse(rss(story(1), head="<title>New name</title>"), seen=first.seen)
    assert (again.title, again.entries, again.total) == ("New name", (), 1)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("<feed xmlns='http://www.w3.org/2005/Atom'>", "<feed xmlns='http://www.w3.org/2005/Atom' xml:lang='fr'>"),
        ("<feed xmlns='http://www.w3.org/2005/Atom'>", "<feed xmlns='http://www.w3.org/2005/Atom' xml:base='/x/'>"),
        ("<feed xmlns='http://www.w3.org/2005/Atom'>", "<feed xmlns='http://purl.org/atom/ns#' version='0.3'>"),
    ],
    ids=["language", "base", "namespace"],
)
def test_what_an_item_inherits_is_a_part_of_its_form(before: str, after: str) -> None:
    entry = "<entry><title>T</title><id>1</id></entry></feed>"
    first = parse((before + entry).encode())
    assert len(parse((after + entry).encode(), seen=first.seen).entries) == 1
    assert parse((before + entry).encode(), seen=first.seen).entries == ()


def test_a_link_that_stands_twice_is_marked_also_where_the_other_item_was_seen() -> None:
    twin = "<title>Other</title><link>http://news.example/1/?utm_source=rss</link><guid isPermaLink='false'>x</guid>"
    whole = parse(rss(twin, story(1), story(2)))
    assert [entry.link_shared for entry in whole.entries] == [True, True, False]
    first = parse(rss(story(1), story(2)))
    assert first.entries[0].link_shared is False
    (new,) = parse(rss(twin, story(1), story(2)), seen=first.seen).entries
    assert new == whole.entries[0]


def test_an_id_of_several_stories_is_none_also_where_the_others_were_seen() -> None:
    def item(number: int) -> str:
        return (
            f"<guid isPermaLink='false'>same</guid><title>T{number}</title><link>https://news.example/{number}</link>"
        )

    first = parse(rss(item(1)))
    assert first.entries[0].id == "same"
    (new,) = parse(rss(item(2), item(1)), seen=first.seen).entries
    assert new.id is None
    assert new.link_shared is False
    assert [entry.id for entry in parse(rss(item(2), item(1))).entries] == [None, None]


def test_the_same_item_twice_keeps_its_id() -> None:
    feed = parse(rss(story(1), story(1)))
    assert [entry.id for entry in feed.entries] == ["https://news.example/1"] * 2


def test_a_document_that_is_not_well_formed_is_read_whole_and_told_apart_by_entries() -> None:
    broken = rss(story(1), story(2)).replace(b"</channel>", b"<unclosed></channel>")
    first = parse(broken)
    assert _titles(first) == ["Story 1", "Story 2"]
    assert first.warnings == ("it is not well-formed XML and was read leniently",)
    assert parse(broken, seen=first.seen).entries == ()
    more = rss(story(3), story(1), story(2)).replace(b"</channel>", b"<unclosed></channel>")
    assert _titles(parse(more, seen=first.seen)) == ["Story 3"]


def test_an_entry_as_a_document_of_its_own() -> None:
    alone = b"<entry xmlns='http://www.w3.org/2005/Atom'><id>1</id><title>T</title></entry>"
    first = parse(alone)
    assert _titles(first) == ["T"]
    assert parse(alone, seen=first.seen).entries == ()


@pytest.mark.parametrize(
    "document",
    [
        b"<rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#' xmlns='http://purl.org/rss/1.0/'>"
        b"<channel><title>N</title></channel><item rdf:about='https://a.example/1'><title>T</title></item></rdf:RDF>",
        b"<rss version='0.91'><channel><title>N</title></channel><item><title>T</title></item></rss>",
        b"<rss version='2.0'><channel><title>N</title><items><item><title>T</title></item></items></channel></rss>",
        b"<a:feed xmlns:a='http://www.w3.org/2005/Atom'><a:entry><a:title>T</a:title></a:entry></a:feed>",
        b"<RSS version='2.0'><Channel><Item><Title>T</Title></Item></Channel></RSS>",
        b"<rss xmlns='https://of-our-own.example/'><channel><item><title>T</title></item></channel></rss>",
    ],
    ids=[
        "RSS 1.0",
        "items beside the channel",
        "items in a list",
        "prefixed Atom",
        "capitals",
        "a namespace of its own",
    ],
)
def test_items_are_found_whatever_the_nesting(document: bytes) -> None:
    first = parse(document)
    assert _titles(first) == ["T"]
    assert parse(document, seen=first.seen).entries == ()


@pytest.mark.parametrize("seen", [b"x", b"\0" * 40, b"\xff" * 81, bytes(range(80))])
def test_what_is_remembered_wrongly_does_no_harm(seen: bytes) -> None:
    assert _titles(parse(rss(story(1)), seen=seen)) == ["Story 1"]


def test_records_are_packed_and_unpacked() -> None:
    feed = parse(atom("<id>1</id><title>T</title>", "<id>2</id><title>U</title>"))
    assert len(feed.seen) == 80
    items = unpack(feed.seen)
    assert pack(items.values()) == feed.seen
    assert replace(feed, seen=b"").total == 2
