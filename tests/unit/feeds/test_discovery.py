"""Looking for feeds over HTTP, with the same limits as polling."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from bot.domain.model import Failed, FailureKind, FeedId, FetchRequest, Spotted
from feeds.fetch import HttpFeedSource
from feeds.settings import FetchSettings
from tests.servers.feed_server import FeedServer, Page
from tests.unit.feeds.documents import rss, story

FEED = Page(body=rss(story(1), story(2)))


@pytest.fixture
async def source() -> AsyncIterator[HttpFeedSource]:
    opened = HttpFeedSource(FetchSettings(allowed_hosts=("127.0.0.0/8",), workers=1))
    yield opened
    await opened.close()


def _page(*hrefs: str, kind: str = "application/rss+xml") -> Page:
    links = "".join(f'<link rel="alternate" type="{kind}" href="{href}" title="{href[1:]}">' for href in hrefs)
    return Page(body=f"<html><head>{links}</head></html>".encode(), content_type="text/html")


async def _found(source: HttpFeedSource, address: str, **access: object) -> list[Spotted]:
    request = FetchRequest(feed_id=FeedId(0), address=address, **access)  # type: ignore[arg-type]
    found = await source.discover(request)
    assert not isinstance(found, Failed), found
    return list(found)


async def _failed(source: HttpFeedSource, address: str) -> Failed:
    found = await source.discover(FetchRequest(feed_id=FeedId(0), address=address))
    assert isinstance(found, Failed)
    return found


async def test_a_feed_is_found_where_it_is(server: FeedServer, source: HttpFeedSource) -> None:
    server.put("/feed", FEED)
    (found,) = await _found(source, server.url("/feed"))
    assert (found.address, found.title) == (server.url("/feed"), "News")
    assert found.feed is not None
    assert [each.title for each in found.feed.entries] == ["Story 1", "Story 2"]
    assert len(server.requests) == 1


async def test_what_has_moved_for_good_is_found_at_its_new_address(server: FeedServer, source: HttpFeedSource) -> None:
    server.put("/feed", FEED)
    server.redirect("/old", "/feed", 301)
    server.redirect("/elsewhere", "/feed", 302)
    assert [each.address for each in await _found(source, server.url("/old"))] == [server.url("/feed")]
    assert [each.address for each in await _found(source, server.url("/elsewhere"))] == [server.url("/elsewhere")]


async def test_without_a_scheme_https_is_tried_and_then_http(server: FeedServer, source: HttpFeedSource) -> None:
    server.put("/feed", FEED)
    (found,) = await _found(source, server.url("/feed").removeprefix("http://"))
    assert found.address == server.url("/feed")


async def test_the_only_feed_of_a_page_is_read(server: FeedServer, source: HttpFeedSource) -> None:
    server.put("/", _page("/feed"))
    server.put("/feed", FEED)
    (found,) = await _found(source, server.url("/"))
    assert (found.address, found.feed is not None) == (server.url("/feed"), True)


async def test_several_feeds_of_a_page_are_named_and_not_asked(server: FeedServer, source: HttpFeedSource) -> None:
    server.put("/", _page("/one", "/two", "/three"))
    found = await _found(source, server.url("/"))
    assert [(each.address, each.title) for each in found] == [
        (server.url("/one"), "one"), (server.url("/two"), "two"), (server.url("/three"), "three"),
    ]  # fmt: skip
    assert [request.path for request in server.requests] == ["/"]


async def test_a_page_without_feeds_is_asked_at_the_usual_places_few_at_once(
    server: FeedServer, source: HttpFeedSource
) -> None:
    server.put("/blog/", Page(body=b"<html><p>Words", content_type="text/html"))
    server.put("/feed.xml", FEED)
    (found,) = await _found(source, server.url("/blog/"))
    assert found.address == server.url("/feed.xml")
    assert server.most_at_once <= 2
    assert len(server.requests) <= 9


async def test_a_page_that_names_a_broken_feed_is_looked_at_further(server: FeedServer, source: HttpFeedSource) -> None:
    server.put("/", _page("/gone"))
    server.put("/rss", FEED)
    assert [each.address for each in await _found(source, server.url("/"))] == [server.url("/rss")]


async def test_two_usual_places_with_one_feed_are_one(server: FeedServer, source: HttpFeedSource) -> None:
    server.put("/", Page(body=b"<html>", content_type="text/html"))
    server.put("/feed", FEED)
    server.redirect("/rss", "/feed", 301)
    assert [each.address for each in await _found(source, server.url("/"))] == [server.url("/feed")]


async def test_what_opens_a_site_goes_to_no_other(server: FeedServer, source: HttpFeedSource) -> None:
    other = server.url("/feed", host="127.0.0.2")
    server.put("/", _page(other))
    server.put("/feed", FEED)
    await _found(source, server.url("/"), headers=(("X-Key", "1"),), user="me", password="p")
    first, second = server.requests
    assert (first.headers["x-key"], "authorization" in first.headers) == ("1", True)
    assert not {"x-key", "authorization"} & second.headers.keys()
    server.put("/", _page("/feed"))
    await _found(source, server.url("/"), headers=(("X-Key", "1"),))
    assert server.requests[-1].headers["x-key"] == "1"


@pytest.mark.parametrize(
    ("page", "kind"),
    [
        (Page(body=b"<html><p>Words", content_type="text/html"), FailureKind.UNREADABLE),
        (Page(body=b"words", content_type="text/plain"), FailureKind.UNREADABLE),
        (Page(body=b"", content_type="text/html"), FailureKind.UNREADABLE),
        (Page(body=b"\x89PNG\r\n\x1a\n", content_type="image/png"), FailureKind.UNREADABLE),
        (Page(body=b"%PDF-1.7", content_type="text/html"), FailureKind.UNREADABLE),
        (Page(status=403), FailureKind.REFUSED),
        (Page(status=500), FailureKind.SERVER),
        (Page(reset=True), FailureKind.UNREACHABLE),
        (Page(body=b"x" * (10 * 1024 * 1024 + 1), content_type="text/html"), FailureKind.TOO_LARGE),
    ],
)
async def test_where_nothing_is(server: FeedServer, source: HttpFeedSource, page: Page, kind: FailureKind) -> None:
    server.put("/", page)
    assert (await _failed(source, server.url("/"))).kind is kind


@pytest.mark.parametrize(
    "address", ["", "//", "ftp://a.example/", "file:///etc/passwd", "file:/etc/passwd", "a b c", "::"]
)
async def test_what_is_no_address(source: HttpFeedSource, address: str) -> None:
    await _failed(source, address)


async def test_private_addresses_are_refused_also_behind_a_page(server: FeedServer) -> None:
    source = HttpFeedSource(FetchSettings(allowed_hosts=("127.0.0.1",), workers=1))
    try:
        server.put("/", _page(server.url("/feed", host="127.0.0.2")))
        server.put("/feed", Page(status=404))
        assert (await _failed(source, server.url("/", host="127.0.0.2"))).kind is FailureKind.FORBIDDEN_ADDRESS
        assert (await _failed(source, server.url("/"))).kind is FailureKind.UNREADABLE
        assert {request.host.partition(":")[0] for request in server.requests} == {"127.0.0.1"}
    finally:
        await source.close()
