"""Feeds as publishers wrote them: read whole or in parts, the result is the same.

The samples lie beside the repository, in ../shared/corpus; where they do not, these tests say so.
"""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from bot.domain.html import sanitise
from bot.domain.links import is_web_address
from bot.domain.model import Entry, ParsedFeed
from feeds import parse as reader
from feeds.charset import decode
from feeds.document import mend, tidy
from feeds.errors import NotAFeed
from tests.unit.feeds.documents import ADDRESS, parse

_CORPUS = Path(__file__).resolve().parents[3].parent / "shared" / "corpus"
FILES = sorted(path for path in _CORPUS.rglob("*.*") if path.suffix != ".md") if _CORPUS.is_dir() else []
_RECORD = 40
NO_FEED = {  # fragments of HTML, plain XML, and a page
    "xml_sample_1.xml",
    "xml_sample_2.xml",
    "AmazonWebServicesBlogFirstEntryContent.xml",
    "HREFConsideredHarmfulFirstEntry.xml",
    "PaulDixExplainsNothingFirstEntryContent.xml",
    "TechCrunchFirstEntry.xml",
    "TechCrunchFirstEntryDescription.xml",
    "TenderLovemakingFirstEntry.xml",
    "unrecognized.rss",
}
NO_ENTRY = {"rss_2.0_invalid_1.xml", "incomplete-fields.atom"}

needs_corpus = pytest.mark.skipif(not FILES, reason="the samples of ../shared/corpus are not here")
files = pytest.mark.parametrize("path", FILES, ids=[path.name for path in FILES])


def _read(path: Path) -> ParsedFeed | None:
    try:
        return parse(path.read_bytes())
    except NotAFeed:
        assert path.name in NO_FEED
        return None


@needs_corpus
@files
def test_every_sample_is_read_or_refused_with_a_reason(path: Path) -> None:
    if path.name in NO_FEED:
        with pytest.raises(NotAFeed) as refusal:
            parse(path.read_bytes())
        assert refusal.value.reason.endswith("not a feed")
        return
    feed = parse(path.read_bytes())
    assert bool(feed.entries) is (path.name not in NO_ENTRY)
    assert feed.entries or feed.warnings
    for entry in feed.entries:
        _check(entry)


def _check(entry: Entry) -> None:
    for address in (entry.link, entry.image, entry.comments_url):
        assert address is None or is_web_address(address)
    for html in (entry.summary, entry.content):
        assert sanitise(html, images=True) == html
    for moment in (entry.published, entry.updated):
        assert moment is None or moment.utcoffset() is not None
    assert "\n" not in entry.title


@needs_corpus
@files
def test_a_part_is_what_the_whole_says_of_it(path: Path) -> None:
    whole = _read(path)
    if whole is None or not whole.total:
        return
    records = [whole.seen[at : at + _RECORD] for at in range(0, len(whole.seen), _RECORD)]
    entries = {entry.position: entry for entry in whole.entries}
    chance = random.Random(path.name)
    for share in (0.0, 0.1, 0.5, None):
        new = {chance.randrange(whole.total)} if share is None else {i for i in entries if chance.random() < share}
        forms = {records[position][:16] for position in new}
        part = parse(path.read_bytes(), seen=b"".join(record for record in records if record[:16] not in forms))
        wanted = [entries[at] for at, record in enumerate(records) if record[:16] in forms and at in entries]
        assert list(part.entries) == wanted
        assert (part.seen, part.total, part.title, part.link) == (whole.seen, whole.total, whole.title, whole.link)


@needs_corpus
@files
def test_cutting_changes_nothing(path: Path) -> None:
    """The entries are those that feedparser finds in the document as it stands."""
    whole = _read(path)
    text = tidy(decode(path.read_bytes(), None))
    if whole is None or text.startswith("{"):
        return
    if any("leniently" in warning for warning in whole.warnings):
        text = mend(text)
    plain = reader._read_whole(text, ADDRESS, b"", well_formed=True)
    assert plain.entries == whole.entries
    assert (plain.title, plain.link, plain.language, plain.ttl) == (whole.title, whole.link, whole.language, whole.ttl)
