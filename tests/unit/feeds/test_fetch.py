"""Polling over HTTP, against a real server."""

from __future__ import annotations

import asyncio
import gzip
import os
import time
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.domain.model import Failed, FailureKind, FeedId, Fetched, FetchRequest, PollOutcome, Unchanged, Validators
from bot.ports.feeds import FeedSource
from feeds.fetch import HttpFeedSource
from feeds.settings import FetchSettings
from tests.servers.feed_server import FeedServer, Page
from tests.unit.feeds.documents import rss, story

_SETTINGS = FetchSettings(
    allowed_hosts=("127.0.0.0/8",), workers=1, contact="admin@news.example", timeout=timedelta(seconds=5)
)
_BODY = rss(story(1), story(2))


@pytest.fixture
async def source() -> AsyncIterator[HttpFeedSource]:
    opened = HttpFeedSource(_SETTINGS)
    as_port: FeedSource = opened
    assert as_port is opened
    yield opened
    await opened.close()


def request(address: str, **more: Any) -> FetchRequest:
    return FetchRequest(feed_id=FeedId(1), address=address, **more)


def fetched(outcome: PollOutcome) -> Fetched:
    assert isinstance(outcome, Fetched), outcome
    return outcome


def failed(outcome: PollOutcome) -> Failed:
    assert isinstance(outcome, Failed), outcome
    return outcome


def unchanged(outcome: PollOutcome) -> Unchanged:
    assert isinstance(outcome, Unchanged), outcome
    return outcome


async def test_a_feed_is_fetched_and_then_unchanged(server: FeedServer, source: HttpFeedSource) -> None:
    headers = (("Cache-Control", "max-age=900"),)
    server.put("/f", Page(body=_BODY, etag='"1"', last_modified="Mon, 12 Jan 2026 10:00:00 GMT", headers=headers))
    first = fetched(await source.poll(request(server.url("/f"))))
    assert [entry.title for entry in first.feed.entries] == ["Story 1", "Story 2"]
    assert first.fresh_for == timedelta(seconds=900)
    assert first.moved_to is None
    assert (first.validators.etag, first.validators.last_modified) == ('"1"', "Mon, 12 Jan 2026 10:00:00 GMT")
    assert first.validators.seen == first.feed.seen

    again = unchanged(await source.poll(request(server.url("/f"), validators=first.validators)))
    assert again.validators == first.validators
    assert again.fresh_for == timedelta(seconds=900)
    asked = server.asked("/f")[1].headers
    assert (asked["if-none-match"], asked["if-modified-since"]) == ('"1"', "Mon, 12 Jan 2026 10:00:00 GMT")


async def test_only_what_is_new_comes_of_a_changed_document(server: FeedServer, source: HttpFeedSource) -> None:
    server.put("/f", Page(body=_BODY, etag='"1"'))
    first = fetched(await source.poll(request(server.url("/f"))))
    server.put("/f", Page(body=rss(story(3), story(1), story(2)), etag='"2"'))
    second = fetched(await source.poll(request(server.url("/f"), validators=first.validators)))
    assert [entry.title for entry in second.feed.entries] == ["Story 3"]
    assert second.feed.total == 3
    assert second.validators.etag == '"2"'


async def test_the_same_body_is_unchanged_and_its_new_validators_are_kept(
    server: FeedServer, source: HttpFeedSource
) -> None:
    server.put("/f", Page(body=_BODY))
    first = fetched(await source.poll(request(server.url("/f"))))
    server.put("/f", Page(body=_BODY, etag='W/"9"'))
    again = unchanged(await source.poll(request(server.url("/f"), validators=first.validators)))
    assert again.validators == replace(first.validators, etag='W/"9"')


async def test_validators_that_come_with_a_304_are_kept(server: FeedServer, source: HttpFeedSource) -> None:
    server.put("/f", Page(status=304, headers=(("ETag", '"new"'),)))
    known = Validators(etag='"old"', last_modified="Mon, 12 Jan 2026 10:00:00 GMT", body_digest=b"d", seen=b"s")
    assert unchanged(await source.poll(request(server.url("/f"), validators=known))).validators == replace(
        known, etag='"new"'
    )
    assert failed(await source.poll(request(server.url("/f")))).reason == "answered 304 Not Modified"


