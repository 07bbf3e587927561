"""A world in each engine in turn."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from storage.store import SqlStore, open_store
from tests.contract.storage.world import World, build


@pytest.fixture
async def world(store: SqlStore) -> World:
    return await build(store)


@pytest.fixture
async def postgres_store(postgres_url: str) -> AsyncIterator[SqlStore]:
    """An open store on PostgreSQL, where works run at once."""
    opened = await open_store(postgres_url)
    yield opened
    await opened.close()
