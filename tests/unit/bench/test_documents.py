"""The feeds that polling is measured with."""

from __future__ import annotations

from bench.course import Course
from bench.documents import FEWEST, MOST, SPARE, documents
from feeds.parse import parse_document

ADDRESS = "http://127.0.0.1/feed"


def test_documents_are_as_large_as_they_are_said_to_be() -> None:
    made = documents(60, seed=1)
    for generation in (0, SPARE):
        sizes = [len(each.body(generation)) for each in made]
        assert min(sizes) >= 40_000
        assert max(sizes) <= 80_000
    assert {each.atom for each in made} == {True, False}
    assert all(FEWEST <= each.shown <= MOST for each in made)


def test_the_same_seed_makes_the_same_feeds() -> None:
    assert [each.body(3) for each in documents(4, seed=7)] == [each.body(3) for each in documents(4, seed=7)]


def test_each_generation_has_one_entry_that_the_last_one_had_not() -> None:
    for document in documents(4, seed=2):
        first = parse_document(document.body(0), content_type=None, address=ADDRESS, seen=b"")
        assert len(first.entries) == first.total == document.shown
        assert all(entry.content and entry.title and entry.published for entry in first.entries)
        second = parse_document(document.body(1), content_type=None, address=ADDRESS, seen=first.seen)
        assert [entry.position for entry in second.entries] == [0]
        assert second.total == document.shown


def test_neighbours_are_on_different_loopback_addresses() -> None:
    course = Course(port=80, feeds=400, hosts=200)
    assert len(set(course.hosts_used())) == 200
    assert all(host.startswith("127.") for host in course.hosts_used())
    assert course.address(0) == "http://127.1.0.1:80/feed/0"
    assert course.address(1).split("/")[2] != course.address(0).split("/")[2]
