"""What `tribune run` and `tribune check` do."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager

from adapters.web.refs import section as section_ref
from bot.app.assembling import assemble
from bot.app.chats import unconnected
from bot.app.parts import Parts, opened_parts
from bot.check import CheckReport, look, report
from bot.config import Config
from bot.lifecycle import lifecycle
from bot.ports.network import CanInspect, Network
from bot.seeding import held, plan_of
from storage import SchemaState, migrate, open_store, schema_state
from storage.instance import hold

SCHEMA = {
    SchemaState.NONE: "there is none yet: a start makes it",
    SchemaState.BEHIND: "older than this version: a start upgrades it",
    SchemaState.CURRENT: "up to date",
    SchemaState.AHEAD: "made by a newer version of Tribune: a start refuses",
}
Visiting = Callable[[Config], AbstractAsyncContextManager[Mapping[str, CanInspect]]]
"""What can be asked about channels, for as long as it is entered."""


async def run(
    config: Config,
    *,
    announce: Callable[[str], None],
    extra_networks: Sequence[Callable[[Parts], Network]] = (),
) -> None:
    """Run Tribune until it is told to stop. Raises ConfigError, StorageError, DatabaseHeldError."""
    async with lifecycle() as life, hold(config.database.address):
        await migrate(config.database.address)
        async with opened_parts(config) as parts:
            tribune = await assemble(parts, extra_networks)
            await tribune.run(life, announce)


async def check(config: Config, networks: Visiting | None = None) -> CheckReport:
    """Say what a start would do, and what the bot lacks in the channels of `networks` (those that are configured),
    changing nothing. Raises StorageError where the database cannot be asked."""
    address, plan = config.database.address, plan_of(config, section_ref)
    state = await schema_state(address)
    there = None
    if state is SchemaState.CURRENT:
        store = await open_store(address)
        try:
            async with store.read() as tx:
                there = await held(tx, plan)
        finally:
            await store.close()
    async with (networks or unconnected)(config) as asked:
        looked = await look(plan, there, asked)
    return report(plan, there, database=config.database.shown, schema=SCHEMA[state], looked=looked)
