"""A configuration with a database that holds a community."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from storage.store import open_store


@pytest.fixture
def example_config(sqlite_url: str, tmp_path: Path) -> str:
    async def town() -> None:
        store = await open_store(sqlite_url)
        await store.write(lambda tx: tx.places.put_community("town", "Town", default=True))
        await store.close()

    asyncio.run(town())
    path = tmp_path / "config.toml"
    path.write_text(
        f'[tribune]\ncontact = "me@example.org"\n[database]\nurl = "{sqlite_url}"\n'
        '[[communities]]\nslug = "town"\nname = "Town"\n',
        encoding="utf-8",
    )
    return str(path)
