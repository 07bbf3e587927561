"""Statements that go to SQLite as text say the same as through SQLAlchemy."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import bindparam, select, update

from bot.domain.orders import OutboxState
from storage.compiled import Compiled, compiled
from storage.schema.columns import EPOCH, MICROSECOND
from storage.schema.work import lanes, outbox, settings
from storage.sql import insert

NOW = datetime(2026, 5, 4, 12, tzinfo=UTC)
STORED = (NOW - EPOCH) // MICROSECOND


def _compiled(statement: object, **values: object) -> tuple[Compiled, list[object]]:
    made = compiled(statement, values)  # type: ignore[arg-type]  # each of them can be executed
    assert made is not None
    return made, list(made.values(values))


def test_values_are_written_as_their_columns_have_them_in_the_order_of_the_statement() -> None:
    statement = (
        update(outbox)
        .where(outbox.c.id == bindparam("p_id"), outbox.c.state == OutboxState.PENDING)
        .values(next_at=bindparam("p_at"), last_answer=None)
    )
    made, values = _compiled(statement, p_id=7, p_at=NOW)
    assert made.sql.count("?") == len(values)
    assert [each for each in values if each is not None] == [STORED, 7, "pending"]
    again, values = _compiled(statement, p_id=8, p_at=NOW + timedelta(seconds=1))
    assert again is made
    assert [each for each in values if each is not None] == [STORED + 1_000_000, 8, "pending"]


@pytest.mark.parametrize("names", [("key", "value"), ("key",)])
def test_a_row_to_be_has_the_columns_that_are_given(names: tuple[str, ...]) -> None:
    made, values = _compiled(_INSERT, **dict.fromkeys(names, "x"))
    assert values == ["x"] * len(names)
    assert ("value" in made.sql.partition("VALUES")[0]) == ("value" in names)


_INSERT = insert(settings)


def test_a_list_of_any_length_stays_with_sqlalchemy() -> None:
    statement = select(lanes.c.lane).where(lanes.c.network.in_(bindparam("networks", expanding=True)))
    assert compiled(statement, {"networks": ["a", "b"]}) is None
