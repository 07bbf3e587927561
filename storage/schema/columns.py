"""How the values of the domain are written into columns, the same in both engines."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any, Generic, TypeVar

from sqlalchemy import BigInteger, CheckConstraint, Column, Dialect, ForeignKey, Index, Integer, MetaData, Text, text
from sqlalchemy.types import TypeDecorator, TypeEngine

E = TypeVar("E", bound=StrEnum)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)

# SQLite gives rowids out only for a column whose type is exactly INTEGER.
BigId = BigInteger().with_variant(Integer, "sqlite")


# Values are read by these functions themselves, without a decorator's calls: a batch of feeds has ten thousand.
def _moment_from(value: int | None) -> datetime | None:
    return None if value is None else EPOCH + timedelta(0, 0, value)


def _span_from(value: int | None) -> timedelta | None:
    return None if value is None else timedelta(0, 0, value)


class Moment(TypeDecorator[datetime]):
    """An aware datetime as microseconds since the epoch.

    SQLite has no type for moments, and PostgreSQL's would be read back in the connection's zone: a whole number is
    exact, sorts, compares and takes a `+ span` alike in both, and needs no conversion when a database moves.
    """

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:
        return None if value is None else (value - EPOCH) // MICROSECOND

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[int | None], datetime | None]:
        return _moment_from

    def coerce_compared_value(self, op: object, value: Any) -> TypeEngine[Any]:
        return self


class Span(TypeDecorator[timedelta]):
    """A timedelta as microseconds."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: timedelta | None, dialect: Dialect) -> int | None:
        return None if value is None else value // MICROSECOND

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[int | None], timedelta | None]:
        return _span_from


class Word(TypeDecorator[E], Generic[E]):
    """A StrEnum as its value."""

    impl = Text
    cache_ok = True

    def __init__(self, kind: type[E]) -> None:
        super().__init__()
        self.kind = kind
        self._members: dict[str | None, E | None] = {None: None} | {member.value: member for member in kind}

    def process_bind_param(self, value: E | None, dialect: Dialect) -> str | None:
        return None if value is None else str(value)

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[str | None], E | None]:
        return self._members.__getitem__


class Texts(TypeDecorator[tuple[str, ...]]):
    """Several texts as a JSON array."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Sequence[str] | None, dialect: Dialect) -> str | None:
        return None if value is None else json.dumps(list(value), ensure_ascii=False)

    def process_result_value(self, value: Any | None, dialect: Dialect) -> tuple[str, ...] | None:
        return None if value is None else tuple(json.loads(value))


class Pairs(TypeDecorator[tuple[tuple[str, str], ...]]):
    """Names with their texts as a JSON array of pairs."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Sequence[tuple[str, str]] | None, dialect: Dialect) -> str | None:
        return None if value is None else json.dumps([list(pair) for pair in value], ensure_ascii=False)

    def process_result_value(self, value: Any | None, dialect: Dialect) -> tuple[tuple[str, str], ...] | None:
        return None if value is None else tuple((name, text) for name, text in json.loads(value))


def number() -> Column[int]:
    """A primary key that the database gives out, never twice the same (see `counted`)."""
    return Column("id", BigId, primary_key=True, autoincrement=True)


def word(name: str, kind: type[E], *, nullable: bool = False) -> Column[E]:
    """A column for the values of a StrEnum, held by the database too."""
    values = ", ".join(f"'{member.value}'" for member in kind)
    return Column(name, Word(kind), CheckConstraint(f"{name} IN ({values})", name=name), nullable=nullable)


def moment(name: str, *, nullable: bool = False) -> Column[datetime]:
    return Column(name, Moment, nullable=nullable)


def link(
    name: str,
    target: str,
    *,
    ondelete: str = "CASCADE",
    nullable: bool = False,
    index: bool = False,
    primary_key: bool = False,
    within: bool = False,
) -> Column[int]:
    """A foreign key to the `id` of the table `target`.

    One that leads `within` its own table to later rows as well is checked when a transaction ends: a backup is read
    back in the order of ids.
    """
    later: dict[str, Any] = {"deferrable": True, "initially": "DEFERRED"} if within else {}
    key = ForeignKey(f"{target}.id", ondelete=ondelete, **later)
    return Column(
        name, BigId, key, nullable=nullable, index=index or None, primary_key=primary_key, autoincrement=False
    )


def rare(name: str) -> Index:
    """An index on a column that is mostly empty, of the rows where it is not.

    An index of all would tempt SQLite to find "nothing there" by it: nearly every row.
    """
    there = text(f"{name} IS NOT NULL")
    return Index(None, name, sqlite_where=there, postgresql_where=there)


# Without it SQLite would give the id of a removed last row to the next one, and links to it would lead astray.
counted: dict[str, Any] = {"sqlite_autoincrement": True}
