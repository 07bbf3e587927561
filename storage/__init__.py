"""The database: SQLite or PostgreSQL behind `bot.ports.stores.Store`."""

from storage.migrate import SchemaState, migrate, schema_state
from storage.store import SqlStore, open_store

__all__ = ["SchemaState", "SqlStore", "migrate", "open_store", "schema_state"]
