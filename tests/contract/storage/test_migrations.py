"""The migrations make what the tables say."""

from __future__ import annotations

from typing import Any

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, inspect

from storage.migrate import SchemaState, connected, migrate, schema_state
from storage.schema import metadata


def _differences(connection: Connection) -> Any:
    context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
    return compare_metadata(context, metadata)


def _checks(connection: Connection) -> set[str]:
    inspector = inspect(connection)
    return {str(check["name"]) for table in metadata.tables for check in inspector.get_check_constraints(table)}


async def test_the_migrations_make_what_the_tables_say(database_url: str) -> None:
    async with connected(database_url) as connection:
        assert await connection.run_sync(_differences) == []
        found = await connection.run_sync(_checks)
    declared = {
        str(constraint.name)
        for table in metadata.tables.values()
        for column in table.columns
        for constraint in column.constraints
    }
    assert found == declared


async def test_a_migrated_database_is_current_and_stays_so(database_url: str) -> None:
    assert await schema_state(database_url) is SchemaState.CURRENT
    await migrate(database_url)
    assert await schema_state(database_url) is SchemaState.CURRENT