async def test_what_is_sent(server: FeedServer, source: HttpFeedSource) -> None:
    server.put("/f", Page(body=_BODY, user=("anna", "päss")))
    asked = request(server.url("/f"), headers=(("X-Key", "k"),), user="anna", password="päss")
    fetched(await source.poll(asked))
    sent = server.asked("/f")[0].headers
    assert sent["user-agent"] == "Tribune/0.1 (+admin@news.example)"
    assert sent["accept-encoding"] == "gzip, deflate"
    assert sent["x-key"] == "k"
    assert "cookie" not in sent
    assert failed(await source.poll(request(server.url("/f")))).reason == "answered 401 Unauthorized"
    in_address = server.url("/f").replace("//", "//anna:p%C3%A4ss@")
    fetched(await source.poll(request(in_address)))


@pytest.mark.parametrize("compression", ["gzip", "deflate"])
async def test_compression(server: FeedServer, source: HttpFeedSource, compression: str) -> None:
    server.put("/f", Page(body=_BODY, compression=compression))
    assert fetched(await source.poll(request(server.url("/f")))).feed.total == 2


async def test_a_wrong_charset_is_repaired(server: FeedServer, source: HttpFeedSource) -> None:
    body = rss("<title>l’été</title>").decode().encode("cp1252")
    server.put("/f", Page(body=body, content_type="text/xml; charset=utf-8"))
    assert fetched(await source.poll(request(server.url("/f")))).feed.entries[0].title == "l’été"


@pytest.mark.parametrize(
    ("page", "kind", "reason"),
    [
        (Page(status=404), FailureKind.REFUSED, "answered 404 Not Found"),
        (Page(status=410), FailureKind.GONE, "answered 410 Gone"),
        (Page(status=500), FailureKind.SERVER, "answered 500 Internal Server Error"),
        (Page(status=429, headers=(("Retry-After", "90"),)), FailureKind.BUSY, "answered 429 Too Many Requests"),
        (Page(body=b"<html><body>x"), FailureKind.UNREADABLE, "this is a web page (HTML), not a feed"),
        (Page(body=b""), FailureKind.UNREADABLE, "the answer is empty"),
        (Page(reset=True), FailureKind.UNREACHABLE, "127.0.0.1 closed the connection before it had answered"),
        (Page(raw=b"220 ftp ready\r\n\r\n"), FailureKind.UNREADABLE, "what 127.0.0.1 answered is not valid HTTP"),
        (Page(body=_BODY, cut_at=50), FailureKind.UNREACHABLE, "the answer of 127.0.0.1 broke off"),
        (
            Page(body=_BODY, headers=(("Content-Encoding", "gzip"),)),
            FailureKind.UNREADABLE,
            "its compression is broken",
        ),
    ],
    ids=["404", "410", "500", "429", "html", "empty", "reset", "no HTTP", "cut off", "not compressed"],
)
async def test_failures(server: FeedServer, source: HttpFeedSource, page: Page, kind: FailureKind, reason: str) -> None:
    server.put("/f", page)
    outcome = failed(await source.poll(request(server.url("/f"))))
    assert (outcome.kind, outcome.reason) == (kind, reason)


async def test_retry_after_comes_with_the_failure(server: FeedServer, source: HttpFeedSource) -> None:
    server.put("/f", Page(status=503, headers=(("Retry-After", "90"),)))
    assert failed(await source.poll(request(server.url("/f")))).retry_after == timedelta(seconds=90)


@pytest.mark.parametrize(
    ("address", "reason"),
    [
        ("http://no-such-host.invalid/f", "no such host: no-such-host.invalid"),
        ("http://127.0.0.1:1/f", "no connection to 127.0.0.1: connection refused"),
        ("ftp://127.0.0.1/f", "the address is none of the web (http or https)"),
        ("javascript:alert(1)", "the address is none of the web (http or https)"),
        ("http://", "the address is none of the web (http or https)"),
        ("http://[bad", "the address is none of the web (http or https)"),
        ("", "the address is none of the web (http or https)"),
    ],
)
async def test_addresses_that_lead_nowhere(source: HttpFeedSource, address: str, reason: str) -> None:
    outcome = failed(await source.poll(request(address)))
    assert (outcome.kind, outcome.reason) == (FailureKind.UNREACHABLE, reason)


