"""Dates in the languages of publishers."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feeds.dates import read_date
from tests.unit.feeds.documents import entry_in


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("lun., 12 janv. 2026 10:30:00 +0100", datetime(2026, 1, 12, 9, 30, tzinfo=UTC)),
        ("Mardi 3 février 2026 à 8h05", datetime(2026, 2, 3, 8, 5, tzinfo=UTC)),
        ("1er août 2025", datetime(2025, 8, 1, tzinfo=UTC)),
        ("15 juin 2025 12:00", datetime(2025, 6, 15, 12, tzinfo=UTC)),
        ("15 juillet 2025 12:00", datetime(2025, 7, 15, 12, tzinfo=UTC)),
        ("Seg, 24 Set 2018 20:09:00 -0300", datetime(2018, 9, 24, 23, 9, tzinfo=UTC)),
        ("5 de mayo de 2025", datetime(2025, 5, 5, tzinfo=UTC)),
        ("Do, 10. März 2022 07:00:01 +01:00", datetime(2022, 3, 10, 6, 0, 1, tzinfo=UTC)),
        ("31 février 2026", None),
        ("12 brumaire 2026", None),
        ("soon", None),
        ("", None),
        ("12 janv. 2026 10:00:00 +9999", None),
    ],
)
def test_read_date(text: str, moment: datetime | None) -> None:
    assert read_date(text) == moment


@given(st.text())
def test_any_text_is_a_date_or_none(text: str) -> None:
    read_date(text)


def test_an_entry_has_it() -> None:
    entry = entry_in("<title>T</title><pubDate>lun., 12 janv. 2026 10:30:00 +0100</pubDate>")
    assert entry.published == datetime(2026, 1, 12, 9, 30, tzinfo=UTC)
