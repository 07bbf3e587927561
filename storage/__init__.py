"""The database: SQLite or PostgreSQL behind `bot.ports.stores.Store`."""

from storage.backup import restore
from storage.instance import hold
from storage.migrate import SchemaState, migrate, schema_state
from storage.store import SqlStore, open_store

__all__ = ["SchemaState", "SqlStore", "hold", "migrate", "open_store", "restore", "schema_state"]
