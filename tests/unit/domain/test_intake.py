"""What a document means, as a table of stories and as properties."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain import intake
from bot.domain.identity import aliases_of, digest_of, disowned_links, marker_of
from bot.domain.intake import Candidate, NewArticle, NewSource, Plan, Policy
from bot.domain.model import (
    AliasKind,
    ArticleId,
    Entry,
    Feed,
    FeedId,
    KnownArticle,
    ParsedFeed,
)

NOW = datetime(2026, 5, 4, 12, tzinfo=UTC)
FEED = Feed(id=FeedId(1), address="https://a.example/feed", interval=timedelta(hours=1), next_at=NOW)
OTHER = Feed(id=FeedId(2), address="https://b.example/feed", interval=timedelta(hours=1), next_at=NOW)
ESTABLISHED = Feed(
    id=FeedId(1),
    address="https://a.example/feed",
    interval=timedelta(hours=1),
    next_at=NOW,
    last_read_at=NOW - timedelta(hours=1),
)
TEXT = "The council met on Monday evening and voted on the new bridge over the river after a long debate."


def entry(number: int = 1, **changes: object) -> Entry:
    fields: dict[str, object] = {
        "position": number,
        "id": f"urn:{number}",
        "link": f"https://a.example/{number}",
        "title": f"Story {number} of the town",
        "published": NOW - timedelta(hours=2),
        "summary": f"<p>{TEXT} {number}</p>",
    }
    return Entry(**(fields | changes))  # type: ignore[arg-type]


class Town:
    """A small memory of what was filed, as the database keeps it."""

    def __init__(self) -> None:
        self.known: dict[bytes, KnownArticle | None] = {}
        self.count = 0

    def read(self, feed: Feed, *entries: Entry, total: int | None = None) -> Plan:
        parsed = ParsedFeed(
            title="Town", link=None, language="en", ttl=None, entries=entries, total=total or len(entries), seen=b""
        )
        found = intake.candidates(parsed, feed, NOW)
        plan = intake.decide(
            feed,
            found,
            self.known,
            disowned=intake.disowned_of(parsed, feed),
            total=parsed.total,
            policy=Policy(),
        )
        self._remember(feed, plan)
        return plan

    def _remember(self, feed: Feed, plan: Plan) -> None:
        for arrival in plan.arrivals:
            if isinstance(arrival, NewArticle):
                self.count += 1
                known = KnownArticle(
                    id=ArticleId(self.count),
                    primary_feed=feed.id,
                    sources=frozenset({feed.id}),
                    digest=arrival.candidate.digest,
                    revisions=1,
                    published=arrival.candidate.content.published,
                    first_seen=NOW,
                )
                self.known |= {alias.key: known for alias in arrival.aliases}
        for learned in plan.learned:
            article = next(a for a in self.known.values() if a and a.id == learned.article_id)
            self.known |= {alias.key: article for alias in learned.aliases if alias.key not in self.known}
        self.known |= {key: None for key in plan.disowned if key not in self.known}


def new(plan: Plan) -> int:
    return sum(isinstance(each, NewArticle) for each in plan.arrivals)


def test_a_first_document_brings_all_its_entries_the_oldest_first() -> None:
    plan = Town().read(FEED, entry(0, published=NOW), entry(1), entry(2, published=NOW - timedelta(days=3)))
    titles = [each.candidate.content.title for each in plan.arrivals if isinstance(each, NewArticle)]
    assert titles == ["Story 2 of the town", "Story 1 of the town", "Story 0 of the town"]


def test_undated_entries_come_in_the_reverse_order_of_the_document() -> None:
    plan = Town().read(FEED, *(entry(number, published=None) for number in range(3)))
    assert [each.candidate.position for each in plan.arrivals if isinstance(each, NewArticle)] == [2, 1, 0]


def test_the_same_document_again_brings_nothing() -> None:
    town = Town()
    town.read(FEED, entry(1), entry(2))
    assert town.read(FEED, entry(1), entry(2)) == Plan()


SAME_STORY = {
    "a changed guid": entry(1, id="urn:changed"),
    "http instead of https": entry(1, id="urn:x", link="http://a.example/1"),
    "tracking parameters": entry(1, id="urn:x", link="https://a.example/1?utm_source=rss"),
    "a slash at the end": entry(1, id="urn:x", link="https://a.example/1/"),
    "another date": entry(1, published=NOW),
    "guid and link changed, the same words": entry(1, id="urn:x", link="https://new.example/1"),
}


@pytest.mark.parametrize("changed", SAME_STORY.values(), ids=SAME_STORY.keys())
def test_what_is_the_same_story_makes_no_second_article(changed: Entry) -> None:
    town = Town()
    town.read(FEED, entry(1))
    assert new(town.read(FEED, changed)) == 0


def test_a_date_alone_is_no_revision() -> None:
    town = Town()
    town.read(FEED, entry(1))
    assert town.read(FEED, entry(1, published=NOW, updated=NOW)).revised == ()


def test_changed_words_revise_the_article() -> None:
    town = Town()
    town.read(FEED, entry(1))
    plan = town.read(FEED, entry(1, title="Story 1, corrected"))
    assert [each.candidate.content.title for each in plan.revised] == ["Story 1, corrected"]


def test_after_24_revisions_the_latest_is_replaced() -> None:
    town = Town()
    town.read(FEED, entry(1))
    for revisions, replaced in ((23, False), (24, True), (25, True)):
        known = {
            key: KnownArticle(
                id=ArticleId(1), primary_feed=FEED.id, sources=frozenset({FEED.id}), digest=b"", revisions=revisions,
                published=None, first_seen=NOW,
            )
            for key in town.known
        }  # fmt: skip
        town.known = dict(known)
        assert [each.replace_latest for each in town.read(FEED, entry(1)).revised] == [replaced]


def test_the_same_link_in_two_feeds_is_one_article_that_only_the_first_revises() -> None:
    town = Town()
    town.read(FEED, entry(1))
    plan = town.read(OTHER, entry(1, id="other:1", title="Told differently"))
    assert [type(each) for each in plan.arrivals] == [NewSource]
    assert plan.revised == ()


def test_a_link_that_stands_twice_identifies_nothing_not_even_later() -> None:
    town = Town()
    home = "https://a.example/news"
    shared = [entry(number, link=home, link_shared=True) for number in (1, 2)]
    assert new(town.read(FEED, *shared)) == 2
    assert new(town.read(FEED, entry(3, link=home))) == 1


def test_a_bare_home_page_identifies_nothing() -> None:
    town = Town()
    town.read(FEED, entry(1, link="https://a.example/"))
    assert new(town.read(FEED, entry(2, link="https://a.example/"))) == 1


def test_the_weekly_open_thread_is_a_new_story_each_week() -> None:
    town = Town()
    town.read(FEED, entry(1, title="Open thread", summary=TEXT, published=NOW - timedelta(days=7)))
    assert new(town.read(FEED, entry(2, title="Open thread", summary=TEXT, published=NOW))) == 1


def test_a_few_words_are_no_fingerprint() -> None:
    kinds = [alias.kind for alias in aliases_of(entry(1, title="Update", summary=""), FEED.id)]
    assert kinds == [AliasKind.ID, AliasKind.LINK]


def test_an_entry_without_id_and_link_is_known_by_its_words() -> None:
    town = Town()
    bare = entry(1, id=None, link=None)
    assert new(town.read(FEED, bare)) == 1
    assert town.read(FEED, bare) == Plan()


def test_a_pruned_article_is_not_posted_again() -> None:
    town = Town()
    town.read(FEED, entry(1))
    town.known = dict.fromkeys(town.known)
    assert town.read(FEED, entry(1)) == Plan()


FLOODS = [
    # name, unknown entries, their date, items in the document, is it held?
    ("ten old ones of ten", 10, NOW - timedelta(days=9), 10, True),
    ("nine old ones of nine", 9, NOW - timedelta(days=9), 9, False),
    ("ten old ones of fourteen", 10, NOW - timedelta(days=9), 14, True),
    ("ten old ones of fifteen", 10, NOW - timedelta(days=9), 15, False),
    ("twelve undated ones of twelve", 12, None, 12, True),
    ("twelve fresh ones of twelve", 12, NOW - timedelta(minutes=5), 12, False),
]


def test_a_flood_of_old_strangers_in_an_established_feed_is_held() -> None:
    for name, unknown, published, total, held in FLOODS:
        plan = Town().read(ESTABLISHED, *(entry(n, published=published) for n in range(unknown)), total=total)
        assert {each.held for each in plan.arrivals} == {held}, name


def test_a_feed_that_was_never_read_is_not_held() -> None:
    plan = Town().read(FEED, *(entry(number) for number in range(20)))
    assert not any(each.held for each in plan.arrivals)


def test_what_is_fresh_in_a_flood_is_not_held() -> None:
    old = [entry(number, published=NOW - timedelta(days=9)) for number in range(12)]
    plan = Town().read(ESTABLISHED, *old, entry(20, published=NOW))
    assert [each.held for each in plan.arrivals] == [True] * 12 + [False]


def test_an_entry_without_a_title_gets_one() -> None:
    parsed = ParsedFeed(title="Town", link=None, language=None, ttl=None, entries=(), total=0, seen=b"")
    assert intake.content_of(entry(1, title=""), parsed, NOW).title.startswith("The council met")
    assert intake.content_of(entry(1, title="", summary=""), parsed, NOW).title == "a.example/1"
    assert intake.content_of(entry(1, title="", summary="", link=None), parsed, NOW).title == "Town"


def test_no_article_is_dated_later_than_it_was_read() -> None:
    parsed = ParsedFeed(title="Town", link=None, language=None, ttl=None, entries=(), total=0, seen=b"")
    assert intake.content_of(entry(1, published=NOW + timedelta(days=400)), parsed, NOW).published == NOW


def test_the_marker_is_the_same_when_a_story_is_found_anew() -> None:
    first = marker_of(aliases_of(entry(1), FeedId(1)))
    assert first == marker_of(aliases_of(entry(1, id="urn:renumbered"), FeedId(7)))
    assert len(first) == 10


@given(st.permutations(range(12)), st.integers(min_value=0, max_value=12))
def test_in_how_many_pieces_a_document_is_read_does_not_matter(order: list[int], cut: int) -> None:
    whole, pieces = Town(), Town()
    entries = [entry(number) for number in order]
    whole.read(FEED, *entries)
    pieces.read(FEED, *entries[:cut])
    pieces.read(FEED, *entries)
    assert whole.known.keys() == pieces.known.keys()
    assert whole.count == pieces.count == 12


@given(st.datetimes(timezones=st.just(UTC)))
def test_dates_do_not_enter_the_digest(published: datetime) -> None:
    parsed = ParsedFeed(title="Town", link=None, language=None, ttl=None, entries=(), total=0, seen=b"")
    one = digest_of(intake.content_of(entry(1), parsed, NOW))
    assert one == digest_of(intake.content_of(entry(1, published=published), parsed, NOW))


def test_candidates_carry_what_they_are_recognised_by() -> None:
    parsed = ParsedFeed(title="T", link=None, language="fr", ttl=None, entries=(entry(1),), total=1, seen=b"")
    (candidate,) = intake.candidates(parsed, FEED, NOW)
    assert isinstance(candidate, Candidate)
    assert [alias.kind for alias in candidate.aliases] == [AliasKind.ID, AliasKind.LINK, AliasKind.FINGERPRINT]
    assert candidate.content.language == "fr"


def test_links_of_an_owned_feed_identify_within_it_only() -> None:
    own = aliases_of(entry(1), FeedId(1), owned=True)
    assert AliasKind.LINK not in {alias.kind for alias in own}
    keys = {alias.key for alias in own}
    assert not keys & {alias.key for alias in aliases_of(entry(1), FeedId(2))}
    assert not keys & {alias.key for alias in aliases_of(entry(1), FeedId(2), owned=True)}
    renumbered = aliases_of(entry(1, id="urn:renumbered"), FeedId(1), owned=True)
    assert keys & {alias.key for alias in renumbered}, "its link still tells it within the feed"


def test_an_owned_feed_disowns_no_link_of_others() -> None:
    shared = [entry(1, link_shared=True), entry(2, link_shared=True)]
    assert not disowned_links(shared, FeedId(1), owned=True) & disowned_links(shared, FeedId(1))
