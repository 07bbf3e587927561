"""Statements compiled once, and run where SQLite's connection lives.

What SQLAlchemy does for each execution takes several times as long as the statement itself; where many are written,
only the values are new.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Mapping, Sequence
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import Executable
from sqlalchemy.dialects import sqlite
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.elements import ClauseElement

_DIALECT = sqlite.dialect()
_Names = tuple[str, ...]
_Value = Callable[[Mapping[str, Any]], Any]


class Compiled:
    """A statement as SQLite takes it."""

    def __init__(self, compiled: SQLCompiler, names: _Names) -> None:
        self.sql = compiled.string
        self._values = [_value(compiled, name, names) for name in compiled.positiontup or ()]

    def values(self, given: Mapping[str, Any]) -> Sequence[Any]:
        """The values in the places of the statement."""
        return [value(given) for value in self._values]


def _value(compiled: SQLCompiler, name: str, names: _Names) -> _Value:
    """How the value of a parameter is found: among those that are given, or as it stands in the statement."""
    bind = compiled.binds[name]
    process = bind.type.dialect_impl(_DIALECT).bind_processor(_DIALECT)
    if bind.key not in names:
        own = compiled.params[name]
        fixed = own if process is None else process(own)
        return lambda _: fixed
    key = bind.key
    return (lambda given: given[key]) if process is None else (lambda given: process(given[key]))


_known: WeakKeyDictionary[Executable, dict[_Names, Compiled | None]] = WeakKeyDictionary()


def compiled(statement: Executable, values: Mapping[str, Any]) -> Compiled | None:
    """A statement for values of these names; None where it is another one for each length of a list."""
    names = tuple(values)
    forms = _known.setdefault(statement, {})
    if names not in forms:
        forms[names] = _compile(statement, names)
    return forms[names]


def _compile(statement: Executable, names: _Names) -> Compiled | None:
    assert isinstance(statement, ClauseElement)
    made = statement.compile(dialect=_DIALECT, column_keys=list(names))
    if not isinstance(made, SQLCompiler) or made.post_compile_params or made.insert_prefetch or made.update_prefetch:
        return None
    return Compiled(made, names)


def changed(connection: sqlite3.Connection, sql: str, values: Sequence[Any]) -> int:
    """Run a statement; how many rows it touched."""
    return connection.execute(sql, values).rowcount


def only(connection: sqlite3.Connection, sql: str, values: Sequence[Any]) -> Any:
    """Run a statement that gives one value, as SQLite has it."""
    return connection.execute(sql, values).fetchone()[0]
