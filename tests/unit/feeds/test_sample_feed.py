"""The feed that ships with Tribune."""

from __future__ import annotations

from pathlib import Path

from tests.unit.feeds.documents import parse

_SAMPLE = Path(__file__).resolve().parents[3] / "examples" / "sample-feed.xml"


def test_the_sample_feed() -> None:
    feed = parse(_SAMPLE.read_bytes(), address="file:examples/sample-feed.xml")
    assert feed.warnings == ()
    assert len(feed.entries) == feed.total == 8
    assert {entry.language for entry in feed.entries} == {"en", "fr"}
    assert sum(entry.teaser for entry in feed.entries) == 1
    dates = [entry.published for entry in feed.entries if entry.published]
    assert dates == sorted(dates, reverse=True)
    assert {date.year for date in dates} == {2026}
    for entry in feed.entries:
        assert entry.id
        assert entry.link
        assert not entry.link_shared
        assert entry.title
        assert entry.author
        assert entry.categories
        assert entry.summary
        assert entry.content
    assert len({entry.link for entry in feed.entries}) == 8
