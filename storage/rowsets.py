"""Many rows in and out of one statement, on both engines: rows that are passed as JSON, and queries that read many.

SQLite gives the rows of a query in a bundle (see `storage.bundles`), PostgreSQL gives them one by one.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from types import SimpleNamespace
from typing import Any

from sqlalchemy import ColumnElement, Select, Text, bindparam, cast, literal_column
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import TypeEngine

from storage.bundles import Bundle
from storage.schema.columns import EPOCH, MICROSECOND
from storage.sql import Sql

_written = json.JSONEncoder(separators=(",", ":"), ensure_ascii=False).encode


class _Elements(FunctionElement[Any]):
    """The elements of a JSON array, as rows with a `value`."""

    inherit_cache = True
    name = "elements"


class _Part(FunctionElement[Any]):
    """A value of a JSON array, by its place."""

    inherit_cache = True
    name = "part"


@compiles(_Elements, "sqlite")
def _elements_on_sqlite(element: _Elements, compiler: SQLCompiler, **options: Any) -> str:
    return f"json_each({compiler.process(element.clauses, **options)})"


@compiles(_Elements, "postgresql")
def _elements_on_postgresql(element: _Elements, compiler: SQLCompiler, **options: Any) -> str:
    return f"jsonb_array_elements(CAST({compiler.process(element.clauses, **options)} AS JSONB))"


@compiles(_Part, "sqlite")
def _part_on_sqlite(element: _Part, compiler: SQLCompiler, **options: Any) -> str:
    array, place = (compiler.process(each, **options) for each in element.clauses)
    return f"json_extract({array}, '$[{place}]')"


@compiles(_Part, "postgresql")
def _part_on_postgresql(element: _Part, compiler: SQLCompiler, **options: Any) -> str:
    array, place = (compiler.process(each, **options) for each in element.clauses)
    return f"({array} ->> {place})"


class Rowset:
    """Rows that are passed to a statement under `name`, something to select from or to update from.

    `types` are those of their columns; `rowset[0]` is the first one. Each row is a sequence, also of one value.
    """

    def __init__(self, name: str, *types: TypeEngine[Any]) -> None:
        self.rows = _Elements(bindparam(name, type_=Text)).table_valued("value", name=name)
        self._types = types

    def __getitem__(self, place: int) -> ColumnElement[Any]:
        part = _Part(self.rows.c.value, literal_column(str(place)))
        return cast(part, self._types[place])


class Reading:
    """A query of many rows."""

    def __init__(self, query: Select[Any]) -> None:
        self._query = query
        self._bundle = Bundle(query, list(query.selected_columns))
        self._names = [str(column.key) for column in query.selected_columns]

    async def rows(self, sql: Sql, **values: Any) -> Iterator[Sequence[Any]]:
        """Its rows, each with the values in the query's order."""
        if sql.bundles:
            return self._bundle.rows(await sql.bundle(self._bundle.statement, **values))
        return iter(await sql.all(self._query, **values))

    async def named(self, sql: Sql, **values: Any) -> Iterator[Any]:
        """Its rows, each with the values as attributes by the names of their columns."""
        names = self._names
        if sql.bundles:
            rows = await self.rows(sql, **values)
            return (SimpleNamespace(**dict(zip(names, row, strict=True))) for row in rows)
        return iter(await sql.all(self._query, **values))


def passed(rows: Iterable[Sequence[Any]]) -> str:
    """Rows as a `Rowset` takes them; moments go through `stored`."""
    return _written(list(rows))


def stored(moment: datetime | None) -> int | None:
    """A moment as it is stored."""
    return None if moment is None else (moment - EPOCH) // MICROSECOND
