"""What members chose, what they follow, what is kept of them and how it is forgotten."""

from __future__ import annotations

from storage.exporting import SqlExporting
from storage.follows import SqlFollows
from storage.forgetting import SqlForgetting
from storage.sql import Sql


class SqlPeople(SqlFollows, SqlExporting, SqlForgetting):
    """See `bot.ports.stores.People`."""

    def __init__(self, sql: Sql) -> None:
        self._sql = sql
