"""A world in each engine in turn."""

from __future__ import annotations

import pytest

from storage.store import SqlStore
from tests.contract.storage.world import World, build


@pytest.fixture
async def world(store: SqlStore) -> World:
    return await build(store)