async def test_a_bomb_is_too_large(server: FeedServer) -> None:
    source = HttpFeedSource(replace(_SETTINGS, max_bytes=1_000_000))
    server.put("/bomb", Page(body=gzip.compress(b"\0" * 30_000_000), headers=(("Content-Encoding", "gzip"),)))
    server.put("/long", Page(body=b"x" * 1_000_001))
    for path in ("/bomb", "/long"):
        outcome = failed(await source.poll(request(server.url(path))))
        assert (outcome.kind, outcome.reason) == (FailureKind.TOO_LARGE, "it is larger than 1 MB")
    await source.close()


@pytest.mark.parametrize("page", [Page(body=_BODY, drip=0.05), Page(delay=5)], ids=["a drip", "silence"])
async def test_time_is_limited_over_all(server: FeedServer, page: Page) -> None:
    source = HttpFeedSource(replace(_SETTINGS, timeout=timedelta(seconds=0.3)))
    server.put("/f", page)
    started = time.perf_counter()
    outcome = failed(await source.poll(request(server.url("/f"))))
    assert (outcome.kind, outcome.reason) == (FailureKind.TIMEOUT, "no complete answer from 127.0.0.1 within 0.3 s")
    assert time.perf_counter() - started < 2
    await source.close()


async def test_two_at_once_to_a_host_and_waiting_is_not_counted(server: FeedServer) -> None:
    source = HttpFeedSource(replace(_SETTINGS, timeout=timedelta(seconds=0.5)))
    for number in range(10):
        server.put(f"/{number}", Page(body=_BODY, delay=0.2))
    outcomes = await asyncio.gather(*(source.poll(request(server.url(f"/{number}"))) for number in range(10)))
    assert all(isinstance(outcome, Fetched) for outcome in outcomes)
    assert server.most_at_once == 2
    await source.close()


async def test_connections_are_kept(server: FeedServer, source: HttpFeedSource) -> None:
    seen: set[Any] = set()

    async def remember(asked: Any) -> Any:
        from aiohttp import web

        seen.add(asked.transport.get_extra_info("peername"))
        return web.Response(body=_BODY)

    server.put("/f", remember)
    for _ in range(5):
        fetched(await source.poll(request(server.url("/f"))))
    assert len(seen) == 1


async def test_where_many_connections_are_open_no_more_are_kept(server: FeedServer) -> None:
    source = HttpFeedSource(replace(_SETTINGS, most_open=0))
    server.put("/f", Page(body=_BODY))
    fetched(await source.poll(request(server.url("/f"))))
    assert server.asked("/f")[0].headers["connection"] == "close"
    await source.close()


async def test_validators_that_could_not_be_sent_back_are_forgotten(server: FeedServer, source: HttpFeedSource) -> None:
    answer = b'HTTP/1.1 200 OK\r\nETag: "\xe9"\r\nContent-Length: %d\r\n\r\n' % len(_BODY)
    server.put("/f", Page(raw=answer + _BODY))
    assert fetched(await source.poll(request(server.url("/f")))).validators.etag is None


async def test_a_proxy_that_is_none(source: HttpFeedSource) -> None:
    outcome = failed(await source.poll(request("http://news.example/", proxy="socks5://127.0.0.1:9")))
    assert outcome.reason == "the proxy's address does not begin with http://"


async def test_a_file(tmp_path: Path, source: HttpFeedSource) -> None:
    path = tmp_path / "my feed.xml"
    path.write_bytes(_BODY)
    address = path.as_uri()
    assert failed(await source.poll(request(address))).kind is FailureKind.REFUSED
    first = fetched(await source.poll(request(address, allow_file=True)))
    assert first.feed.total == 2
    again = await source.poll(request(address, allow_file=True, validators=first.validators))
    assert unchanged(again).validators == first.validators
    os.utime(path, (1, 1))
    assert isinstance(await source.poll(request(address, allow_file=True, validators=first.validators)), Unchanged)
    path.write_bytes(rss(story(1), story(2), story(3)))
    changed = await source.poll(request(address, allow_file=True, validators=first.validators))
    assert [entry.title for entry in fetched(changed).feed.entries] == ["Story 3"]
    path.unlink()
    gone = failed(await source.poll(request(address, allow_file=True)))
    assert gone.reason == f"the file {path} cannot be read: no such file or directory"


async def test_a_file_beside_the_program(source: HttpFeedSource, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(Path(__file__).resolve().parents[3])
    outcome = fetched(await source.poll(request("file:examples/sample-feed.xml", allow_file=True)))
    assert outcome.feed.total == 8


async def test_closing_without_having_polled() -> None:
    await HttpFeedSource(_SETTINGS).close()
