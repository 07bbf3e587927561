"""What the command line does besides running: once, and then it is over. Each returns what to print."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from bot.config import Config
from bot.domain.model import Community, network_of
from bot.errors import RequestError, StorageError
from bot.reputation import Recount
from storage.backup import rebuild_words
from storage.backup import restore as restore_into
from storage.instance import hold
from storage.migrate import SchemaState, migrate, schema_state
from storage.store import open_store

if TYPE_CHECKING:
    from storage.store import SqlStore


async def upgrade(config: Config) -> str:
    """Bring the schema up to this version. Raises StorageError, DatabaseHeldError, SchemaError."""
    address = config.database.address
    async with hold(address):
        before = await schema_state(address)
        await migrate(address)
    if before is SchemaState.CURRENT:
        return f"{config.database.shown} has the schema of this version already."
    return f"{config.database.shown} has the schema of this version now."


async def backup(config: Config, file: Path) -> str:
    """Write a backup, Tribune running or not. Raises StorageError."""
    async with _store(config) as store:
        await store.backup(file)
    return f"{file}: {file.stat().st_size:,} bytes."


async def restore(config: Config, file: Path) -> str:
    """Replace what the database holds. Raises StorageError, DatabaseHeldError where Tribune is running."""
    await restore_into(config.database.address, file)
    return (
        f"{config.database.shown} holds {file} now. What the bot was about to say is looked for in the networks before "
        "it is said again."
    )


async def reindex(config: Config) -> str:
    """Make the index of the search anew. Raises StorageError, DatabaseHeldError where Tribune is running."""
    articles, comments = await rebuild_words(config.database.address)
    return f"{config.database.shown}: {articles} articles and {comments} comments can be found."


async def prune(config: Config, *, keep: timedelta | None) -> list[str]:
    """Remove what nobody discusses and is older than `keep` (None: as the configuration says). Raises StorageError."""
    keep = keep if keep is not None else config.database.retention
    if keep is None:
        return ["Nothing to do: the configuration keeps everything. To remove all the same: --days N."]
    now = datetime.now(UTC)
    async with _store(config) as store:
        removed = await store.prune(before=now - keep, now=now)
    return [f"{kind}: {number}" for kind, number in removed.items()] or ["Nothing was old enough."]


async def recount(config: Config, *, community: str | None) -> list[str]:
    """Recompute the members' figures of one community, or of all. Raises StorageError, and RequestError where there is
    no such community."""
    from bot.aftermath import Following
    from bot.app import SystemClock, ledger, new_key
    from bot.signals import Noticeboard

    # Posts on networks are refreshed by their outbox rows; the page shows what is stored.
    following = Following(
        new_key=new_key, reads_store=lambda ref: network_of(ref) == "web", refresh_every=config.delivery.refresh_every
    )
    async with _store(config) as store:
        chosen = [await _community(store, community)] if community is not None else await _communities(store)
        book = ledger(config, store, Noticeboard(), SystemClock(), following)
        return [_recounted(each, await book.recount(each.id)) for each in chosen]


def _recounted(community: Community, done: Recount) -> str:
    number = f"{done.members:,} member{'' if done.members == 1 else 's'}"
    if done.changed:
        return f"{community.name}: {number} recounted, {done.changed:,} had other figures."
    return f"{community.name}: {number} recounted, all figures were right."


async def _community(store: SqlStore, slug: str | None) -> Community:
    communities = await _communities(store)
    found = next((each for each in communities if (each.default if slug is None else each.slug == slug)), None)
    if found is not None:
        return found
    if not communities:
        raise RequestError("there is no community in the database yet: start Tribune once")
    known = ", ".join(each.slug for each in communities)
    raise RequestError("there is no community {slug}; there are: {known}", slug=slug or "", known=known)


async def _communities(store: SqlStore) -> Sequence[Community]:
    async with store.read() as tx:
        return await tx.places.communities()


@asynccontextmanager
async def _store(config: Config) -> AsyncIterator[SqlStore]:
    if await schema_state(config.database.address) is SchemaState.NONE:
        raise StorageError(
            f"there is no database at {config.database.shown} yet: start Tribune, or `tribune db upgrade`"
        )
    store = await open_store(config.database.address)
    try:
        yield store
    finally:
        await store.close()
