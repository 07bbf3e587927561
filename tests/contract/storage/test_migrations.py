"""The migrations make what the tables say."""

from __future__ import annotations

from typing import Any

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, inspect

from storage.migrate import SchemaState, connected, migrate, schema_state
from storage.schema import metadata
from storage.schema.search import DERIVED, DROP, MAKE, is_derived


def _not_derived(name: str | None, kind: str, _parents: object) -> bool:
    return kind != "table" or not is_derived(name)


def _differences(connection: Connection) -> Any:
    compared = {"compare_type": True, "compare_server_default": True, "include_name": _not_derived}
    context = MigrationContext.configure(connection, opts=compared)
    return compare_metadata(context, metadata)


_WORDS = {
    "sqlite": "SELECT type, name, sql FROM sqlite_master WHERE instr(name, '_words') ORDER BY name",
    "postgresql": "SELECT indexdef FROM pg_indexes WHERE tablename LIKE '%\\_words' "
    "UNION SELECT pg_get_functiondef(oid) FROM pg_proc WHERE proname LIKE '%\\_words\\_leave' "
    "UNION SELECT pg_get_triggerdef(oid) FROM pg_trigger WHERE tgname LIKE '%\\_words\\_%'"
    "UNION SELECT table_name || column_name || data_type FROM information_schema.columns "
    "WHERE table_name LIKE '%\\_words' ORDER BY 1",
}


def _words(connection: Connection) -> list[tuple[Any, ...]]:
    return [tuple(row) for row in connection.exec_driver_sql(_WORDS[connection.dialect.name])]


def _make_words_anew(connection: Connection) -> None:
    for statement in (*DROP[connection.dialect.name], *MAKE[connection.dialect.name]):
        connection.exec_driver_sql(statement)


async def test_the_migrations_make_what_the_search_is_to_have(database_url: str) -> None:
    async with connected(database_url) as connection:
        made = await connection.run_sync(_words)
        await connection.run_sync(_make_words_anew)
        assert made == await connection.run_sync(_words)
        assert sum(name in str(row) for row in made for name in DERIVED) > len(DERIVED)


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
