"""Feeds as publishers wrote them, polled twice over HTTP. They lie in ../shared/corpus, beside the repository."""

from __future__ import annotations

import asyncio

import pytest

from bot.domain.model import Failed, FailureKind, FeedId, Fetched, FetchRequest, Unchanged, Validators
from feeds.fetch import HttpFeedSource
from feeds.settings import FetchSettings
from tests.servers.feed_server import FeedServer, Page
from tests.unit.feeds.test_corpus import FILES, NO_ENTRY, NO_FEED


@pytest.mark.skipif(not FILES, reason="the samples of ../shared/corpus are not here")
async def test_the_samples_over_http(server: FeedServer) -> None:
    source = HttpFeedSource(FetchSettings(allowed_hosts=tuple(server.hosts), per_host=4))

    async def poll(number: int, validators: Validators) -> object:
        address = server.url(f"/{number}", host=server.hosts[number % len(server.hosts)])
        return await source.poll(FetchRequest(feed_id=FeedId(number), address=address, validators=validators))

    for number, path in enumerate(FILES):
        server.put(f"/{number}", Page(body=path.read_bytes(), content_type=None, compression="gzip"))
    first = await asyncio.gather(*(poll(number, Validators()) for number in range(len(FILES))))
    for number, (path, outcome) in enumerate(zip(FILES, first, strict=True)):
        if path.name in NO_FEED:
            assert isinstance(outcome, Failed)
            assert outcome.kind is FailureKind.UNREADABLE
            continue
        assert isinstance(outcome, Fetched)
        assert bool(outcome.feed.entries) is (path.name not in NO_ENTRY)
        again = await poll(number, outcome.validators)
        assert isinstance(again, Unchanged)
        server.put(f"/{number}", Page(body=path.read_bytes() + b"\n", content_type=None))
        forced = await poll(number, outcome.validators)
        assert isinstance(forced, Fetched)
        assert forced.feed.entries == ()
        assert forced.feed.total == outcome.feed.total
    await source.close()
