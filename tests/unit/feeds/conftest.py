"""What the tests of feeds share."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.servers.feed_server import FeedServer


@pytest.fixture
async def server() -> AsyncIterator[FeedServer]:
    """A server of feeds on three addresses of loopback."""
    async with FeedServer(hosts=("127.0.0.1", "127.0.0.2", "127.0.0.3")) as running:
        yield running
