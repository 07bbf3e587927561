"""JSON Feed 1.0 and 1.1."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from bot.domain.model import Entry
from tests.unit.feeds.documents import parse

_V1 = "https://jsonfeed.org/version/1"
_V11 = "https://jsonfeed.org/version/1.1"


def _feed(*items: Any, **head: Any) -> bytes:
    return json.dumps({"version": _V11, "title": "News", "items": list(items)} | head).encode()


def _entry(**item: Any) -> Entry:
    (entry,) = parse(_feed(item)).entries
    return entry


@pytest.mark.parametrize(
    ("item", "field", "value"),
    [
        ({"id": 7}, "id", "7"),
        ({"id": "a"}, "id", "a"),
        ({"id": "a", "url": "/1"}, "link", "https://feeds.example/1"),
        ({"id": "a", "external_url": "https://other.example/1"}, "link", "https://other.example/1"),
        ({"id": "a", "title": "AT&amp;T"}, "title", "AT&T"),
        ({"id": "a", "title": "l\x92été"}, "title", "l’été"),
        ({"id": "a", "title": "broken \ud800"}, "title", "broken"),
        ({"id": "a", "content_html": "<p>x<script>y</script></p>"}, "content", "<p>x</p>"),
        ({"id": "a", "content_text": "a < b\n\nc"}, "content", "<p>a &lt; b</p><p>c</p>"),
        ({"id": "a", "summary": "short & sweet"}, "summary", "short &amp; sweet"),
        ({"id": "a", "image": "/i.png"}, "image", "https://feeds.example/i.png"),
        ({"id": "a", "banner_image": "/b.png"}, "image", "https://feeds.example/b.png"),
        (
            {"id": "a", "attachments": [{"url": "/c.png", "mime_type": "image/png"}]},
            "image",
            "https://feeds.example/c.png",
        ),
        (
            {"id": "a", "date_published": "2026-01-12T10:00:00-05:00"},
            "published",
            datetime(2026, 1, 12, 15, tzinfo=UTC),
        ),
        ({"id": "a", "date_modified": "2026-01-12T10:00:00Z"}, "updated", datetime(2026, 1, 12, 10, tzinfo=UTC)),
        ({"id": "a", "date_published": "soon"}, "published", None),
        ({"id": "a", "authors": [{"name": "Anna"}, {"name": "Jo"}]}, "author", "Anna, Jo"),
        ({"id": "a", "author": {"name": "Anna"}}, "author", "Anna"),
        ({"id": "a", "tags": ["x", "X", "y", 3]}, "categories", ("x", "y")),
        ({"id": "a", "language": "fr"}, "language", "fr"),
        ({"id": "a", "title": 3.5}, "title", "3.5"),
        ({"id": "a", "title": ["x"]}, "title", ""),
    ],
)
def test_fields(item: dict[str, Any], field: str, value: Any) -> None:
    assert getattr(_entry(**item), field) == value


def test_what_the_feed_says_holds_for_its_items() -> None:
    feed = parse(_feed({"id": "1"}, language="fr", authors=[{"name": "Desk"}], home_page_url="/", version=_V1))
    assert (feed.title, feed.link, feed.language) == ("News", "https://feeds.example/", "fr")
    assert (feed.entries[0].language, feed.entries[0].author) == ("fr", "Desk")


def test_only_new_items_come() -> None:
    first = parse(_feed({"id": "1", "title": "A"}, {"id": "2", "title": "B"}))
    again = parse(
        _feed({"title": "C", "id": "3"}, {"title": "A", "id": "1"}, {"id": "2", "title": "B!"}), seen=first.seen
    )
    assert [(entry.position, entry.title) for entry in again.entries] == [(0, "C"), (2, "B!")]
    assert again.total == 3


def test_items_that_are_none_are_left_out_with_a_warning() -> None:
    feed = parse(_feed("x", None, {}, {"id": "1"}))
    assert [entry.id for entry in feed.entries] == ["1"]
    assert len(feed.warnings) == 3


def test_a_document_with_a_mark_and_without_version_is_read() -> None:
    body = b"\xef\xbb\xbf" + json.dumps({"title": "News", "items": [{"id": "1"}]}).encode()
    assert parse(body, content_type="application/json").total == 1
