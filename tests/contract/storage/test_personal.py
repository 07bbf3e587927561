"""No table that knows of members is overlooked by what exports and forgets them."""

from __future__ import annotations

import pytest
from sqlalchemy import Table

from storage.personal import BY_HAND, IMPERSONAL, TRACES, UNTOLD, Fate, column_of, table_of
from storage.schema import metadata

TABLES = sorted(metadata.tables.values(), key=lambda each: each.name)


def naming(table: Table) -> set[str]:
    """The columns that name a member or an account."""
    return {
        f"{table.name}.{column.name}"
        for column in table.columns
        if any(key.column.table.name in {"members", "accounts"} for key in column.foreign_keys)
    }


@pytest.mark.parametrize("table", TABLES, ids=lambda each: each.name)
def test_every_table_is_accounted_for(table: Table) -> None:
    named = naming(table)
    assert named <= TRACES.keys(), "say in storage.personal what export and forgetting do with it"
    homes = [bool(named), table.name in BY_HAND, table.name in IMPERSONAL]
    assert homes.count(True) == 1, "say in storage.personal whether the table tells of anybody"


def test_nothing_is_accounted_for_that_is_not_there() -> None:
    assert TRACES.keys() == {each for table in TABLES for each in naming(table)}
    assert BY_HAND.keys() | IMPERSONAL.keys() | UNTOLD.keys() <= metadata.tables.keys()
    for name, columns in UNTOLD.items():
        assert columns <= set(metadata.tables[name].c.keys())


@pytest.mark.parametrize("place", [place for place, trace in TRACES.items() if trace.fate is Fate.GOES])
def test_what_goes_goes_with_its_member_or_account(place: str) -> None:
    """The rows leave by their foreign key; `accounts` itself is removed by hand."""
    (key,) = column_of(place).foreign_keys
    assert key.ondelete == "CASCADE" or table_of(place).name == "accounts"
