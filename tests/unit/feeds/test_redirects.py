"""Redirects, and the addresses that must not be reached."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from bot.domain.model import Failed, FailureKind, FeedId, Fetched, FetchRequest, Unchanged, Validators
from feeds.fetch import HttpFeedSource
from feeds.settings import FetchSettings
from tests.servers.feed_server import FeedServer, Page
from tests.unit.feeds.documents import rss, story

_BODY = rss(story(1, "<comments>talk</comments>"))
_OPEN = FetchSettings(allowed_hosts=("127.0.0.1", "127.0.0.2"), workers=1)


@pytest.fixture
async def source() -> AsyncIterator[HttpFeedSource]:
    opened = HttpFeedSource(_OPEN)
    yield opened
    await opened.close()


def _request(address: str) -> FetchRequest:
    return FetchRequest(feed_id=FeedId(1), address=address)


@pytest.mark.parametrize(
    ("statuses", "moved"),
    [((301,), True), ((308,), True), ((301, 308), True), ((302,), False), ((301, 302), False), ((303, 307), False)],
)
async def test_only_a_wholly_permanent_chain_moves_the_feed(
    server: FeedServer, source: HttpFeedSource, statuses: tuple[int, ...], moved: bool
) -> None:
    for step, status in enumerate(statuses):
        server.redirect(f"/{step}", f"/{step + 1}", status)
    server.put(f"/{len(statuses)}", Page(body=_BODY, etag='"1"'))
    outcome = await source.poll(_request(server.url("/0")))
    assert isinstance(outcome, Fetched)
    target = server.url(f"/{len(statuses)}")
    assert outcome.moved_to == (target if moved else None)
    again = await source.poll(replace(_request(server.url("/0")), validators=outcome.validators))
    assert isinstance(again, Unchanged)
    assert again.moved_to == outcome.moved_to


async def test_relative_addresses_start_from_where_the_document_was(server: FeedServer, source: HttpFeedSource) -> None:
    server.redirect("/old/feed", "/new/feed")
    server.put("/new/feed", Page(body=_BODY))
    outcome = await source.poll(_request(server.url("/old/feed")))
    assert isinstance(outcome, Fetched)
    assert outcome.feed.entries[0].comments_url == server.url("/new/talk")


async def test_five_redirects_are_followed_and_no_more(server: FeedServer, source: HttpFeedSource) -> None:
    for step in range(6):
        server.redirect(f"/{step}", f"/{step + 1}")
    server.put("/6", Page(body=_BODY))
    assert isinstance(await source.poll(_request(server.url("/1"))), Fetched)
    outcome = await source.poll(_request(server.url("/0")))
    assert isinstance(outcome, Failed)
    assert outcome.kind is FailureKind.TOO_MANY_REDIRECTS
    assert outcome.reason == "more than 5 redirects, the last one to 127.0.0.1"


@pytest.mark.parametrize(
    ("target", "reason"),
    [
        ("file:///etc/passwd", "it redirects to an address that is not http or https"),
        ("gopher://127.0.0.1/", "it redirects to an address that is not http or https"),
        ("http://[bad", "it redirects to what is no address"),
    ],
)
async def test_redirects_out_of_the_web(server: FeedServer, source: HttpFeedSource, target: str, reason: str) -> None:
    server.redirect("/f", target)
    outcome = await source.poll(_request(server.url("/f")))
    assert isinstance(outcome, Failed)
    assert (outcome.kind, outcome.reason) == (FailureKind.REFUSED, reason)


async def test_a_redirect_without_a_target_is_refused(server: FeedServer, source: HttpFeedSource) -> None:
    server.put("/f", Page(status=301))
    outcome = await source.poll(_request(server.url("/f")))
    assert isinstance(outcome, Failed)
    assert outcome.reason == "answered 301 Moved Permanently"


async def test_secrets_stay_with_their_origin(server: FeedServer, source: HttpFeedSource) -> None:
    server.redirect("/away", server.url("/open", host="127.0.0.2"))
    server.redirect("/here", "/open")
    server.put("/open", Page(body=_BODY))
    secret = {"user": "anna", "password": "secret", "headers": (("X-Key", "k"),)}
    away = await source.poll(replace(_request(server.url("/away")), **secret))  # type: ignore[arg-type]
    here = await source.poll(replace(_request(server.url("/here")), **secret))  # type: ignore[arg-type]
    elsewhere, home = (asked.headers for asked in server.asked("/open"))
    assert "authorization" in server.asked("/away")[0].headers
    assert "authorization" not in elsewhere
    assert "x-key" not in elsewhere
    assert (home["x-key"], home["authorization"]) == ("k", "Basic YW5uYTpzZWNyZXQ=")
    assert isinstance(away, Fetched)
    assert away.moved_to is None  # else the next poll would take the secrets there
    assert isinstance(here, Fetched)
    assert here.moved_to == server.url("/open")


@pytest.mark.parametrize("host", ["127.0.0.3", "localhost", "0x7f.3", "[::ffff:127.0.0.3]", "[::1]"])
async def test_private_addresses_are_refused(server: FeedServer, source: HttpFeedSource, host: str) -> None:
    server.put("/f", Page(body=_BODY))
    strict = HttpFeedSource(FetchSettings(workers=1))
    address = server.url("/f", host=host)
    outcome = await strict.poll(_request(address))
    assert isinstance(outcome, Failed)
    assert outcome.kind is FailureKind.FORBIDDEN_ADDRESS, outcome
    assert "allowed_hosts" in outcome.reason
    assert not server.requests
    server.redirect("/jump", address)
    jumped = await source.poll(_request(server.url("/jump")))
    if host != "localhost":  # leads to 127.0.0.1, which this source allows
        assert isinstance(jumped, Failed)
        assert jumped.kind is FailureKind.FORBIDDEN_ADDRESS
        assert not server.asked("/f")
    await strict.close()


async def test_numbers_that_disguise_an_address_are_no_hosts(source: HttpFeedSource) -> None:
    outcome = await source.poll(_request("http://2130706433:1/"))
    assert isinstance(outcome, Failed)
    assert outcome.reason == "2130706433 is not the name of a host"


async def test_the_reason_names_host_address_and_remedy(server: FeedServer) -> None:
    source = HttpFeedSource(FetchSettings(workers=1))
    outcome = await source.poll(_request(server.url("/f", host="127.0.0.3")))
    assert isinstance(outcome, Failed)
    assert outcome.reason == "127.0.0.3 is not a public address; name 127.0.0.3 under allowed_hosts to allow it"
    await source.close()


async def test_a_host_is_allowed_by_its_name(server: FeedServer) -> None:
    source = HttpFeedSource(FetchSettings(allowed_hosts=("localhost",), workers=1))
    server.put("/f", Page(body=_BODY))
    assert isinstance(await source.poll(_request(server.url("/f", host="localhost"))), Fetched)
    refused = await source.poll(_request(server.url("/f", host="127.0.0.1")))
    assert isinstance(refused, Failed)
    assert refused.kind is FailureKind.FORBIDDEN_ADDRESS
    await source.close()


async def test_a_proxy_is_used_and_the_target_checked_all_the_same(server: FeedServer) -> None:
    server.put("/f", Page(body=_BODY))
    proxy = server.url("", host="127.0.0.1")  # answers for any host, as proxies do
    source = HttpFeedSource(FetchSettings(proxy=proxy, workers=1))
    through = await source.poll(_request("http://news.invalid/f"))
    assert isinstance(through, Fetched)
    assert server.asked("/f")[0].host == "news.invalid"
    for target in ("http://127.0.0.1/f", "http://localhost/f", "http://0x7f.1/f"):
        refused = await source.poll(_request(target))
        assert isinstance(refused, Failed)
        assert refused.kind is FailureKind.FORBIDDEN_ADDRESS
    await source.close()


async def test_a_proxy_that_is_not_there(server: FeedServer) -> None:
    source = HttpFeedSource(FetchSettings(proxy="http://127.0.0.1:1", workers=1))
    outcome = await source.poll(_request("http://news.invalid/f"))
    assert isinstance(outcome, Failed)
    assert (outcome.kind, outcome.reason) == (FailureKind.UNREACHABLE, "the proxy cannot be reached")
    await source.close()


async def test_validators_travel_along_a_redirect(server: FeedServer, source: HttpFeedSource) -> None:
    server.redirect("/f", "/g", 302)
    server.put("/g", Page(body=_BODY, etag='"1"'))
    known = Validators(etag='"1"')
    assert isinstance(await source.poll(replace(_request(server.url("/f")), validators=known)), Unchanged)
