"""What the command line hands out and clears away. On both engines."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot import maintenance
from bot.config import Config, load
from bot.domain.model import Account, CommunityId, Ref
from bot.domain.reputation import Figures
from bot.errors import RequestError
from bot.ports.stores import Tx
from storage.store import SqlStore

NOW = datetime.now(UTC)
DAY = timedelta(days=1)


@pytest.fixture
def config(database_url: str, tmp_path: Path) -> Config:
    path = tmp_path / "config.toml"
    path.write_text(
        '[tribune]\ncontact = "me@example.org"\n[web]\npublic_base = "https://news.example"\n'
        f'[database]\nurl = "{database_url}"\n[[communities]]\nslug = "town"\nname = "Town"\n',
        encoding="utf-8",
    )
    return load(path, {})


@pytest.fixture
async def towns(store: SqlStore) -> tuple[CommunityId, CommunityId]:
    async def work(tx: Tx) -> tuple[CommunityId, CommunityId]:
        town = await tx.places.put_community("town", "Town", default=True)
        return town, await tx.places.put_community("village", "Village", default=False)

    return await store.write(work)


async def register(store: SqlStore, community: CommunityId, name: str) -> Account | None:
    ref = Ref(f"web:account/{community}-{name}")
    return await store.write(lambda tx: tx.members.register(community, "web", ref, name, now=NOW))


async def test_to_prune_says_what_went(config: Config, store: SqlStore) -> None:
    assert await maintenance.prune(config, keep=timedelta(days=30)) == ["Nothing was old enough."]


async def test_to_recount_puts_figures_right_and_says_how_many(
    config: Config, store: SqlStore, towns: tuple[CommunityId, CommunityId]
) -> None:
    ann = await register(store, towns[0], "Ann")
    assert ann is not None
    wrong = Figures(points=900, upvoters=90, title="newcomer", trust=3)
    await store.write(lambda tx: tx.standings.put_figures(towns[0], ann.member_id, wrong))
    assert await maintenance.recount(config, community="town") == ["Town: 1 member recounted, 1 had other figures."]
    assert await maintenance.recount(config, community=None) == [
        "Town: 1 member recounted, all figures were right.",
        "Village: 0 members recounted, all figures were right.",
    ]
    async with store.read() as tx:
        standing = await tx.standings.get(towns[0], ann.member_id)
    assert (standing.points, standing.trust) == (0, 0)
    with pytest.raises(RequestError, match="there is no community city"):
        await maintenance.recount(config, community="city")
