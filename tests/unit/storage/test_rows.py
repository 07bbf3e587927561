"""How values become columns and come back."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.dialects import sqlite
from sqlalchemy.types import TypeEngine

from bot.domain.model import FeedState, PostId, Ref
from bot.domain.orders import NewOrder, Publish, Refresh, Step
from storage.members import name_key
from storage.orders import fold, steps_from, steps_text
from storage.schema.columns import Moment, Span, Word

DIALECT = sqlite.dialect()
_moments = st.datetimes().map(lambda at: at.replace(tzinfo=UTC))
NOW = datetime(2026, 1, 1, tzinfo=UTC)


def _read(kind: TypeEngine[Any], stored: object) -> Any:
    processor = kind.result_processor(DIALECT, None)
    assert processor is not None
    return processor(stored)


@given(_moments)
def test_a_moment_is_exact(at: datetime) -> None:
    stored = Moment().process_bind_param(at, DIALECT)
    assert _read(Moment(), stored) == at


@given(_moments, _moments)
def test_moments_sort_as_they_come(one: datetime, other: datetime) -> None:
    first, second = (Moment().process_bind_param(at, DIALECT) for at in (one, other))
    assert first is not None
    assert second is not None
    assert (first < second) == (one < other)


def test_a_naive_moment_is_refused() -> None:
    with pytest.raises(TypeError):
        Moment().process_bind_param(datetime(2026, 1, 1), DIALECT)  # noqa: DTZ001


@given(st.timedeltas())
def test_a_span_is_exact(span: timedelta) -> None:
    assert _read(Span(), Span().process_bind_param(span, DIALECT)) == span


def test_words() -> None:
    kind = Word(FeedState)
    assert kind.process_bind_param(FeedState.GONE, DIALECT) == "gone"
    assert _read(kind, "gone") is FeedState.GONE
    assert _read(kind, None) is None


_steps = st.builds(
    Step,
    name=st.text(),
    marked_at=st.none() | _moments,
    ref=st.none() | st.text().map(Ref),
    done=st.booleans(),
)


@given(st.lists(_steps).map(tuple))
def test_steps_come_back(steps: tuple[Step, ...]) -> None:
    assert steps_from(steps_text(steps)) == steps


@given(st.text())
def test_the_key_of_a_name_is_a_key_of_itself(name: str) -> None:
    assert name_key(name_key(name)) == name_key(name)


def _refresh(post: int, seconds: int) -> NewOrder:
    at = NOW + timedelta(seconds=seconds)
    return NewOrder(order=Refresh(post_id=PostId(post)), lane="l", key=f"{post}/{seconds}", created_at=at)


@given(st.lists(st.builds(_refresh, st.integers(1, 3), st.integers(0, 50))))
def test_folding_keeps_the_earliest_refresh_of_each_post(orders: list[NewOrder]) -> None:
    folded = fold(orders)
    by_post = {new.order: new.created_at for new in folded}
    assert len(by_post) == len(folded)
    assert by_post == {
        new.order: min(other.created_at for other in orders if other.order == new.order) for new in orders
    }


def test_folding_leaves_other_orders_in_their_order() -> None:
    publish = [NewOrder(order=Publish(post_id=PostId(1)), lane="l", key=str(n), created_at=NOW) for n in range(3)]
    assert fold([publish[0], _refresh(1, 1), publish[1], _refresh(1, 0), publish[2]]) == [
        publish[0],
        _refresh(1, 0),
        publish[1],
        publish[2],
    ]
