"""Many rows in one value, as JSON.

SQLite's driver lets go of the interpreter for each row that it reads or writes, and waits for it again: while the loop
is busy, five hundred rows take a tenth of a second of the only writer. Bundled, they take one such turn.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from sqlalchemy import Column, ColumnElement, LargeBinary, Select, Text, bindparam, func, literal_column, select
from sqlalchemy import TableValuedAlias as Rows
from sqlalchemy.dialects import sqlite

_DIALECT = sqlite.dialect()
Decoder = Callable[[Any], Any]


class Bundle:
    """A SELECT whose rows come in one. `columns` are the columns of `query`, in its order."""

    def __init__(self, query: Select[Any], columns: Sequence[ColumnElement[Any]]) -> None:
        inner = query.subquery("bundled")
        parts = [_written(one, column) for one, column in zip(inner.c, columns, strict=True)]
        self.statement = select(func.json_group_array(func.json_array(*parts)))
        decoders = ((place, _decoder(column)) for place, column in enumerate(columns))
        self._decoders = [(place, decoder) for place, decoder in decoders if decoder is not None]

    def rows(self, bundle: str) -> Iterator[list[Any]]:
        """The rows of the statement's only value, as Python's values."""
        decoders = self._decoders
        for row in json.loads(bundle):
            for place, decode in decoders:
                value = row[place]
                if value is not None:
                    row[place] = decode(value)
            yield row


def given(name: str) -> Rows:
    """The rows of a bundle that is passed under `name`, as something to select from or update from."""
    return func.json_each(bindparam(name, type_=Text)).table_valued("value", name=name)


def part(rows: Rows, place: int) -> ColumnElement[Any]:
    """A value of each row, by its place."""
    return func.json_extract(rows.c.value, literal_column(f"'$[{place}]'"))


def bundle(rows: Sequence[Sequence[Any]] | Sequence[int]) -> str:
    """Rows, or numbers alone, as `given` reads them."""
    return json.dumps(rows, separators=(",", ":"))


def _written(value: ColumnElement[Any], column: ColumnElement[Any]) -> ColumnElement[Any]:
    if not isinstance(column.type, LargeBinary):
        return value
    nothing = isinstance(column, Column) and column.nullable
    return func.nullif(func.hex(value), "") if nothing else func.hex(value)  # hex(NULL) is empty


def _decoder(column: ColumnElement[Any]) -> Decoder | None:
    if isinstance(column.type, LargeBinary):
        return bytes.fromhex
    return column.type.dialect_impl(_DIALECT).result_processor(_DIALECT, None)
